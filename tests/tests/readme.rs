//! The README is true: its commands parse, its specs are accepted, its links
//! lead somewhere. Its Rust is compiled and run as documentation tests of this
//! package.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use chaos_control::cli::Args;
use chaos_core::spec::Scenario;
use clap::Parser;
use std::path::Path;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn readme() -> String {
    std::fs::read_to_string(format!("{ROOT}/README.md")).unwrap()
}

/// Every fenced block: its language, and its text.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let body: Vec<_> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
            blocks.push((language.to_owned(), body.join("\n")));
        }
    }
    blocks
}

#[test]
fn every_block_is_of_a_kind_that_is_tested() {
    let blocks = blocks(&readme());
    assert!(blocks.len() >= 7, "the README lost its examples");
    for (language, text) in blocks {
        match language.as_str() {
            "sh" => text.lines().for_each(command),
            "toml" if text.contains("[target]") => {
                Scenario::from_toml(&text).unwrap();
            }
            // What a sweep prints: held against one in `sdk_sweep`.
            "text" => assert!(text.starts_with("call "), "{text}"),
            "toml" => dependency(&text),
            "rust" | "rust,no_run" => {}
            other => panic!("a block of kind {other:?} is tested by nothing:\n{text}"),
        }
    }
}

/// A line of a shell block.
fn command(line: &str) {
    let words = words(line.split(" #").next().unwrap());
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["monkeyless", ..] => {
            drop(Args::try_parse_from(&words).unwrap_or_else(|error| panic!("{line}\n{error}")))
        }
        ["cargo", "run"] | ["cargo", "test", "--workspace"] | ["cargo", "bench"] => {}
        ["export", name] => assert!(name.starts_with("CHAOS_"), "{line}"),
        _ => panic!("nothing tests this line: {line}"),
    }
}

/// Splits as a shell does, as far as the README goes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('"').enumerate() {
        match index % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// The dependencies' features exist.
fn dependency(text: &str) {
    let parsed = chaos_core::door::read_toml(text).unwrap().to_json();
    for feature in parsed["features"]["chaos"].as_array().unwrap() {
        let (package, name) = feature.as_str().unwrap().split_once('/').unwrap();
        assert!(parsed["dependencies"][package]["path"].is_string(), "{package}");
        assert!(has_feature(package, name), "{package}/{name}");
    }
    for table in ["dependencies", "dev-dependencies"] {
        for (package, entry) in parsed[table].as_object().unwrap() {
            for name in entry["features"].as_array().into_iter().flatten() {
                assert!(has_feature(package, name.as_str().unwrap()), "{package}/{name}");
            }
        }
    }
}

fn has_feature(package: &str, name: &str) -> bool {
    let manifest = std::fs::read_to_string(format!("{ROOT}/{package}/Cargo.toml")).unwrap();
    let manifest = chaos_core::door::read_toml(&manifest).unwrap().to_json();
    manifest["features"][name].is_array()
}

#[test]
fn every_link_leads_somewhere() {
    for page in [
        "README.md",
        "docs/table.md",
        "docs/catalogue.md",
        "docs/faults.md",
        "examples/README.md",
        "tests/compile_out/README.md",
    ] {
        let text = std::fs::read_to_string(format!("{ROOT}/{page}")).unwrap();
        let folder = Path::new(ROOT).join(page).parent().unwrap().to_owned();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !target.starts_with("http") && !target.starts_with('#') {
                assert!(folder.join(target).exists(), "{page}: {target}");
            }
        }
    }
}

#[test]
fn every_variable_that_is_read_is_told_of() {
    let settings = std::fs::read_to_string(format!("{ROOT}/chaos-core/src/settings.rs")).unwrap();
    let readme = readme();
    let is_name = |text: &&str| text.starts_with("CHAOS_") && *text != "CHAOS_" && !text.contains(' ');
    for name in settings.split('"').filter(is_name) {
        assert!(readme.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn the_ready_scenarios_are_right() {
    let files = chaos_core::source::read_path(Path::new(&format!("{ROOT}/specs"))).unwrap();
    assert!(!files.is_empty());
    for file in files {
        let scenario = file.scenario.unwrap_or_else(|problems| panic!("{}: {problems}", file.path.display()));
        assert_eq!(file.path.file_stem().unwrap().to_str(), Some(scenario.id.as_str()), "named as its file");
        assert!(!scenario.enabled, "a ready scenario is armed by whoever wants it");
    }
}

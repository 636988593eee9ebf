//! What the guide shows is what the doors let in.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use chaos_core::spec::Scenario;
use std::path::{Path, PathBuf};

/// At least so many specs are shown; fewer, and the blocks were not found.
const SHOWN: usize = 25;

fn pages(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { pages(&path) } else { vec![path] }).collect()
}

/// The TOML blocks of the doc comments, each with the line that it starts after.
fn specs(page: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in page.lines().enumerate() {
        let Some(text) = line.strip_prefix("//!") else { continue };
        let text = text.strip_prefix(' ').unwrap_or(text);
        match &mut open {
            None if text == "```toml" => open = Some((number + 1, String::new())),
            None => {}
            Some(_) if text == "```" => found.extend(open.take()),
            Some((_, block)) => *block += &format!("{text}\n"),
        }
    }
    assert!(open.is_none(), "a block is not closed: {open:?}");
    found
}

#[test]
fn every_spec_of_the_guide_is_valid() {
    let mut shown = 0;
    for path in pages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/guide")) {
        for (line, text) in specs(&std::fs::read_to_string(&path).unwrap()) {
            shown += 1;
            if let Err(problems) = Scenario::from_toml(&text) {
                panic!("{}:{line}:\n{text}\n{problems}", path.display());
            }
        }
    }
    assert!(shown >= SHOWN, "{shown} specs");
}

/// Every page of a fault shows one, and one in code.
#[test]
fn every_fault_is_shown_in_toml_and_in_code() {
    for path in pages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/guide/faults")) {
        let page = std::fs::read_to_string(&path).unwrap();
        let is_index = path.ends_with("mod.rs");
        assert!(!specs(&page).is_empty(), "{}", path.display());
        assert!(is_index || page.contains("//! # In code\n//!\n//! ```\n"), "{}", path.display());
        for caller in ["//! # What an AWS SDK caller sees", "//! # What a reqwest caller sees"] {
            let told = page.contains(caller) || path.ends_with("network.rs");
            assert!(is_index || told, "{}: {caller}", path.display());
        }
    }
}

//! With `inject` off nothing of us is in a program.
//!
//! `tests/compile_out` holds one user program, built here with everything off,
//! with `model`, with `inject`, with `interceptor` alone and with all at once;
//! and next to it the same program without the lines that speak of faults
//! (`plain`). Each is built as debug and as release.
//!
//! # What the difference in size is
//!
//! The off build has a little more machine code than `plain`: 192 bytes
//! optimised for size, 1,104 unoptimised (x86-64 Linux, rustc 1.95). None of it
//! is ours. All of it is in the user's own `async fn main` and in the function
//! that drops its future, for the source has lines that the plain one lacks:
//! two more points of `await`, each a state to be resumed in and dropped in,
//! and two configs, one before `.chaos()` and one after it, where the plain
//! program has one. `twin` shows it: the same program with functions of its own
//! that do nothing, and no crate of ours. It has as much code as the off build,
//! to the byte.

// What a helper cannot do is a failed test.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod binary;
mod build;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use binary::{code_size, our_names};
use build::{PROFILES, cargo, program, run, user_workspace, workspace};
use chaos_control::verify::{Verdict, verify};

#[test]
fn the_users_source_has_no_cfg() {
    let source = std::fs::read_to_string(user_workspace().join("src/main.rs")).unwrap();
    assert!(source.contains(".chaos(&chaos)"));
    assert!(!source.contains("cfg(") && !source.contains("cfg!"));
}

#[test]
fn every_build_runs_and_knows_whether_it_is_live() {
    for profile in PROFILES {
        for variant in ["plain", "twin", "off", "interceptor", "model"] {
            let inert = "enabled=false health=compiled out secrets=swordfish,swordfish page=hello\n";
            assert_eq!(said_by(variant, profile), inert, "{profile}-{variant}");
        }
        for variant in ["inject", "all"] {
            let said = said_by(variant, profile);
            assert!(said.starts_with("enabled=true "), "{profile}-{variant}: {said}");
            assert!(
                said.ends_with(" secrets=swordfish,swordfish page=hello\n"),
                "{profile}-{variant}: {said}"
            );
        }
    }
}

/// Standard output of a program that runs with an empty environment.
fn said_by(variant: &str, profile: &str) -> String {
    let output = run(Command::new(&program(variant, profile).path).env_clear());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn off_adds_three_empty_crates_and_no_dependency() {
    let plain = dependencies(&user_workspace(), "plain");
    let off = dependencies(&user_workspace(), "user");
    let added: Vec<_> = off.difference(&plain).map(String::as_str).collect();
    assert_eq!(added, ["chaos-core", "chaos-http", "chaos-sdk-interceptor"]);
    assert!(plain.is_subset(&off));
    assert!(plain.contains("aws-sdk-secretsmanager") && plain.contains("reqwest"));
}

#[test]
fn our_crates_depend_on_nothing_when_off() {
    let none = dependencies(&workspace(), "chaos-core");
    assert_eq!(none, BTreeSet::new());
    for adapter in ["chaos-sdk-interceptor", "chaos-http"] {
        let core = dependencies(&workspace(), adapter);
        assert_eq!(core, BTreeSet::from(["chaos-core".to_owned()]), "{adapter}");
    }
}

/// What is linked into `package` besides itself, without any of its features.
fn dependencies(directory: &Path, package: &str) -> BTreeSet<String> {
    let mut tree = cargo(directory);
    tree.args(["tree", "--locked", "--no-default-features", "--edges", "normal"]);
    tree.args(["--prefix", "none", "--no-dedupe", "--package", package]);
    let listed = String::from_utf8(run(&mut tree).stdout).unwrap();
    let names = listed.lines().filter_map(|line| line.split(' ').next());
    names.filter(|name| *name != package).map(str::to_owned).collect()
}

#[test]
fn off_leaves_no_string_and_no_symbol() {
    let none: [&str; 0] = [];
    for profile in PROFILES {
        for variant in ["plain", "off"] {
            assert_eq!(our_names(&program(variant, profile).bytes), none, "{profile}-{variant}");
        }
        // The names are there to be found where the code is.
        assert_ne!(our_names(&program("inject", profile).bytes), none, "{profile}-inject");
    }
}

#[test]
fn off_costs_what_the_users_own_lines_cost() {
    for profile in PROFILES {
        let size = |variant| code_size(&program(variant, profile).bytes);
        let (plain, twin, off, live) = (size("plain"), size("twin"), size("off"), size("inject"));
        println!("{profile}: bytes of code: plain {plain}, twin {twin}, off {off}, inject {live}");
        assert!(off.abs_diff(plain) < 4096, "{profile}: off {off}, plain {plain}");
        // Equal where measured; another compiler may inline ours and theirs differently.
        assert!(off.abs_diff(twin) < 256, "{profile}: off {off}, twin {twin}");
    }
}

#[test]
fn live_builds_carry_the_marker_and_no_other_does() {
    for profile in PROFILES {
        for variant in ["plain", "off", "interceptor", "model"] {
            let verdict = verify(&program(variant, profile).path).unwrap();
            assert_eq!(verdict, Verdict::Clean, "{profile}-{variant}");
        }
        for variant in ["inject", "all"] {
            let Verdict::Live { version, .. } = verify(&program(variant, profile).path).unwrap() else {
                panic!("{profile}-{variant} carries no marker");
            };
            assert_eq!(version, env!("CARGO_PKG_VERSION"), "{profile}-{variant}");
        }
    }
}

/// What a table-reading program sends was looked up when it was published.
#[test]
fn a_reader_of_the_table_carries_no_catalogue() {
    for table in ["errors.bin", "outputs.bin"] {
        let bytes = std::fs::read(workspace().join("chaos-core/data").join(table)).unwrap();
        let start = &bytes[..32];
        for profile in PROFILES {
            let program = &program("all", profile).bytes;
            assert!(!program.windows(start.len()).any(|window| window == start), "{profile}: {table}");
        }
    }
}

#[test]
fn chaos_forbid_refuses_a_live_build_and_no_other() {
    let refused = check_forbidden("inject").output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success(), "{said}");
    assert!(said.contains("chaos_forbid is set and the feature `inject`"), "{said}");
    run(&mut check_forbidden(""));
}

/// `RUSTFLAGS="--cfg chaos_forbid" cargo check`, of the crate that refuses only.
fn check_forbidden(features: &str) -> Command {
    let mut check = cargo(&workspace());
    check.env_remove("CARGO_ENCODED_RUSTFLAGS").env("RUSTFLAGS", "--cfg chaos_forbid");
    check.args(["check", "--locked", "--package", "chaos-core", "--features", features]);
    check
}

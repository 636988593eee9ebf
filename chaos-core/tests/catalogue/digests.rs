//! The tables are those that the generator writes.

use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::Command;

const CRATE: &str = env!("CARGO_MANIFEST_DIR");

fn data() -> PathBuf {
    Path::new(CRATE).join("data")
}

fn generator() -> PathBuf {
    Path::new(CRATE).join("../tools/catalogue")
}

fn digest(path: &Path) -> String {
    let content = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn what_is_committed_is_what_the_digests_say() {
    let digests = std::fs::read_to_string(data().join("DIGESTS")).unwrap();
    let digests: Vec<_> = digests.lines().map(|line| line.split_once("  ").unwrap()).collect();
    assert_eq!(digests.len(), 5);
    for (expected, name) in digests {
        let path = match name {
            "overlays.json" => generator().join(name),
            // The wheel is not committed: the generator holds the same digest.
            wheel if wheel.ends_with(".whl") => {
                let script = std::fs::read_to_string(generator().join("generate.py")).unwrap();
                assert!(script.contains(expected), "generate.py pins another {wheel}");
                continue;
            }
            table => data().join(table),
        };
        assert_eq!(digest(&path), expected, "{name}: run tools/catalogue/generate.py");
    }
}

#[test]
fn the_generator_writes_the_same_bytes_again() {
    let Some(wheel) = std::env::var_os("CHAOS_BOTOCORE_WHEEL") else {
        println!("skipped: CHAOS_BOTOCORE_WHEEL does not name the wheel to generate from");
        return;
    };
    let out = tempfile::tempdir().unwrap();
    let mut python = Command::new("python3");
    python.arg("-B").arg(generator().join("generate.py")).arg("--wheel").arg(wheel);
    assert!(python.arg("--out").arg(out.path()).status().unwrap().success());
    for name in ["errors.bin", "outputs.bin", "inputs.bin", "DIGESTS"] {
        assert_eq!(digest(&out.path().join(name)), digest(&data().join(name)), "{name}");
    }
}

//! Builds the programs of `tests/compile_out`, each once for all tests.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::time::Instant;

/// Name, package and features of every build. All share their dependencies'
/// features, so that the AWS crates are compiled once per profile.
const VARIANTS: [(&str, &str, &str); 7] = [
    ("plain", "plain", ""),
    ("twin", "twin", ""),
    ("off", "user", ""),
    ("interceptor", "user", "chaos-interceptor"),
    ("model", "user", "chaos-model"),
    ("inject", "user", "chaos"),
    ("all", "user", "chaos-all"),
];

pub(crate) const PROFILES: [&str; 2] = ["debug", "release"];

/// One build of a program.
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    pub(crate) bytes: Vec<u8>,
}

/// The program `variant` as built with `profile`. The first to ask builds all.
pub(crate) fn program(variant: &str, profile: &str) -> &'static Program {
    static BUILT: OnceLock<BTreeMap<String, Program>> = OnceLock::new();
    &BUILT.get_or_init(build_all)[&format!("{profile}-{variant}")]
}

#[allow(clippy::disallowed_methods, reason = "how long a build takes is told to people, and decides nothing")]
fn build_all() -> BTreeMap<String, Program> {
    let kept = target_dir().join("programs");
    fs::create_dir_all(&kept).unwrap();
    // Another run of this test must not replace a program before it is copied.
    let lock = File::create(kept.join("lock")).unwrap();
    lock.lock().unwrap();
    let mut built = BTreeMap::new();
    for profile in PROFILES {
        for (variant, package, features) in VARIANTS {
            let name = format!("{profile}-{variant}");
            let path = kept.join(&name);
            let started = Instant::now();
            fs::copy(build(profile, package, features), &path).unwrap();
            println!("{name}: built in {:.1} s", started.elapsed().as_secs_f32());
            let bytes = fs::read(&path).unwrap();
            built.insert(name, Program { path, bytes });
        }
    }
    built
}

fn build(profile: &str, package: &str, features: &str) -> PathBuf {
    let mut cargo = cargo(&user_workspace());
    cargo.args(["build", "--locked", "--bins", "--package", package, "--features", features]);
    if profile == "release" {
        cargo.arg("--release");
    }
    run(&mut cargo);
    let name = format!("program{}", std::env::consts::EXE_SUFFIX);
    target_dir().join(profile).join(name)
}

/// Cargo as whoever runs this test would start it, in `directory`, with only
/// the flags that this test chooses.
pub(crate) fn cargo(directory: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(directory)
        .env("CARGO_TARGET_DIR", target_dir())
        .env("CARGO_ENCODED_RUSTFLAGS", neutral_paths())
        .env_remove("CARGO_BUILD_TARGET");
    cargo
}

/// Runs it, and shows what it said if it failed.
pub(crate) fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Panics name their source files. Were the checkout or the home called after
/// us, every program would seem to hold our name; so both get other names. The
/// path below the checkout stays: `/checkout/chaos-core/...` would be found.
fn neutral_paths() -> OsString {
    let home = std::env::home_dir().unwrap_or_default().join(".cargo");
    let home = std::env::var_os("CARGO_HOME").map_or(home, PathBuf::from);
    let mut flags = OsString::new();
    for (from, to, separator) in [(home, "=/cargo", "\u{1f}"), (workspace(), "=/checkout", "")] {
        flags.push("--remap-path-prefix=");
        flags.push(from);
        flags.push(to);
        flags.push(separator);
    }
    flags
}

pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

pub(crate) fn user_workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("compile_out")
}

/// Beside the directory that Cargo gives to tests, so kept with the rest.
pub(crate) fn target_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("compile_out")
}

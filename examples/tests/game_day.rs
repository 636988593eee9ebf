//! The game day, run as a newcomer runs it. Here and not in `tests/`, for
//! Cargo hands a package's binaries to that package's tests alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use serde_json::Value;
use std::process::{Command, Stdio};

fn game_day() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_game-day"));
    command.arg("--quick").stdin(Stdio::null());
    command
}

#[test]
fn one_function_is_hit_and_recovers_and_the_other_is_not() {
    let output = game_day().arg("--json").output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{:?}\n{told}", output.status);

    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let hit = &report["injected_by_function"];
    assert!(hit["checkout"].as_u64().unwrap() > 0, "{report}");
    assert_eq!(hit["reports"], 0, "{report}");
    assert_eq!(report["injected"], hit["checkout"], "{report}");
    assert_eq!(report["functions"]["reports"]["calls_lost"], 0, "{report}");
    assert!(report["outage_ms"].as_u64().unwrap() >= 3_000, "{report}");
    assert!(report["recovered_after_ms"].is_u64(), "{report}");
    assert_eq!(report["problems"], Value::Array(Vec::new()), "{report}");

    #[cfg(unix)]
    for function in ["checkout", "reports"] {
        let is_there = format!("kill -0 {}", report["functions"][function]["process"]);
        let found = Command::new("sh").args(["-c", &is_there]).output().unwrap();
        assert!(!found.status.success(), "{function} goes on: {report}");
    }
}

#[cfg(unix)]
mod ending {
    use super::{Stdio, game_day};
    use std::io::{BufRead, BufReader, Read};
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Child, Command, ExitStatus};
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    /// A game day whose functions are at work.
    fn under_way() -> Child {
        let mut day = game_day().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(day.stdout.as_mut().unwrap()).lines();
        assert!(lines.map(Result::unwrap).any(|line| line.contains("settling")));
        day
    }

    /// Sends it a signal, and waits until all of it has ended: the functions
    /// share its standard error, which ends when the last of them has.
    fn ended_by(signal: &str, mut day: Child) -> (ExitStatus, String) {
        let kill = format!("kill -{signal} {}", day.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        let (ended, has_ended) = mpsc::channel();
        thread::spawn(move || {
            let mut told = String::new();
            day.stderr.as_mut().unwrap().read_to_string(&mut told).unwrap();
            ended.send((day.wait().unwrap(), told)).unwrap();
        });
        has_ended.recv_timeout(Duration::from_secs(60)).expect("some function goes on")
    }

    #[test]
    fn ctrl_c_ends_all_of_it() {
        let (status, told) = ended_by("INT", under_way());
        assert_eq!(status.code(), Some(130), "{told}");
        assert!(told.contains("interrupted"), "{told}");
    }

    #[test]
    fn functions_do_not_outlive_a_game_day_that_is_killed() {
        let (status, _) = ended_by("KILL", under_way());
        assert_eq!(status.signal(), Some(9));
    }
}

//! Names and recorded answers, as people, scripts and programs ask for them: the
//! real binary, and the service over a real socket.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod check;
mod errors;
mod pills;
mod routes;
mod services;

use chaos_control::serve::{Options, Running, Table, start};
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;
use tokio::process::Command;

/// What the command said.
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }

    #[track_caller]
    fn ok(&self, text: &str) {
        assert!(self.code == 0 && self.out.contains(text), "{} {}{}", self.code, self.out, self.err);
    }

    #[track_caller]
    fn no(&self, text: &str) {
        assert!(self.code == 1 && self.err.contains(text), "{} {}{}", self.code, self.out, self.err);
    }

    /// The first cell of each row, without those of lines that go on.
    fn firsts(&self) -> Vec<&str> {
        let rows = self.out.lines().skip(1).filter(|line| !line.starts_with("  "));
        rows.filter_map(|row| row.split_whitespace().next()).collect()
    }
}

async fn say(words: &[&str]) -> Said {
    say_in(Path::new("."), words).await
}

async fn say_in(folder: &Path, words: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_monkeyless"));
    command.args(words).current_dir(folder).stdin(Stdio::null()).kill_on_drop(true).env_clear();
    let output = command.output().await.unwrap();
    Said {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A service over a table in memory.
async fn service() -> Running {
    let any = "127.0.0.1:0".parse().unwrap();
    start(Options { listen: any, table: Table::Embedded { folder: None, listen: any } }).await.unwrap()
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

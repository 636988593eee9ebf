//! Stops a process and lets it go on: a shell that sends signals, for there is no
//! safe way to do it from the standard library.

use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

pub(crate) struct Signals {
    _shell: Child,
    orders: ChildStdin,
    done: Lines<BufReader<ChildStdout>>,
}

impl Signals {
    pub(crate) fn new() -> Self {
        let mut shell = Command::new("sh");
        let mut shell =
            shell.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let (orders, done) = (shell.stdin.take().unwrap(), shell.stdout.take().unwrap());
        Self { _shell: shell, orders, done: BufReader::new(done).lines() }
    }

    /// Ends when the signal was sent.
    pub(crate) async fn send(&mut self, signal: &str, process: u32) {
        self.orders.write_all(format!("kill -{signal} {process} && echo sent\n").as_bytes()).await.unwrap();
        assert_eq!(self.done.next_line().await.unwrap().as_deref(), Some("sent"));
    }
}

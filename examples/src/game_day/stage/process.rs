//! A function's process: started, listened to, and ended.

use crate::args::Role;
use crate::failure::Failure;
use crate::line::Line;
use crate::outage::ENVIRONMENT;
use chaos_control::serve::EMBEDDED_TABLE;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;
use std::{env, io};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{Instant, timeout};

/// Longer than any function takes to end by itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a function finds around itself.
pub(super) struct Surroundings {
    /// Where the table of Monkeyless Chaos is, if it is not in AWS.
    pub(super) table: Option<SocketAddr>,
    /// Where its own database is.
    pub(super) database: SocketAddr,
}

/// Something that a function told.
pub(crate) struct Told {
    pub(crate) role: Role,
    pub(crate) at: Instant,
    /// `None` when it has ended.
    pub(crate) line: Option<Line>,
}

/// The process of a function, which ends when this is dropped.
pub(super) struct Process {
    role: Role,
    child: Child,
}

impl Process {
    pub(super) fn start(
        role: Role,
        surroundings: &Surroundings,
        tell: UnboundedSender<Told>,
    ) -> Result<Self, Failure> {
        let mut child = command(role, surroundings)
            .and_then(|mut command| command.spawn())
            .map_err(|error| Failure::Start(role, error))?;
        if let Some(lines) = child.stdout.take() {
            tokio::spawn(listen(role, lines, tell));
        }
        Ok(Self { role, child })
    }

    pub(super) fn role(&self) -> Role {
        self.role
    }

    pub(super) fn id(&self) -> Option<u32> {
        self.child.id()
    }

    pub(super) async fn end(mut self) {
        // A function runs until its standard input ends.
        drop(self.child.stdin.take());
        if timeout(PATIENCE, self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }
}

/// This program again, as the function. In a real setup, these variables are
/// set where the function is deployed.
fn command(role: Role, surroundings: &Surroundings) -> io::Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command.args(["--function", role.name()]).kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    env::vars_os().filter(|(name, _)| is_yours(&name.to_string_lossy())).for_each(|(name, _)| {
        command.env_remove(name);
    });
    command.env("CHAOS_TABLE", EMBEDDED_TABLE).env("CHAOS_ENVIRONMENT", ENVIRONMENT);
    command.env("CHAOS_FUNCTION", role.name()).env("CHAOS_POLL", "500ms");
    command.envs(surroundings.table.map(|table| ("CHAOS_ENDPOINT", format!("http://{table}"))));
    command.env("AWS_ENDPOINT_URL_DYNAMODB", format!("http://{}", surroundings.database));
    command.env("AWS_REGION", "us-east-1");
    command.env("AWS_ACCESS_KEY_ID", "gameday").env("AWS_SECRET_ACCESS_KEY", "gameday");
    Ok(command)
}

/// Whether a variable is about your own AWS account, your own Monkeyless Chaos
/// or your way into the internet. The game day keeps out of all three.
fn is_yours(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let is_a_home = matches!(name.as_str(), "HOME" | "USERPROFILE");
    name.starts_with("AWS_") || name.starts_with("CHAOS_") || name.ends_with("_PROXY") || is_a_home
}

/// Passes on what a function tells, with the time at which it did.
async fn listen(role: Role, from: ChildStdout, tell: UnboundedSender<Told>) {
    let mut lines = BufReader::new(from).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let Ok(line) = serde_json::from_str(&line) else { continue };
        if tell.send(Told { role, at: Instant::now(), line: Some(line) }).is_err() {
            return;
        }
    }
    let _ = tell.send(Told { role, at: Instant::now(), line: None });
}

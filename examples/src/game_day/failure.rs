//! Why a game day ended early.

use crate::args::Role;
use chaos_control::embedded::EngineError;
use chaos_control::refusal::Refusal;
use chaos_control::serve::StartError;
use std::process::ExitCode;
use std::{fmt, io};

#[derive(Debug)]
pub(crate) enum Failure {
    /// The control service did not start.
    Service(StartError),
    /// The functions' database did not start.
    Database(String),
    /// A function was not started.
    Start(Role, io::Error),
    /// No call of a function has succeeded for too long.
    Silent(Role),
    /// A function ended by itself.
    Ended(Role),
    /// The control service says no.
    Refused(Refusal),
    /// The scenario of this example is not right.
    Scenario(String),
    /// Nobody reads what is printed.
    Unread(io::Error),
    /// Ctrl-C.
    Interrupted,
}

impl Failure {
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            // As a shell has it for what SIGINT ended.
            Self::Interrupted => ExitCode::from(130),
            _ => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(error) => write!(f, "the control service did not start: {error}"),
            Self::Database(error) => write!(f, "the functions' database did not start: {error}"),
            Self::Start(role, error) => write!(f, "{role} was not started: {error}"),
            Self::Silent(role) => write!(f, "no call of {role} has succeeded; what it logged is above"),
            Self::Ended(role) => write!(f, "{role} ended by itself; what it logged is above"),
            Self::Refused(refusal) => write!(f, "the control service refused: {refusal}"),
            Self::Scenario(problem) => write!(f, "examples/orders-throttled.toml: {problem}"),
            Self::Unread(error) => write!(f, "nobody reads this any more: {error}"),
            Self::Interrupted => f.write_str("interrupted; everything it started has ended"),
        }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::Service(error)
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self::Database(error.to_string())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

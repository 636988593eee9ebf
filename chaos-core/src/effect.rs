//! What one call actually gets: small and closed, so that an adapter that
//! forgets one does not compile.

use crate::spec::{ErrorFault, NetworkFault, Outcome, PartialFault, Rate, StatusFault};
use std::sync::Arc;
use std::time::Duration;

/// A delay, then an outcome; both absent means that the call passes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effect {
    /// Hold the call up for so long, first; at most [`crate::caps::MAX_DELAY`].
    pub delay: Option<Duration>,
    /// Then this, or, where `None`, the real call.
    pub outcome: Option<Arc<Answer>>,
    /// Decides what the outcome leaves to chance: which entries of a batch fail.
    pub roll: u64,
}

/// How a faulted call ends.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The service's own error, in the protocol that the request speaks.
    Error(ServiceError),
    /// A canned HTTP answer.
    Status(StatusFault),
    /// A failure of the network.
    Network(NetworkFault),
    /// The real answer, in which some entries of the batch failed.
    Partial(Partial),
}

/// Entries of a batch that fail.
#[derive(Clone, Debug, PartialEq)]
pub struct Partial {
    /// How many of them; at least one.
    pub share: Rate,
    /// Whether they are sent to the service all the same.
    pub sent: bool,
    /// The code of each; `None` for what the service usually sends.
    pub code: Option<String>,
    /// The message of each.
    pub message: String,
}

impl Partial {
    fn of(fault: &PartialFault, name: &str) -> Self {
        Self {
            share: fault.share,
            sent: fault.sent,
            code: fault.code.clone(),
            message: fault.message.clone().unwrap_or_else(|| injected_by(name)),
        }
    }
}

fn injected_by(name: &str) -> String {
    format!("injected by chaos spec {name}")
}

/// A service error with everything that the wire needs.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceError {
    /// What the service puts on the wire.
    pub code: String,
    /// The HTTP status.
    pub status: u16,
    /// The message that the caller reads.
    pub message: String,
    /// Further members of the error.
    pub fields: serde_json::Map<String, serde_json::Value>,
}

impl Answer {
    /// The answer that `outcome` of the spec `name` stands for.
    pub(crate) fn of(outcome: &Outcome, name: &str) -> Self {
        match outcome {
            Outcome::Error(error) => Self::Error(ServiceError::of(error, name)),
            Outcome::Status(status) => Self::Status(status.clone()),
            Outcome::Network(network) => Self::Network(*network),
            Outcome::Partial(partial) => Self::Partial(Partial::of(partial, name)),
        }
    }

    /// One word for reports: the error's code, the status, or the network fault.
    pub fn label(&self) -> String {
        match self {
            Self::Error(error) => error.code.clone(),
            Self::Status(status) => status.code.to_string(),
            Self::Network(network) => network.name().to_owned(),
            Self::Partial(partial) => format!("partial {}", partial.share),
        }
    }
}

impl ServiceError {
    fn of(error: &ErrorFault, name: &str) -> Self {
        Self {
            code: error.name.clone(),
            status: error.status.unwrap_or_else(|| usual_status(&error.name)),
            message: error.message.clone().unwrap_or_else(|| injected_by(name)),
            fields: error.fields.clone(),
        }
    }
}

/// The status that AWS services send with names that many of them share;
/// source: botocore 1.44.5 `_retry.json`, and 500 for faults of the server.
fn usual_status(name: &str) -> u16 {
    match name {
        "InternalFailure"
        | "InternalError"
        | "InternalServerError"
        | "InternalServiceError"
        | "InternalServerException"
        | "InternalServiceException" => 500,
        "ServiceUnavailable"
        | "ServiceUnavailableException"
        | "RequestLimitExceeded"
        | "SlowDown"
        | "EC2ThrottledException" => 503,
        "BandwidthLimitExceeded" => 509,
        _ => 400,
    }
}

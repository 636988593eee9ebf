//! What one call actually gets: small and closed, so that an adapter that
//! forgets one does not compile.

mod named;
mod pills;

#[cfg(feature = "table")]
pub(crate) use named::Known;
pub use named::{NamedError, Unresolved};
#[cfg(feature = "table")]
pub(crate) use pills::KnownPill;
pub use pills::PillAnswer;
pub(crate) use pills::Place;
#[cfg(any(feature = "catalogue", feature = "table"))]
pub(crate) use pills::{Ready, recorded_error};

use crate::spec::{
    CorruptFault, NetworkFault, Outcome, PartialFault, Rate, SlowBodyFault, StatusFault, Target,
};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A delay, then an outcome; both absent means that the call passes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effect {
    /// Hold the call up for so long, first; at most [`crate::caps::MAX_DELAY`].
    pub delay: Option<Duration>,
    /// Then this, or, where `None`, the real call.
    pub outcome: Option<Arc<Answer>>,
    /// What the outcome leaves open: which pill's turn it is, or the draw that
    /// says which entries of a batch fail, or which bytes are others.
    pub choice: u64,
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.delay, &self.outcome) {
            (Some(delay), Some(outcome)) => write!(f, "{delay:?} late, then {}", outcome.label()),
            (Some(delay), None) => write!(f, "{delay:?} late"),
            (None, Some(outcome)) => f.write_str(&outcome.label()),
            (None, None) => f.write_str("nothing"),
        }
    }
}

/// How a faulted call ends.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The service's own error, in the protocol that the request speaks.
    Error(NamedError),
    /// A canned HTTP answer.
    Status(StatusFault),
    /// A failure of the network.
    Network(NetworkFault),
    /// A recorded answer.
    Pill(PillAnswer),
    /// The real answer, in which some entries of the batch failed.
    Partial(Partial),
    /// The real answer, damaged.
    Corrupt(CorruptFault),
    /// The real answer, slowly.
    SlowBody(SlowBodyFault),
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

/// The message of what is injected, where the spec gives none.
fn injected_by(name: &str) -> String {
    format!("injected by chaos spec {name}")
}

impl Answer {
    /// The answer that `outcome` of the spec `name` stands for, for the calls of `target`.
    pub(crate) fn of(outcome: &Outcome, target: &Target, name: &str) -> Self {
        match outcome {
            Outcome::Error(error) => Self::Error(NamedError::new(error, target, name)),
            Outcome::Status(status) => Self::Status(status.clone()),
            Outcome::Network(network) => Self::Network(*network),
            Outcome::Pill(pills) => Self::Pill(PillAnswer::new(pills, target)),
            Outcome::Partial(partial) => Self::Partial(Partial::of(partial, name)),
            Outcome::Corrupt(corrupt) => Self::Corrupt(corrupt.clone()),
            Outcome::SlowBody(slow) => Self::SlowBody(*slow),
        }
    }

    /// One word for reports: the error's code, the status, or the network fault.
    pub fn label(&self) -> String {
        match self {
            Self::Error(error) => error.label().to_owned(),
            Self::Status(status) => status.code.to_string(),
            Self::Network(network) => network.name().to_owned(),
            Self::Pill(pills) if pills.count() == 1 => "pill".to_owned(),
            Self::Pill(pills) => format!("{} pills", pills.count()),
            Self::Partial(partial) => format!("partial {}", partial.share),
            Self::Corrupt(corrupt) => corrupt.name().to_owned(),
            Self::SlowBody(_) => "slow_body".to_owned(),
        }
    }
}

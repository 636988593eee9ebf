//! How the table fails, in words that say what to do next.

use super::definitions::Definition;
use std::fmt;

/// Why an act was not done, or is not known to be done.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum StoreError {
    /// The scenario is not (or no longer) as the caller expected; nothing was changed.
    Conflict {
        /// The scenario as it is now; `None` where there is none.
        current: Option<Box<Definition>>,
    },
    /// Others kept changing the environment at the same time; nothing was changed.
    Busy,
    /// There is no such scenario or environment.
    NotFound {
        /// What is not there.
        what: String,
    },
    /// The act is against a rule; nothing was changed.
    Refused {
        /// The rule, and what would be right.
        reason: String,
    },
    /// An item was edited by hand, or written by a newer version, and cannot be understood.
    Unreadable {
        /// The item, by its key.
        item: String,
        /// What is wrong with it, and what would be right.
        problem: String,
    },
    /// There is no table of this name.
    TableMissing {
        /// The name.
        table: String,
    },
    /// The credentials are not allowed to do this.
    Denied {
        /// What AWS says.
        message: String,
    },
    /// The table is asked more often than its capacity allows.
    Throttled {
        /// What AWS says.
        message: String,
    },
    /// The table did not answer; nothing was changed.
    Unreachable {
        /// What failed.
        message: String,
    },
    /// The answer to a write was lost: it may have been done or not.
    Ambiguous {
        /// What was being done, and what failed.
        message: String,
    },
    /// The table refused a request as such.
    Invalid {
        /// What AWS says.
        message: String,
    },
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict { current: Some(current) } => write!(
                f,
                "the scenario was changed meanwhile: it is at version {}, by {}, {}; read it again and repeat",
                current.version, current.by, current.at
            ),
            Self::Conflict { current: None } => {
                f.write_str("the scenario was removed meanwhile; nothing was changed: store it as a new one")
            }
            Self::Busy => f.write_str(
                "others changed this environment at the same time, again and again; nothing was changed: try again",
            ),
            Self::NotFound { what } => write!(f, "there is no {what}"),
            Self::Refused { reason } => write!(f, "refused: {reason}"),
            Self::Unreadable { item, problem } => {
                write!(f, "the item {item} of the table cannot be understood: {problem}")
            }
            Self::TableMissing { table } => write!(
                f,
                "there is no table `{table}` in this account and region; make it with `monkeyless table create`, or name another"
            ),
            Self::Denied { message } => write!(
                f,
                "the credentials do not allow this: {message}; `monkeyless iam` prints the policies that do"
            ),
            Self::Throttled { message } => {
                write!(f, "the table is asked more often than it allows: {message}; try again in a while")
            }
            Self::Unreachable { message } => write!(
                f,
                "the table was not reached: {message}; nothing was changed: check credentials, endpoint, region and network, and try again"
            ),
            Self::Ambiguous { message } => {
                write!(f, "the outcome is unknown: {message}; look at the status before you repeat it")
            }
            Self::Invalid { message } => write!(f, "the table refused the request: {message}"),
        }
    }
}

impl std::error::Error for StoreError {}

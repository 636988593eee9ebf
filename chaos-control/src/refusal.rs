//! Why an act was not done, the same for the API and the CLI.

use chaos_core::door::Problems;
use chaos_core::table::StoreError;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A "no" with its reason: over HTTP an `application/problem+json` (RFC 9457).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// What kind of "no", as a URN.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// The HTTP status.
    pub status: u16,
    /// The kind in words.
    pub title: String,
    /// What happened, and what to do next.
    pub detail: String,
    /// Everything that is wrong with the input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Violation>,
}

/// One thing that is wrong with an input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Violation {
    /// Where, as a JSON pointer.
    pub pointer: String,
    /// What stands there, shortened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Why it is refused.
    pub problem: String,
    /// What would be right.
    pub remedy: String,
}

/// The kinds of "no".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// The input cannot be understood; see the violations.
    #[serde(rename = "urn:monkeyless:invalid")]
    Invalid,
    /// There is no such thing.
    #[serde(rename = "urn:monkeyless:not-found")]
    NotFound,
    /// It is against a rule, or against the state that things are in.
    #[serde(rename = "urn:monkeyless:refused")]
    Refused,
    /// It was changed since it was read.
    #[serde(rename = "urn:monkeyless:stale")]
    Stale,
    /// The request must say which version it is about.
    #[serde(rename = "urn:monkeyless:version-required")]
    VersionRequired,
    /// Whoever asks may not.
    #[serde(rename = "urn:monkeyless:forbidden")]
    Forbidden,
    /// The table or the server was not reached.
    #[serde(rename = "urn:monkeyless:unreachable")]
    Unreachable,
    /// It may have been done or not.
    #[serde(rename = "urn:monkeyless:unknown-outcome")]
    UnknownOutcome,
    /// A kind that this version does not know, or a failure of the server itself.
    #[serde(rename = "urn:monkeyless:internal", other)]
    Internal,
}

impl Kind {
    fn status(self) -> u16 {
        match self {
            Self::Invalid => 422,
            Self::NotFound => 404,
            Self::Refused => 409,
            Self::Stale => 412,
            Self::VersionRequired => 428,
            Self::Forbidden => 403,
            Self::Unreachable => 503,
            Self::UnknownOutcome => 504,
            Self::Internal => 500,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Invalid => "The input is not right",
            Self::NotFound => "Not found",
            Self::Refused => "Refused",
            Self::Stale => "Changed meanwhile",
            Self::VersionRequired => "Say which version you mean",
            Self::Forbidden => "Not allowed",
            Self::Unreachable => "Not reached",
            Self::UnknownOutcome => "The outcome is unknown",
            Self::Internal => "Something failed here",
        }
    }
}

impl Refusal {
    /// A refusal of a kind, with what to do next.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            status: kind.status(),
            title: kind.title().to_owned(),
            detail: detail.into(),
            violations: Vec::new(),
        }
    }

    /// The command's exit code: 1 refused or not found, 3 not reached or outcome unknown.
    pub fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::Unreachable | Kind::UnknownOutcome => 3,
            _ => 1,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)?;
        for violation in &self.violations {
            write!(f, "\n  {}: ", violation.pointer)?;
            if let Some(value) = &violation.value {
                write!(f, "{value} ")?;
            }
            write!(f, "{}; {}", violation.problem, violation.remedy)?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

impl From<Problems> for Refusal {
    fn from(problems: Problems) -> Self {
        let violations = problems.0.into_iter().map(|problem| Violation {
            pointer: problem.path.pointer(),
            value: problem.value,
            problem: problem.problem,
            remedy: problem.remedy,
        });
        let violations: Vec<_> = violations.collect();
        let detail = format!("{} to mend; nothing was changed", counted(violations.len(), "mistake"));
        Self { violations, ..Self::new(Kind::Invalid, detail) }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        let kind = match &error {
            StoreError::Conflict { .. } => Kind::Stale,
            StoreError::NotFound { .. } => Kind::NotFound,
            StoreError::Refused { .. } | StoreError::Busy | StoreError::Unreadable { .. } => Kind::Refused,
            StoreError::Ambiguous { .. } => Kind::UnknownOutcome,
            StoreError::TableMissing { .. }
            | StoreError::Denied { .. }
            | StoreError::Throttled { .. }
            | StoreError::Unreachable { .. } => Kind::Unreachable,
            _ => Kind::Internal,
        };
        Self::new(kind, error.to_string())
    }
}

/// "1 mistake", "2 mistakes".
pub(crate) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

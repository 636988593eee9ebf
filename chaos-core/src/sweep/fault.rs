//! What a sweep does to calls.

use crate::effect::Answer;
use crate::spec::{
    ErrorFault, Fault as SpecFault, FaultSpec, Id, Latency, NetworkFault, Outcome, StatusFault, Target, When,
    format_duration,
};
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// One fault that a sweep tries.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault(SpecFault);

/// How often the call meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// One attempt does, the first: is it tried again?
    Once,
    /// Every attempt does: is there another way?
    Always,
}

impl Fault {
    /// A service's own error, by shape name or wire code. Calls of services that
    /// do not have it are spared.
    pub fn error(name: &str) -> Self {
        Self::from(Outcome::Error(ErrorFault {
            name: name.to_owned(),
            message: None,
            status: None,
            fields: serde_json::Map::new(),
        }))
    }

    /// An error that is sent as it is written, whatever the service.
    pub(super) fn error_with_status(name: &str, status: u16) -> Self {
        let Self(SpecFault { latency, outcome }) = Self::error(name);
        let outcome = match outcome {
            Some(Outcome::Error(error)) => Some(Outcome::Error(ErrorFault { status: Some(status), ..error })),
            other => other,
        };
        Self(SpecFault { latency, outcome })
    }

    /// An HTTP answer with this status code and no body; brought into 200 to 599.
    pub fn status(code: u16) -> Self {
        Self::from(Outcome::Status(StatusFault {
            code: code.clamp(200, 599),
            headers: BTreeMap::new(),
            body: String::new(),
        }))
    }

    /// A delay before the real call; cut to [`crate::caps::MAX_DELAY`] when it is met.
    pub fn latency(delay: Duration) -> Self {
        Self(SpecFault { latency: Some(Latency::Fixed(delay)), outcome: None })
    }

    /// The spec for the calls of `target`.
    pub(super) fn spec(&self, target: Target, how: How) -> FaultSpec {
        let name = format!("{self}-{how}").to_ascii_lowercase();
        let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(63).collect();
        let max = if how == How::Once { Some(1) } else { None };
        FaultSpec {
            id: Id::new(&name).unwrap_or_else(Id::fault),
            description: String::new(),
            target,
            fault: self.0.clone(),
            when: When { max, ..When::always() },
        }
    }

    pub(super) fn is_of_batches(&self) -> bool {
        matches!(self.0.outcome, Some(Outcome::Partial(_)))
    }

    /// Whether clients of the AWS SDK take it for something that passes, whatever
    /// the service.
    pub(super) fn is_passing(&self) -> bool {
        match &self.0.outcome {
            Some(Outcome::Network(_)) => true,
            Some(Outcome::Status(answer)) => matches!(answer.code, 500 | 502..=504),
            _ => false,
        }
    }

    /// Whether attempts that meet it wait for nothing.
    pub(super) fn is_at_once(&self) -> bool {
        use NetworkFault::{ConnectionRefused, ConnectionReset, DnsFailure};
        let is_answered = match &self.0.outcome {
            Some(Outcome::Network(fault)) => {
                matches!(fault, ConnectionRefused | ConnectionReset | DnsFailure)
            }
            Some(Outcome::Status(_) | Outcome::Error(_)) => true,
            _ => false,
        };
        is_answered && self.0.latency.is_none()
    }

    /// Whether plain HTTP calls can have it.
    pub(super) fn is_of_http(&self) -> bool {
        !matches!(self.0.outcome, Some(Outcome::Error(_) | Outcome::Partial(_) | Outcome::Pill(_)))
    }
}

impl From<Outcome> for Fault {
    fn from(outcome: Outcome) -> Self {
        Self(SpecFault { latency: None, outcome: Some(outcome) })
    }
}

impl From<NetworkFault> for Fault {
    fn from(network: NetworkFault) -> Self {
        Self::from(Outcome::Network(network))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0.outcome, &self.0.latency) {
            (Some(Outcome::Error(error)), _) => f.write_str(&error.name),
            (Some(outcome), _) => f.write_str(&Answer::of(outcome, &Target::default(), "").label()),
            (None, Some(Latency::Fixed(delay))) => write!(f, "+{}", format_duration(*delay)),
            (None, _) => f.write_str("latency"),
        }
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Once => "once",
            Self::Always => "always",
        })
    }
}

//! What should happen to the calls that a target names.

use super::corrupt::CorruptFault;
use super::latency::Latency;
use super::outcome::{ErrorFault, NetworkFault, Outcome, StatusFault};
use super::partial::PartialFault;
use super::slow_body::SlowBodyFault;
use crate::door::{At, Door, Known};
use crate::pill::PillFault;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// A delay, an outcome, or a delay and then an outcome; never neither.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Held up for so long, first.
    pub latency: Option<Latency>,
    /// What the caller gets; `None` passes the call on after the delay.
    pub outcome: Option<Outcome>,
}

const OUTCOMES: &[&str] = &["error", "status", "pill", "network", "partial", "corrupt", "slow_body"];
const KNOWN: Known = Known {
    now: &["latency", "error", "status", "pill", "network", "partial", "corrupt", "slow_body"],
    later: &[],
};

impl Fault {
    pub(crate) fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        let fields = door.object(at, KNOWN)?;
        let given: Vec<_> = OUTCOMES.iter().filter(|name| fields.get(name).is_some()).collect();
        if given.len() > 1 {
            door.refuse_whole(
                at,
                format!("has {} outcomes", given.len()),
                "keep one: a call has one outcome; use a second spec for another",
            );
            return None;
        }
        let latency = fields.get("latency");
        if given.is_empty() && latency.is_none() {
            door.refuse_whole(
                at,
                "says nothing",
                "give `latency`, `error`, `status`, `pill`, `network`, `partial`, `corrupt` or `slow_body`",
            );
            return None;
        }
        let outcome = OUTCOMES.iter().find_map(|name| Some((*name, fields.get(name)?)));
        Some(Self {
            latency: latency.and_then(|at| Latency::parse(door, &at)),
            outcome: outcome.and_then(|(name, at)| outcome_named(door, name, &at)),
        })
    }
}

fn outcome_named(door: &mut Door, name: &str, at: &At<'_>) -> Option<Outcome> {
    match name {
        "error" => ErrorFault::parse(door, at).map(Outcome::Error),
        "status" => StatusFault::parse(door, at).map(Outcome::Status),
        "pill" => PillFault::parse(door, at).map(Outcome::Pill),
        "partial" => PartialFault::parse(door, at).map(Outcome::Partial),
        "corrupt" => CorruptFault::parse(door, at).map(Outcome::Corrupt),
        "slow_body" => SlowBodyFault::parse(door, at).map(Outcome::SlowBody),
        _ => NetworkFault::parse(door, at).map(Outcome::Network),
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(latency) = &self.latency {
            map.serialize_entry("latency", latency)?;
        }
        match &self.outcome {
            // As short as it can be written.
            Some(Outcome::Error(error)) if error.is_name_only() => {
                map.serialize_entry("error", &error.name)?
            }
            Some(Outcome::Error(error)) => map.serialize_entry("error", error)?,
            Some(Outcome::Status(status)) if status.is_code_only() => {
                map.serialize_entry("status", &status.code)?;
            }
            Some(Outcome::Status(status)) => map.serialize_entry("status", status)?,
            Some(Outcome::Network(network)) => map.serialize_entry("network", network)?,
            Some(Outcome::Pill(pills)) => map.serialize_entry("pill", pills)?,
            Some(Outcome::Partial(partial)) if partial.is_share_only() => {
                map.serialize_entry("partial", &partial.share)?;
            }
            Some(Outcome::Partial(partial)) => map.serialize_entry("partial", partial)?,
            Some(Outcome::Corrupt(corrupt)) => map.serialize_entry("corrupt", corrupt)?,
            Some(Outcome::SlowBody(slow)) => match (slow.rate, slow.stall_after) {
                (Some(rate), None) => map.serialize_entry("slow_body", &rate)?,
                _ => map.serialize_entry("slow_body", slow)?,
            },
            None => {}
        }
        map.end()
    }
}

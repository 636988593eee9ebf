//! Which of the matching calls are hit.

use super::rate::Rate;
use super::time::{duration, write_optional_duration};
use crate::caps;
use crate::door::{At, Door, Known};
use serde::Serialize;
use std::time::Duration;

/// The choice among matching calls. `rate` is required, never assumed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct When {
    /// The share that is hit: `"60%"` or `0.6`.
    pub rate: Rate,
    /// The first so many matching calls pass.
    #[serde(skip_serializing_if = "is_zero")]
    pub skip: u64,
    /// After those, only every n-th is a candidate: with 3, the third, the sixth, ...
    #[serde(skip_serializing_if = "is_one")]
    pub every: u64,
    /// At most so many injections per process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
    /// The rate grows from 0 to full over this time after arming.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write_optional_duration")]
    pub ramp: Option<Duration>,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn is_one(number: &u64) -> bool {
    *number == 1
}

const KNOWN: Known =
    Known { now: &["rate", "skip", "every", "max", "ramp", "key", "per"], later: &["fleet_max"] };

impl When {
    /// Every matching call.
    pub fn always() -> Self {
        Self { rate: Rate::ALWAYS, skip: 0, every: 1, max: None, ramp: None }
    }

    pub(crate) fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        let fields = door.object(at, KNOWN)?;
        let rate = door.required(&fields, "rate", "write the share of calls to hit, such as \"60%\" or 0.6");
        let rate = rate.and_then(|at| Rate::parse(door, &at));
        let mut count = |name, low| {
            let number = door.int(&fields.get(name)?, low, i64::MAX)?;
            u64::try_from(number).ok()
        };
        let (skip, every, max) = (count("skip", 0), count("every", 1), count("max", 1));
        let ramp = fields.get("ramp").and_then(|at| duration(door, &at, caps::MAX_ARMED));
        only(door, fields.get("key"), "call");
        only(door, fields.get("per"), "attempt");
        Some(Self { rate: rate?, skip: skip.unwrap_or(0), every: every.unwrap_or(1), max, ramp })
    }
}

/// A field of which this version knows one value.
fn only(door: &mut Door, at: Option<At<'_>>, available: &str) {
    let Some(at) = at else { return };
    let right = format!("write \"{available}\" or leave it out");
    if door.text(&at, &right).is_some_and(|text| text != available) {
        door.refuse(&at, "is not available in this version", right);
    }
}

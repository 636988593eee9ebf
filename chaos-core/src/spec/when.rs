//! Which of the matching calls are hit.

use super::rate::Rate;
use super::time::{duration, write_optional_duration};
use crate::caps;
use crate::door::{At, Door, Fields, Known};
use serde::{Serialize, Serializer};
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
    /// At most so many injections per process; with [`Per::Call`] so many calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
    /// At most so many by all processes together, from one arming to its end; only
    /// specs from the table have it. Counts what `max` counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fleet_max: Option<u64>,
    /// The rate grows from 0 to full over this time after arming.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write_optional_duration")]
    pub ramp: Option<Duration>,
    /// What a roll hangs on.
    #[serde(skip_serializing_if = "Key::is_default")]
    pub key: Key,
    /// What is rolled for.
    #[serde(skip_serializing_if = "Per::is_default")]
    pub per: Per,
}

/// What a roll hangs on, beside the seed and the spec.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Key {
    /// The number of the match: *how many* are hit does not depend on timing.
    #[default]
    Call,
    /// The call's own content: method, path, query and body. Neither does *which*.
    Input,
    /// The value of this label, which the application sets around its work.
    Label(String),
}

/// What is rolled for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Every attempt by itself.
    #[default]
    Attempt,
    /// A call once: its retries meet the same.
    Call,
}

const KNOWN: Known =
    Known { now: &["rate", "skip", "every", "max", "fleet_max", "ramp", "key", "per"], later: &[] };
/// What stands before a label's name in `key`.
const LABEL: &str = "label:";

impl When {
    /// Every matching call.
    pub fn always() -> Self {
        Self {
            rate: Rate::ALWAYS,
            skip: 0,
            every: 1,
            max: None,
            fleet_max: None,
            ramp: None,
            key: Key::Call,
            per: Per::Attempt,
        }
    }

    pub(crate) fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        let fields = door.object(at, KNOWN)?;
        let rate = door.required(&fields, "rate", "write the share of calls to hit, such as \"60%\" or 0.6");
        let rate = rate.and_then(|at| Rate::parse(door, &at));
        let mut count = |name, low| {
            let number = door.int(&fields.get(name)?, low, i64::MAX)?;
            u64::try_from(number).ok()
        };
        let (skip, every) = (count("skip", 0), count("every", 1));
        let (max, fleet_max) = (count("max", 1), count("fleet_max", 1));
        let ramp = fields.get("ramp").and_then(|at| duration(door, &at, caps::MAX_ARMED));
        let key = fields.get("key").map_or(Some(Key::Call), |at| Key::parse(door, &at));
        let per = fields.get("per").map_or(Some(Per::Attempt), |at| Per::parse(door, &at));
        let when = Self {
            rate: rate?,
            skip: skip.unwrap_or(0),
            every: every.unwrap_or(1),
            max,
            fleet_max,
            ramp,
            key: key?,
            per: per?,
        };
        when.is_sound(door, &fields).then_some(when)
    }

    /// Counting in order of arrival, and being the same in any order, exclude each other.
    fn is_sound(&self, door: &mut Door, fields: &Fields<'_>) -> bool {
        let sound = self.key.is_default() || (self.skip == 0 && self.every == 1);
        if !sound && let Some(at) = fields.get("key") {
            door.refuse(
                &at,
                "does not go with `skip` or `every`, which count calls as they come",
                "leave one of them out",
            );
        }
        sound
    }
}

impl Key {
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::Call
    }

    fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        const RIGHT: &str = "write \"call\", \"input\", or \"label:\" and a label's name";
        let text = door.text(at, RIGHT)?;
        let label = text.strip_prefix(LABEL).filter(|name| (1..=caps::MAX_NAME_BYTES).contains(&name.len()));
        match (text, label) {
            ("call", _) => Some(Self::Call),
            ("input", _) => Some(Self::Input),
            (_, Some(name)) => Some(Self::Label(name.to_owned())),
            (_, None) => {
                door.refuse(at, "is nothing that a roll can hang on", RIGHT);
                None
            }
        }
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Call => serializer.serialize_str("call"),
            Self::Input => serializer.serialize_str("input"),
            Self::Label(name) => serializer.serialize_str(&format!("{LABEL}{name}")),
        }
    }
}

impl Per {
    fn is_default(&self) -> bool {
        *self == Self::Attempt
    }

    fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        const RIGHT: &str = "write \"attempt\" or \"call\"";
        match door.text(at, RIGHT)? {
            "attempt" => Some(Self::Attempt),
            "call" => Some(Self::Call),
            _ => {
                door.refuse(at, "is nothing that is rolled for", RIGHT);
                None
            }
        }
    }
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn is_one(number: &u64) -> bool {
    *number == 1
}

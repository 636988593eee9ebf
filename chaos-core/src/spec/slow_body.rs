//! The real answer, slowly.

use crate::door::{At, Door, Known, Value};
use serde::Serialize;

/// The real answer's body at so many bytes a second, or stalled after some of
/// them, or both. It is slowed down for [`crate::caps::MAX_DELAY`] altogether at
/// most, and never longer than the spec is in force; then the rest flows, but a
/// stall of that length ends as a connection that timed out. With a rate, data
/// comes ten times a second, or byte by byte below that; it is not slowed down
/// further where the peer is slow itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SlowBodyFault {
    /// Bytes a second, at least 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<u64>,
    /// After so many bytes nothing comes any more; a body without more stays as
    /// it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stall_after: Option<u64>,
}

impl SlowBodyFault {
    /// So many bytes a second, at least 1.
    pub fn rate(bytes: u64) -> Self {
        Self { rate: Some(bytes.max(1)), stall_after: None }
    }

    /// Nothing after so many bytes.
    pub fn stall_after(bytes: u64) -> Self {
        Self { rate: None, stall_after: Some(bytes) }
    }

    pub(super) fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        let mut number = |at: &At<'_>, low| u64::try_from(door.int(at, low, i64::MAX)?).ok();
        if !matches!(at.node.value, Value::Object(_)) {
            return number(at, 1).map(Self::rate);
        }
        let fields = door.object(at, Known { now: &["rate", "stall_after"], later: &[] })?;
        let mut number = |name, low| Some(u64::try_from(door.int(&fields.get(name)?, low, i64::MAX)?).ok());
        let (rate, stall_after) = (number("rate", 1).flatten(), number("stall_after", 0).flatten());
        if rate.is_none() && stall_after.is_none() && fields.is_empty() {
            let remedy = "give `rate` in bytes a second, `stall_after` in bytes, or both";
            door.refuse_whole(at, "says nothing", remedy);
        }
        (rate.is_some() || stall_after.is_some()).then_some(Self { rate, stall_after })
    }
}

//! Which tries of a call.

use crate::door::{At, Door, Value};
use serde::{Serialize, Serializer};
use std::fmt;
use std::ops::{Bound, RangeBounds};

/// A range of attempts, both ends included, counted from 1: `"2"`, `"2.."`, `"1..3"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    from: u32,
    to: Option<u32>,
}

impl Attempts {
    /// Whether the try with this number is in the range.
    pub fn contains(self, attempt: u32) -> bool {
        attempt >= self.from && self.to.is_none_or(|to| attempt <= to)
    }

    /// The tries of a range, at least one, counted from 1.
    pub fn of(range: &impl RangeBounds<u32>) -> Self {
        let from = match range.start_bound() {
            Bound::Included(from) => *from,
            Bound::Excluded(before) => before.saturating_add(1),
            Bound::Unbounded => 1,
        };
        let to = match range.end_bound() {
            Bound::Included(to) => Some(*to),
            Bound::Excluded(after) => Some(after.saturating_sub(1)),
            Bound::Unbounded => None,
        };
        let from = from.max(1);
        Self { from, to: to.map(|to| to.max(from)) }
    }

    /// Reads `"2"`, `"2.."` or `"1..3"`.
    pub fn from_text(text: &str) -> Option<Self> {
        let number = |text: &str| text.trim().parse::<u32>().ok().filter(|number| *number > 0);
        let (from, to) = match text.split_once("..") {
            Some((from, "")) => (number(from)?, None),
            Some((from, to)) => (number(from)?, Some(number(to)?)),
            None => (number(text)?, Some(number(text)?)),
        };
        to.is_none_or(|to| from <= to).then_some(Self { from, to })
    }

    pub(crate) fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        let parsed = match &at.node.value {
            Value::Text(text) => Self::from_text(text),
            Value::Int(number) => Self::from_text(&number.to_string()),
            _ => None,
        };
        if parsed.is_none() {
            door.refuse(
                at,
                "is not a range of attempts",
                "write \"1\", \"2..\" or \"1..3\" (counted from 1, both ends included)",
            );
        }
        parsed
    }
}

impl fmt::Display for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to {
            Some(to) if to == self.from => write!(f, "{to}"),
            Some(to) => write!(f, "{}..{to}", self.from),
            None => write!(f, "{}..", self.from),
        }
    }
}

impl Serialize for Attempts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

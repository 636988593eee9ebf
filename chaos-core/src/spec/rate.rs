//! How often: a share of the matching calls.

use crate::door::{At, Door, Value};
use serde::{Serialize, Serializer};
use std::fmt;

/// A share from 0 (never) to 1 (always); never NaN.
///
/// ```
/// use chaos_core::spec::Rate;
/// assert_eq!(Rate::new(0.6).map(|rate| rate.to_string()).as_deref(), Some("60%"));
/// assert_eq!(Rate::new(f64::NAN), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate(f64);

impl Rate {
    /// Every matching call.
    pub const ALWAYS: Rate = Rate(1.0);

    /// `None` outside of 0 to 1.
    pub fn new(share: f64) -> Option<Self> {
        (0.0..=1.0).contains(&share).then_some(Self(share))
    }

    /// The share, from 0 to 1.
    pub fn share(self) -> f64 {
        self.0
    }

    pub(crate) fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        const RIGHT: &str = "write a share such as \"60%\" or 0.6";
        let rate = match &at.node.value {
            Value::Float(share) => Self::new(*share),
            Value::Text(text) => percent(text),
            Value::Int(number) => {
                door.refuse(
                    at,
                    "is a whole number, which could be a share or a percentage",
                    format!("write \"{number}%\", or a share such as 0.6"),
                );
                return None;
            }
            _ => None,
        };
        if rate.is_none() {
            door.refuse(at, "is not a share from 0% to 100%", RIGHT);
        }
        rate
    }
}

/// A share as code asks for it, a [`Rate`] or a number from 0 to 1: looked at where
/// the fault is put in force, which refuses what is no share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AskedRate(f64);

impl From<Rate> for AskedRate {
    fn from(rate: Rate) -> Self {
        Self(rate.share())
    }
}

impl From<f64> for AskedRate {
    fn from(share: f64) -> Self {
        Self(share)
    }
}

#[cfg(feature = "inject")]
impl AskedRate {
    /// The rate.
    ///
    /// # Errors
    /// The number, where it is none.
    pub(crate) fn checked(self) -> Result<Rate, f64> {
        Rate::new(self.0).ok_or(self.0)
    }
}

fn percent(text: &str) -> Option<Rate> {
    let number = text.strip_suffix('%')?.trim();
    number.parse::<f64>().ok().and_then(|percent| Rate::new(percent / 100.0))
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Rounded for people: 0.07 * 100 is not 7 in binary.
        write!(f, "{}%", (self.0 * 1e8).round() / 1e6)
    }
}

impl Serialize for Rate {
    /// A number, so that it reads back to the bit; the two whole ones as text,
    /// because DynamoDB turns 1.0 into 1, which the door refuses.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 == 0.0 || self.0 == 1.0 {
            return serializer.collect_str(self);
        }
        serializer.serialize_f64(self.0)
    }
}

//! How long calls are held up.

use super::time::{duration, write_duration};
use crate::caps;
use crate::door::{At, Door, Known, Value};
use rand_distr::{Distribution, LogNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use serde::{Serialize, Serializer};
use std::time::Duration;

/// A delay, or a distribution of delays; no draw exceeds [`caps::MAX_DELAY`].
#[derive(Clone, Debug, PartialEq)]
pub enum Latency {
    /// Always the same.
    Fixed(Duration),
    /// Any value from the first to the second, equally likely.
    Uniform(Duration, Duration),
    /// Log-normal, as response times are: half of the draws at most `median`,
    /// 99 % at most `p99`.
    LogNormal {
        /// The 50th percentile.
        median: Duration,
        /// The 99th percentile.
        p99: Duration,
    },
}

/// The 99th percentile of the standard normal distribution.
const Z99: f64 = 2.326_347_874_040_841;

impl From<Duration> for Latency {
    fn from(delay: Duration) -> Self {
        Self::Fixed(delay)
    }
}

impl Latency {
    /// The delay that `roll` stands for: the same roll always draws the same.
    ///
    /// ```
    /// use chaos_core::spec::Latency;
    /// use std::time::Duration;
    /// let (low, high) = (Duration::from_millis(100), Duration::from_secs(2));
    /// let drawn = Latency::Uniform(low, high).draw(7);
    /// assert!(low <= drawn && drawn <= high);
    /// assert_eq!(drawn, Latency::Uniform(low, high).draw(7));
    /// ```
    pub fn draw(&self, roll: u64) -> Duration {
        let drawn = match self {
            Self::Fixed(delay) => *delay,
            Self::Uniform(low, high) => {
                let share = crate::decide::unit(roll);
                low.saturating_add(high.saturating_sub(*low).mul_f64(share))
            }
            Self::LogNormal { median, p99 } => log_normal(*median, *p99, roll),
        };
        drawn.min(caps::MAX_DELAY)
    }

    pub(crate) fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        match &at.node.value {
            Value::Object(_) => Self::parse_distribution(door, at),
            _ => duration(door, at, caps::MAX_DELAY).map(Self::Fixed),
        }
    }

    fn parse_distribution(door: &mut Door, at: &At<'_>) -> Option<Self> {
        const KNOWN: Known = Known { now: &["uniform", "median", "p99"], later: &[] };
        let fields = door.object(at, KNOWN)?;
        match (fields.get("uniform"), fields.get("median"), fields.get("p99")) {
            (Some(range), None, None) => Self::parse_uniform(door, &range),
            (None, Some(median), Some(p99)) => Self::parse_log_normal(door, at, &median, &p99),
            _ => {
                door.refuse(
                    at,
                    "is no distribution",
                    "write { uniform = [\"100ms\", \"2s\"] } or { median = \"80ms\", p99 = \"2s\" }",
                );
                None
            }
        }
    }

    fn parse_uniform(door: &mut Door, at: &At<'_>) -> Option<Self> {
        let ends = at.one_or_many();
        let [low, high] = ends.as_slice() else {
            door.refuse(
                at,
                "is not a range",
                "write the shortest and the longest, such as [\"100ms\", \"2s\"]",
            );
            return None;
        };
        let (low, high) = (duration(door, low, caps::MAX_DELAY), duration(door, high, caps::MAX_DELAY));
        let (low, high) = (low?, high?);
        if low > high {
            door.refuse(at, "starts with the longer delay", "write the shorter one first");
            return None;
        }
        Some(Self::Uniform(low, high))
    }

    fn parse_log_normal(door: &mut Door, at: &At<'_>, median: &At<'_>, p99: &At<'_>) -> Option<Self> {
        let (median, p99) = (duration(door, median, caps::MAX_DELAY), duration(door, p99, caps::MAX_DELAY));
        let (median, p99) = (median?, p99?);
        if median > p99 {
            door.refuse(at, "has a median above its p99", "write a p99 of at least the median");
            return None;
        }
        Some(Self::LogNormal { median, p99 })
    }
}

fn log_normal(median: Duration, p99: Duration, roll: u64) -> Duration {
    let sigma = (p99.as_secs_f64() / median.as_secs_f64()).ln() / Z99;
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(roll);
    match LogNormal::new(median.as_secs_f64().ln(), sigma) {
        Ok(distribution) => {
            let seconds: f64 = distribution.sample(&mut generator);
            Duration::try_from_secs_f64(seconds).unwrap_or(caps::MAX_DELAY)
        }
        // Unreachable for what the door lets in; the median is the honest answer.
        Err(_) => median,
    }
}

impl Serialize for Latency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Text(#[serde(serialize_with = "write_duration")] Duration);
        match self {
            Self::Fixed(delay) => write_duration(delay, serializer),
            Self::Uniform(low, high) => serializer.collect_map([("uniform", [Text(*low), Text(*high)])]),
            Self::LogNormal { median, p99 } => {
                serializer.collect_map([("median", Text(*median)), ("p99", Text(*p99))])
            }
        }
    }
}

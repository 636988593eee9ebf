//! What functions tell the game day: one JSON object per line of their
//! standard output.

use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line {
    /// What happened since the last one.
    Counts(Counts),
    /// A call was lost: its last attempt failed.
    Lost(Lost),
}

/// A call is one SDK operation, an attempt is one try of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// Calls that ended well.
    pub(crate) passed: u64,
    /// Of these, those that did so by a retry.
    pub(crate) rescued: u64,
    /// Calls whose last attempt failed.
    pub(crate) lost: u64,
    /// Attempts begun.
    pub(crate) attempts: u64,
    /// Of these, those after the first.
    pub(crate) retries: u64,
    /// Injections that Monkeyless Chaos told of.
    pub(crate) injected: u64,
    /// How long the slowest call took.
    pub(crate) slowest_ms: u64,
}

/// What an application sees of a call that failed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Lost {
    pub(crate) operation: String,
    pub(crate) error: String,
    pub(crate) message: String,
    pub(crate) request_id: String,
}

impl Counts {
    /// Calls that ended.
    pub(crate) fn calls(&self) -> u64 {
        self.passed + self.lost
    }

    /// Which share of the calls ended well; `None` without calls.
    pub(crate) fn success(&self) -> Option<f64> {
        let calls = self.calls();
        (calls > 0).then(|| self.passed as f64 / calls as f64)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.passed += more.passed;
        self.rescued += more.rescued;
        self.lost += more.lost;
        self.attempts += more.attempts;
        self.retries += more.retries;
        self.injected += more.injected;
        self.slowest_ms = self.slowest_ms.max(more.slowest_ms);
    }
}

impl<'a> std::iter::Sum<&'a Counts> for Counts {
    fn sum<I: Iterator<Item = &'a Counts>>(all: I) -> Self {
        all.fold(Self::default(), |mut sum, counts| {
            sum += *counts;
            sum
        })
    }
}

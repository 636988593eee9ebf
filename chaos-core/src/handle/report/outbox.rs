//! Reports that wait to be written: so many, and then the oldest is dropped.

use crate::clock::Now;
use crate::table::{Report, StoreError};
use std::collections::VecDeque;
use std::time::Duration;

/// Two minutes of them.
const MOST: usize = 24;
/// After a failure, and twice as long after each further one, up to the longest.
const BACK_OFF: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: VecDeque<Report>,
    /// Attempts that could not be reported.
    dropped: u64,
    failures: u32,
    failed: Option<Now>,
}

impl Outbox {
    pub(super) fn push(&mut self, report: Report) {
        if self.waiting.len() >= MOST
            && let Some(oldest) = self.waiting.pop_front()
        {
            self.dropped = self.dropped.saturating_add(attempts(&oldest));
        }
        self.waiting.push_back(report);
    }

    pub(super) fn first(&self) -> Option<&Report> {
        self.waiting.front()
    }

    /// Whether the last failure is long enough ago.
    pub(super) fn may_try(&self, now: &Now) -> bool {
        let wait = BACK_OFF.saturating_mul(1 << self.failures.saturating_sub(1).min(8)).min(LONGEST);
        self.failed.is_none_or(|failed| now.since(&failed) >= wait)
    }

    /// Takes down what became of the first.
    pub(super) fn take_down(&mut self, written: &Result<(), StoreError>, now: &Now) {
        match written {
            Ok(()) => {
                (self.failures, self.failed) = (0, None);
                self.waiting.pop_front();
            }
            Err(_) => (self.failures, self.failed) = (self.failures.saturating_add(1), Some(*now)),
        }
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }
}

fn attempts(report: &Report) -> u64 {
    let seconds = report.targets.iter().flat_map(|target| &target.seconds);
    seconds.map(|(_, tally)| u64::try_from(tally.passed.saturating_add(tally.failed)).unwrap_or(0)).sum()
}

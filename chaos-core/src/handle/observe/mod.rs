//! Counts of what calls experience, per target and second, over the last two
//! minutes. Bounded in memory; nothing is allocated per call, and no lock is
//! taken but where attempts fail.
//!
//! | file | is about |
//! |---|---|
//! | here | counting an attempt |
//! | `target` | the counts of one target |
//! | `failing` | calls whose last attempt failed, so far |

mod failing;
mod target;

use crate::clock::Now;
use crate::decide::{Counted, Fired};
use failing::Failing;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use target::Target;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Targets beyond these are not counted.
const TARGETS: usize = 256;
/// Seconds that are kept.
pub(crate) const SECONDS: usize = 128;
/// How far to look for a free slot.
const PROBES: usize = 8;

/// One attempt, as far as counting goes.
#[derive(Clone, Copy, Debug)]
pub struct Observed<'a> {
    /// The service id; the host for plain HTTP.
    pub service: &'a str,
    /// The operation; the method for plain HTTP.
    pub operation: &'a str,
    /// What its call's other attempts have too: see [`call_key`]. `None` where
    /// nothing tells, and every attempt counts as a call.
    pub call: Option<u64>,
    /// The specs that hit it, if any did.
    pub hit: Option<&'a Fired>,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// It was answered with success, and the answer was not damaged. A partial
    /// failure of a batch is a success.
    pub(crate) passed: bool,
    /// A fault spec hit it, whatever became of it.
    pub(crate) injected: bool,
}

/// The counts of one second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Attempts that were answered with success; each ends a call.
    pub passed: u32,
    /// Attempts that were not.
    pub failed: u32,
    /// How many of both a fault spec hit, without those of which it turned out
    /// within two minutes that nothing of them was changed.
    pub injected: u32,
    /// Calls of which no attempt follows one that failed in this second, as far
    /// as is known: a retry takes its call out again.
    pub lost: u32,
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, next| Self {
            passed: sum.passed.saturating_add(next.passed),
            failed: sum.failed.saturating_add(next.failed),
            injected: sum.injected.saturating_add(next.injected),
            lost: sum.lost.saturating_add(next.lost),
        })
    }
}

/// One of [`Counts`].
#[derive(Clone, Copy, Debug)]
enum Count {
    Passed,
    Failed,
    Injected,
    Lost,
}

/// What the attempts of a call have in common, from any text that no other call has.
pub fn call_key(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}

#[derive(Debug)]
pub(crate) struct Observer {
    targets: Box<[OnceLock<Box<Target>>]>,
    failing: Failing,
    /// Attempts that were not counted: of more targets than are kept.
    uncounted: AtomicU64,
}

impl Default for Observer {
    fn default() -> Self {
        Self {
            targets: (0..TARGETS).map(|_| OnceLock::new()).collect(),
            failing: Failing::default(),
            uncounted: AtomicU64::new(0),
        }
    }
}

impl Observer {
    /// A further attempt begins: its call is not lost yet.
    pub(crate) fn retry(&self, call: u64) {
        let Some((slot, at)) = self.failing.take(call) else { return };
        if let Some(target) = self.targets.get(slot).and_then(OnceLock::get) {
            target.take_back(at, Count::Lost);
        }
    }

    /// Counts an attempt that ended at `now`: in which slot, and second.
    pub(crate) fn count(&self, attempt: &Observed<'_>, ended: Ended, now: &Now) -> Option<(usize, i64)> {
        let Some((slot, target)) = self.target(attempt.service, attempt.operation) else {
            self.uncounted.fetch_add(1, Ordering::Relaxed);
            return None;
        };
        let at = now.wall.as_second();
        if ended.injected {
            target.add(at, Count::Injected);
        }
        if ended.passed {
            target.add(at, Count::Passed);
            return Some((slot, at));
        }
        target.add(at, Count::Failed);
        target.add(at, Count::Lost);
        if let Some(call) = attempt.call {
            self.failing.put(call, slot, at);
        }
        Some((slot, at))
    }

    /// Counts an attempt that was counted as hit as what it was by itself.
    pub(crate) fn recount(&self, counted: &Counted) {
        let Some(target) = self.targets.get(counted.slot).and_then(OnceLock::get) else { return };
        if !target.take_back(counted.at, Count::Injected) || !counted.damaged {
            return;
        }
        // Not lost either, unless a retry has said so already.
        let failing = counted.call.map(|call| self.failing.take(call));
        if failing.is_none_or(|failing| failing.is_some()) {
            target.take_back(counted.at, Count::Lost);
        }
        target.take_back(counted.at, Count::Failed);
        target.add(counted.at, Count::Passed);
    }

    /// The counts of a target in the second `at` since 1970.
    pub(crate) fn counts(&self, service: &str, operation: &str, at: i64) -> Counts {
        let hash = hash_of(service, operation);
        let found = self.slots(hash).find_map(|(_, slot)| {
            slot.get().filter(|target| target.is(hash, service, operation)).map(|target| target.counts(at))
        });
        found.unwrap_or_default()
    }

    /// Every target, with its slot.
    #[cfg(feature = "table")]
    pub(crate) fn targets(&self) -> impl Iterator<Item = (usize, &Target)> {
        let targets = self.targets.iter().enumerate();
        targets.filter_map(|(slot, target)| target.get().map(|target| (slot, &**target)))
    }

    /// Attempts that were not counted, for there were too many targets.
    #[cfg(feature = "table")]
    pub(crate) fn uncounted(&self) -> u64 {
        self.uncounted.load(Ordering::Relaxed)
    }

    fn target(&self, service: &str, operation: &str) -> Option<(usize, &Target)> {
        let hash = hash_of(service, operation);
        self.slots(hash).find_map(|(at, slot)| {
            let target = slot.get_or_init(|| Box::new(Target::new(hash, service, operation)));
            target.is(hash, service, operation).then_some((at, &**target))
        })
    }

    fn slots(&self, hash: u64) -> impl Iterator<Item = (usize, &OnceLock<Box<Target>>)> {
        let start = usize::try_from(hash % TARGETS as u64).unwrap_or(0);
        let nth = move |probe| (start + probe) % TARGETS;
        (0..PROBES).filter_map(move |probe| Some((nth(probe), self.targets.get(nth(probe))?)))
    }
}

fn hash_of(service: &str, operation: &str) -> u64 {
    xxh3_64_with_seed(operation.as_bytes(), xxh3_64_with_seed(service.as_bytes(), 0))
}

#[cfg(test)]
mod tests;

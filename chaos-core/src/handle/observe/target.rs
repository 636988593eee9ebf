//! The counts of one target: a ring of seconds.

use super::{Count, Counts, SECONDS};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

#[derive(Debug)]
pub(crate) struct Target {
    hash: u64,
    pub(crate) service: Box<str>,
    pub(crate) operation: Box<str>,
    ring: Box<[Second]>,
}

/// Counts, and the second that they belong to.
#[derive(Debug, Default)]
struct Second {
    at: AtomicI64,
    counts: [AtomicU32; 4],
}

impl Target {
    pub(super) fn new(hash: u64, service: &str, operation: &str) -> Self {
        let ring = (0..SECONDS).map(|_| Second::default()).collect();
        Self { hash, service: service.into(), operation: operation.into(), ring }
    }

    pub(super) fn is(&self, hash: u64, service: &str, operation: &str) -> bool {
        self.hash == hash && *self.service == *service && *self.operation == *operation
    }

    pub(super) fn add(&self, at: i64, what: Count) {
        let Some(second) = self.slot(at) else { return };
        // Whoever meets an old second first empties it. A count of another
        // thread may fall into the gap: one in millions, and only a statistic.
        if second.at.swap(at, Ordering::AcqRel) != at {
            for count in &second.counts {
                count.store(0, Ordering::Relaxed);
            }
        }
        if let Some(count) = second.counts.get(what as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// One less: whether the second is still kept, and had one.
    pub(super) fn take_back(&self, at: i64, what: Count) -> bool {
        let second = self.slot(at).filter(|second| second.at.load(Ordering::Acquire) == at);
        let Some(count) = second.and_then(|second| second.counts.get(what as usize)) else { return false };
        let less = |count: u32| count.checked_sub(1);
        count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }

    pub(crate) fn counts(&self, at: i64) -> Counts {
        let Some(second) = self.slot(at).filter(|second| second.at.load(Ordering::Acquire) == at) else {
            return Counts::default();
        };
        let [passed, failed, injected, lost] = &second.counts;
        let read = |count: &AtomicU32| count.load(Ordering::Relaxed);
        Counts { passed: read(passed), failed: read(failed), injected: read(injected), lost: read(lost) }
    }

    fn slot(&self, at: i64) -> Option<&Second> {
        self.ring.get(usize::try_from(at.rem_euclid(SECONDS as i64)).ok()?)
    }
}

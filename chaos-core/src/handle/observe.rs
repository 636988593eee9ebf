//! Counts of what calls experience, per target and second, over the last two
//! minutes. Bounded in memory, lock-free, and nothing is allocated per call.

use crate::clock::Now;
use crate::decide::Counted;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Targets beyond these are not counted.
const TARGETS: usize = 256;
/// Seconds that are kept.
const SECONDS: usize = 128;
/// How far to look for a free slot.
const PROBES: usize = 8;

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was answered with success.
    Passed,
    /// It failed by itself.
    Failed,
    /// It was hit by a fault spec.
    Injected,
}

impl Ended {
    /// Of an attempt that nothing was done to.
    pub(crate) fn by_itself(was_success: bool) -> Self {
        if was_success { Self::Passed } else { Self::Failed }
    }
}

/// The counts of one second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Attempts that were answered with success.
    pub passed: u32,
    /// Attempts that failed by themselves.
    pub failed: u32,
    /// Attempts that a fault spec hit, without those of which it turned out
    /// within two minutes that nothing of them was changed.
    pub injected: u32,
}

#[derive(Debug)]
pub(crate) struct Observer {
    targets: Box<[OnceLock<Box<Target>>]>,
}

#[derive(Debug)]
struct Target {
    hash: u64,
    service: String,
    operation: String,
    ring: Box<[Second]>,
}

/// Counts, and the second that they belong to.
#[derive(Debug, Default)]
struct Second {
    at: AtomicU64,
    counts: [AtomicU32; 3],
}

impl Default for Observer {
    fn default() -> Self {
        Self { targets: (0..TARGETS).map(|_| OnceLock::new()).collect() }
    }
}

impl Observer {
    /// Counts an attempt that ended at `now`.
    pub(crate) fn count(&self, service: &str, operation: &str, ended: Ended, now: &Now) {
        let Some(target) = self.target(service, operation) else { return };
        let at = now.steady.as_secs();
        let Some(second) = usize::try_from(at).ok().and_then(|at| target.ring.get(at % SECONDS)) else {
            return;
        };
        // Whoever meets an old second first empties it. A count of another
        // thread may fall into the gap: one in millions, and only a statistic.
        if second.at.swap(at, Ordering::AcqRel) != at {
            for count in &second.counts {
                count.store(0, Ordering::Relaxed);
            }
        }
        if let Some(count) = second.counts.get(ended as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts an attempt that was counted as hit as what it was by itself.
    pub(crate) fn recount(&self, counted: &Counted) {
        let Counted { service, operation, at, was_success } = counted;
        let Some(second) = self.find(service, operation).and_then(|target| target.second(*at)) else {
            return;
        };
        let add = |ended: Ended, by: i32| {
            if let Some(count) = second.counts.get(ended as usize) {
                let changed = |count: u32| count.checked_add_signed(by);
                // Emptied meanwhile, it has nothing to be taken off.
                count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, changed).is_ok()
            } else {
                false
            }
        };
        if add(Ended::Injected, -1) {
            add(Ended::by_itself(*was_success), 1);
        }
    }

    /// The counts of a target in the second `at` of the steady clock.
    pub(crate) fn counts(&self, service: &str, operation: &str, at: u64) -> Counts {
        let second = self.find(service, operation).and_then(|target| target.second(at));
        let Some(second) = second else { return Counts::default() };
        let [passed, failed, injected] = &second.counts;
        let read = |count: &AtomicU32| count.load(Ordering::Relaxed);
        Counts { passed: read(passed), failed: read(failed), injected: read(injected) }
    }

    fn find(&self, service: &str, operation: &str) -> Option<&Target> {
        let hash = hash_of(service, operation);
        self.slots(hash)
            .find_map(|slot| slot.get().filter(|target| target.is(hash, service, operation)))
            .map(|target| &**target)
    }

    fn target(&self, service: &str, operation: &str) -> Option<&Target> {
        let hash = hash_of(service, operation);
        self.slots(hash).find_map(|slot| {
            let target = slot.get_or_init(|| Box::new(Target::new(hash, service, operation)));
            target.is(hash, service, operation).then_some(&**target)
        })
    }

    fn slots(&self, hash: u64) -> impl Iterator<Item = &OnceLock<Box<Target>>> {
        let start = usize::try_from(hash % TARGETS as u64).unwrap_or(0);
        (0..PROBES).filter_map(move |probe| self.targets.get((start + probe) % TARGETS))
    }
}

impl Target {
    fn new(hash: u64, service: &str, operation: &str) -> Self {
        let ring = (0..SECONDS).map(|_| Second::default()).collect();
        Self { hash, service: service.to_owned(), operation: operation.to_owned(), ring }
    }

    /// The second `at`, where it is kept still.
    fn second(&self, at: u64) -> Option<&Second> {
        let second = self.ring.get(usize::try_from(at).ok()? % SECONDS)?;
        (second.at.load(Ordering::Acquire) == at).then_some(second)
    }

    fn is(&self, hash: u64, service: &str, operation: &str) -> bool {
        self.hash == hash && self.service == service && self.operation == operation
    }
}

fn hash_of(service: &str, operation: &str) -> u64 {
    xxh3_64_with_seed(operation.as_bytes(), xxh3_64_with_seed(service.as_bytes(), 0))
}

//! Calls whose last attempt failed, so far: which target, and in which second.
//! A retry takes its call out again.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// So that two who fail at the same moment seldom meet.
const SHARDS: usize = 512;
/// Calls of each. One more takes the place of the oldest, which then counts as
/// lost, retried or not: of most of them no retry comes.
const CALLS: usize = 8;

/// The target's slot, and the second.
type Failed = (usize, i64);

#[derive(Clone, Copy, Debug, Default)]
struct Shard {
    calls: [Option<(u64, Failed)>; CALLS],
    /// Which place is to be taken next: the oldest, or a free one.
    next: usize,
}

#[derive(Debug)]
pub(super) struct Failing {
    shards: Box<[Mutex<Shard>]>,
}

impl Default for Failing {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl Failing {
    pub(super) fn put(&self, call: u64, target: usize, at: i64) {
        let Some(mut shard) = self.shard(call) else { return };
        let next = shard.next % CALLS;
        if let Some(place) = shard.calls.get_mut(next) {
            *place = Some((call, (target, at)));
        }
        shard.next = next + 1;
    }

    pub(super) fn take(&self, call: u64) -> Option<Failed> {
        let mut shard = self.shard(call)?;
        let is_it = |place: &&mut Option<(u64, Failed)>| place.is_some_and(|(known, _)| known == call);
        shard.calls.iter_mut().find(is_it)?.take().map(|(_, failed)| failed)
    }

    fn shard(&self, call: u64) -> Option<MutexGuard<'_, Shard>> {
        let shard = self.shards.get(usize::try_from(call % SHARDS as u64).unwrap_or(0))?;
        Some(shard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

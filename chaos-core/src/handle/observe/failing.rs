//! Calls whose last attempt failed, so far: which target, and in which second.
//! A retry takes its call out again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So that two who fail at the same moment seldom meet.
const SHARDS: usize = 16;
/// Calls of each. One that finds no place counts as lost, retried or not.
const CALLS: usize = 256;
/// No SDK waits longer than this before a retry.
const FORGOTTEN_AFTER: i64 = 60;

/// The target's slot, and the second.
type Failed = (usize, i64);

#[derive(Debug, Default)]
struct Shard {
    calls: HashMap<u64, Failed>,
    /// The second in which it was searched last for what is to be forgotten.
    searched: i64,
}

#[derive(Debug)]
pub(super) struct Failing {
    shards: Box<[Mutex<Shard>]>,
}

impl Default for Failing {
    /// Grows with the calls that fail at the same time, up to the bound.
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl Failing {
    pub(super) fn put(&self, call: u64, target: usize, at: i64) {
        let Some(mut shard) = self.shard(call) else { return };
        if shard.calls.len() >= CALLS && shard.searched != at {
            shard.searched = at;
            shard.calls.retain(|_, (_, failed)| at - *failed < FORGOTTEN_AFTER);
        }
        if shard.calls.len() < CALLS {
            shard.calls.insert(call, (target, at));
        }
    }

    pub(super) fn take(&self, call: u64) -> Option<Failed> {
        self.shard(call)?.calls.remove(&call)
    }

    fn shard(&self, call: u64) -> Option<MutexGuard<'_, Shard>> {
        let shard = self.shards.get(usize::try_from(call % SHARDS as u64).unwrap_or(0))?;
        Some(shard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

//! Bounds that are reserved before acting and released on drop.

use super::NoEffect;
use super::aftermath::Voids;
use super::calls::Calls;
use crate::caps;
use crate::pill::Turns;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

/// Injections under way in this process.
#[derive(Debug, Default)]
pub struct Limits {
    active: AtomicUsize,
    overflow: AtomicU64,
}

impl Limits {
    /// Injections under way now.
    pub fn active(&self) -> usize {
        self.active.load(Ordering::Relaxed)
    }

    /// Calls that passed because too many injections were under way.
    pub fn overflow(&self) -> u64 {
        self.overflow.load(Ordering::Relaxed)
    }

    /// A place among the injections under way, until it is dropped.
    pub(crate) fn reserve(self: &Arc<Self>) -> Option<Permit> {
        let free = |active: usize| (active < caps::MAX_CONCURRENT).then_some(active + 1);
        match self.active.fetch_update(Ordering::AcqRel, Ordering::Relaxed, free) {
            Ok(_) => Some(Permit(Some(Arc::clone(self)))),
            Err(_) => {
                self.overflow.fetch_add(1, Ordering::Relaxed);
                None
            }
        }
    }
}

/// One injection's place; dropping it frees the place.
#[derive(Debug)]
pub struct Permit(Option<Arc<Limits>>);

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(limits) = self.0.take() {
            limits.active.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

/// What has happened to one armed spec in this process.
#[derive(Debug, Default)]
pub struct SpecState {
    met: AtomicU64,
    matched: AtomicU64,
    injected: AtomicU64,
    voids: Voids,
    turns: OnceLock<Box<Turns>>,
    calls: OnceLock<Box<Calls>>,
    #[cfg(feature = "inject")]
    near: super::near::NearMisses,
}

impl SpecState {
    /// Whose turn it is, for specs that have turns: made when first asked for.
    pub(crate) fn turns(&self) -> &Turns {
        self.turns.get_or_init(Box::default)
    }

    /// What became of calls, for specs that treat all attempts of one alike.
    pub(crate) fn calls(&self) -> &Calls {
        self.calls.get_or_init(Box::default)
    }

    /// The calls that came nearest, where none matched and a journal is kept.
    #[cfg(feature = "inject")]
    pub(crate) fn near_misses(&self) -> &super::near::NearMisses {
        &self.near
    }

    /// Attempts that its target means, whatever else kept it from its turn.
    pub fn met(&self) -> u64 {
        self.met.load(Ordering::Relaxed)
    }

    pub(crate) fn meet(&self) {
        self.met.fetch_add(1, Ordering::Relaxed);
    }

    /// Attempts that matched while the spec was in force; calls, with `per = "call"`.
    pub fn matched(&self) -> u64 {
        self.matched.load(Ordering::Relaxed)
    }

    /// Injections that the spec had a part in, without those that turned out to
    /// change nothing.
    pub fn injected(&self) -> u64 {
        let void = self.voids.count();
        self.begun().saturating_sub(void)
    }

    /// Injections that were decided; what `max` bounds, whatever came of them.
    pub(crate) fn begun(&self) -> u64 {
        self.injected.load(Ordering::Relaxed)
    }

    /// Injections that turned out to change nothing of what the caller got.
    pub fn without_effect(&self) -> u64 {
        self.voids.count()
    }

    /// Why injections changed nothing, and how often each; the first eight
    /// different reasons.
    pub fn why_without_effect(&self) -> Vec<(NoEffect, u64)> {
        self.voids.reasons()
    }

    /// One of its injections changed nothing.
    #[cfg(feature = "inject")]
    pub(crate) fn count_without_effect(&self, why: &NoEffect) {
        self.voids.add(why);
    }

    /// Counts a match and gives its number, from 1.
    pub(crate) fn next_match(&self) -> u64 {
        self.matched.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Whether the call `id` is counted as hit already.
    pub(crate) fn was_hit(&self, id: u64) -> bool {
        self.calls().was_hit(id)
    }

    /// Counts an injection unless `max` is reached: of injections, or, where all
    /// attempts of `call` meet the same, of calls.
    pub(crate) fn count_injection(&self, max: Option<u64>, call: Option<u64>) -> bool {
        if let Some(id) = call {
            let may = self.calls().count_hit(id, max);
            self.injected.fetch_add(u64::from(may), Ordering::AcqRel);
            return may;
        }
        let below = |count: u64| max.is_none_or(|max| count < max).then_some(count + 1);
        self.injected.fetch_update(Ordering::AcqRel, Ordering::Relaxed, below).is_ok()
    }
}

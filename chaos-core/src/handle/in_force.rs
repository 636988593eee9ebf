//! Whether what fired is in force still, for whoever acts on it over time.

use super::Chaos;
use crate::decide::{ArmedSpec, Fired, NoEffect, Permit};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// What comes after a wait in the name of some specs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterWait {
    /// All of the time has passed.
    Through,
    /// A lease runs out unless it was renewed meanwhile: they may be in force still.
    Look,
    /// The time is over for which they were armed.
    Over,
}

impl Chaos {
    /// Whether all of `specs` are in force now: armed, heard of, in their window,
    /// and neither disarmed, replaced nor halted.
    pub fn is_in_force(&self, specs: &[Arc<ArmedSpec>]) -> bool {
        self.0.as_ref().is_some_and(|engine| engine.stands(specs)) && !self.have_ended(specs)
    }

    /// Whether the time of one of `specs` is over.
    fn have_ended(&self, specs: &[Arc<ArmedSpec>]) -> bool {
        let Some(now) = self.clock().map(|clock| clock.now()) else { return true };
        specs.iter().any(|spec| spec.in_force(&now).is_err())
    }

    /// A place among the injections under way, where one is free.
    pub(crate) fn reserve(&self) -> Option<Permit> {
        self.0.as_ref()?.limits().reserve()
    }

    /// How much of `time` may be waited in the name of `specs` at one go, and
    /// what comes then; [`Chaos::no_longer`] may end it before.
    pub fn may_wait(&self, specs: &[Arc<ArmedSpec>], time: Duration) -> (Duration, AfterWait) {
        let Some(now) = self.clock().map(|clock| clock.now()) else {
            return (Duration::ZERO, AfterWait::Over);
        };
        let armed = specs.iter().filter_map(|spec| spec.window.left(&now)).min();
        let leases = specs.iter().filter_map(|spec| spec.lease.as_ref());
        let heard = leases.map(|lease| lease.left(&now).unwrap_or_default()).min();
        let ends = [(time, AfterWait::Through), (armed.unwrap_or(Duration::MAX), AfterWait::Over)];
        let ends = ends.into_iter().chain(heard.map(|left| (left, AfterWait::Look)));
        // Of several at one time the first.
        ends.min_by_key(|(left, _)| *left).unwrap_or((time, AfterWait::Through))
    }

    /// Watches over `specs`, for who asks again and again.
    pub(crate) fn watch(&self, specs: Fired) -> InForce {
        let changed = self.0.as_ref().map(|engine| engine.changes());
        let ends = specs.iter().any(|spec| spec.ends_by_itself());
        InForce { chaos: self.clone(), specs, changed, ends, asked: false, over: false }
    }
}

/// Some specs, for as long as they are in force.
pub(crate) struct InForce {
    chaos: Chaos,
    specs: Fired,
    changed: Option<watch::Receiver<u64>>,
    /// Whether they may end without anything being changed.
    ends: bool,
    asked: bool,
    over: bool,
}

impl InForce {
    /// Whether they still are; what is over stays over. Mostly one atomic load,
    /// and a look at the clocks where they are armed for a time.
    pub(crate) fn lasts(&mut self) -> bool {
        if !self.over && (!self.asked || self.has_changed()) {
            if let Some(changed) = &mut self.changed {
                changed.mark_unchanged();
            }
            (self.asked, self.over) = (true, !self.chaos.is_in_force(&self.specs));
        } else if !self.over && self.ends {
            self.over = self.chaos.have_ended(&self.specs);
        }
        !self.over
    }

    /// Nothing came of them.
    pub(crate) fn without_effect(&self, why: impl Into<NoEffect>) {
        self.chaos.without_effect(&self.specs, why);
    }

    fn has_changed(&self) -> bool {
        self.changed.as_ref().is_none_or(|changed| changed.has_changed().unwrap_or(true))
    }
}

impl fmt::Debug for InForce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InForce").field("over", &self.over).finish_non_exhaustive()
    }
}

//! The scenarios that a reader holds.

use super::load::Wanted;
use crate::clock::Now;
use crate::decide::{ArmedSpec, Arming, Lease, Origin, Shares, Window};
use crate::spec::Id;
use crate::table::entry::Entry;
use crate::table::head::Head;
use crate::table::item::Published;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One scenario in force.
#[derive(Debug)]
pub(super) struct Scenario {
    entry: Entry,
    window: Window,
    specs: Vec<Arc<ArmedSpec>>,
    bytes: usize,
}

/// Why a revision is never in force again in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Its deadline has passed, on one of the two clocks.
    Over,
    /// A halt was seen while it was armed. Lifting a halt restarts nothing.
    Halted,
}

#[derive(Debug, Default)]
pub(super) struct Held {
    scenarios: BTreeMap<Id, Scenario>,
    /// As long as HEAD names them.
    dead: BTreeMap<u64, Why>,
}

impl Scenario {
    pub(super) fn new(id: &Id, entry: Entry, specs: Vec<Published>, lease: &Arc<Lease>, now: &Now) -> Self {
        let window = Window::until(entry.since, entry.until, *now);
        let arming = Arming {
            armed: true,
            window: window.clone(),
            lease: Some(Arc::clone(lease)),
            origin: Origin::Table,
        };
        let bytes = specs.iter().map(|published| published.bytes).sum();
        let revision = entry.revision;
        let armed = |published: Published| {
            let mut armed = ArmedSpec::new(id.as_str(), &published.spec, &arming);
            // The publisher knew errors that this build may not know.
            armed.answer = published.answer.map(Arc::new).or(armed.answer);
            armed.places = Arc::new(published.places);
            let max = armed.spec.when.fleet_max;
            armed.shares = max.map(|max| Arc::new(Shares::new(max, revision)));
            Arc::new(armed)
        };
        Self { entry, window, specs: specs.into_iter().map(armed).collect(), bytes }
    }

    /// Whether this is what an entry names.
    pub(super) fn is(&self, entry: &Entry) -> bool {
        (self.entry.revision, self.entry.edition) == (entry.revision, entry.edition)
    }

    fn set_window(&mut self, entry: &Entry, now: &Now) {
        self.window = Window::until(entry.since, entry.until, *now);
        let moved = |spec: &Arc<ArmedSpec>| Arc::new(spec.in_window(self.window.clone()));
        self.specs = self.specs.iter().map(moved).collect();
    }
}

impl Held {
    pub(super) fn is_empty(&self) -> bool {
        self.scenarios.is_empty()
    }

    pub(super) fn specs(&self) -> impl Iterator<Item = &Arc<ArmedSpec>> {
        self.scenarios.values().flat_map(|scenario| &scenario.specs)
    }

    /// How many specs are held, but for those that are to be replaced.
    pub(super) fn len_without(&self, wanted: &[Wanted]) -> usize {
        self.without(wanted).map(|scenario| scenario.specs.len()).sum()
    }

    pub(super) fn bytes_without(&self, wanted: &[Wanted]) -> usize {
        self.without(wanted).map(|scenario| scenario.bytes).sum()
    }

    fn without<'a>(&'a self, wanted: &'a [Wanted]) -> impl Iterator<Item = &'a Scenario> {
        let stays = |id: &Id| !wanted.iter().any(|wanted| wanted.id == *id);
        self.scenarios.iter().filter(move |(id, _)| stays(id)).map(|(_, scenario)| scenario)
    }

    /// Takes over the deadline of a revision that is held already: whether it
    /// has moved. `None` where the revision is not held.
    pub(super) fn keep(&mut self, id: &Id, entry: &Entry, now: &Now) -> Option<bool> {
        let held = self.scenarios.get_mut(id).filter(|held| held.is(entry))?;
        let moved = (held.entry.since, held.entry.until) != (entry.since, entry.until);
        if moved {
            held.set_window(entry, now);
        }
        held.entry = entry.clone();
        Some(moved)
    }

    pub(super) fn insert(&mut self, id: Id, scenario: Scenario) {
        self.scenarios.insert(id, scenario);
    }

    pub(super) fn remove(&mut self, id: &Id) {
        self.scenarios.remove(id);
    }

    /// Whether anything was dropped.
    pub(super) fn drop_unless(&mut self, keep: impl Fn(&Id, &Scenario) -> bool) -> bool {
        let before = self.scenarios.len();
        self.scenarios.retain(|id, scenario| keep(id, scenario));
        self.scenarios.len() < before
    }

    pub(super) fn clear(&mut self) {
        self.scenarios.clear();
    }

    /// Ends everything for good: what a halt ends must not come back with its lifting.
    pub(super) fn bury_all(&mut self, head: &Head) {
        let named = head.armed.values().map(|entry| entry.revision);
        let held = self.scenarios.values().map(|scenario| scenario.entry.revision);
        self.dead.extend(named.chain(held).map(|revision| (revision, Why::Halted)));
        self.scenarios.clear();
    }

    /// Drops scenarios whose time is over, for good; whether there were any.
    pub(super) fn end_what_is_over(&mut self, now: &Now) -> bool {
        let before = self.scenarios.len();
        let dead = &mut self.dead;
        self.scenarios.retain(|_, scenario| {
            let open = scenario.window.is_open(now);
            if !open {
                dead.insert(scenario.entry.revision, Why::Over);
            }
            open
        });
        self.scenarios.len() < before
    }

    pub(super) fn why_dead(&self, revision: u64) -> Option<Why> {
        self.dead.get(&revision).copied()
    }

    /// A revision that HEAD no longer names is never named again.
    pub(super) fn forget_the_dead(&mut self, head: &Head) {
        self.dead.retain(|revision, _| head.armed.values().any(|entry| entry.revision == *revision));
    }
}

//! The scenarios that a reader holds.

use super::load::Wanted;
use super::sweep::Look;
use crate::clock::Now;
use crate::decide::{ArmedSpec, Arming, Lease, Origin, Shares, Window};
use crate::spec::Id;
use crate::table::entry::Entry;
use crate::table::head::Head;
use crate::table::item::Published;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// One scenario in force.
#[derive(Debug)]
pub(super) struct Scenario {
    entry: Entry,
    window: Window,
    specs: Vec<Arc<ArmedSpec>>,
    /// Of each spec, the fingerprint of its item.
    prints: Vec<u64>,
    bytes: usize,
    /// Its items are no longer what was loaded.
    edited: bool,
}

/// Why a revision is never in force again in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Its deadline has passed, on one of the two clocks.
    Over,
    /// A halt was seen while it was armed. Lifting a halt restarts nothing.
    Halted,
}

/// How it stands with a revision that is held.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    /// Its deadline has moved.
    pub(super) moved: bool,
    /// Its items were edited since, and are to be loaded again.
    pub(super) stale: bool,
}

#[derive(Debug, Default)]
pub(super) struct Held {
    scenarios: BTreeMap<Id, Scenario>,
    /// Not in force for now, as long as HEAD names them: where they come back,
    /// their counters go on and their time ends when it would have.
    past: BTreeMap<Id, Scenario>,
    /// As long as HEAD names them.
    dead: BTreeMap<u64, Why>,
}

impl Scenario {
    fn new(id: &Id, entry: Entry, specs: Vec<Published>, lease: &Arc<Lease>, now: &Now) -> Self {
        let window = Window::until(entry.since, entry.until, *now);
        let arming = Arming {
            armed: true,
            window: window.clone(),
            lease: Some(Arc::clone(lease)),
            origin: Origin::Table,
        };
        let bytes = specs.iter().map(|published| published.bytes).sum();
        let prints = specs.iter().map(|published| published.print).collect();
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
        Self { entry, window, specs: specs.into_iter().map(armed).collect(), prints, bytes, edited: false }
    }

    /// Takes over from `earlier` what an edit must not begin anew: the end, and
    /// the counters of the specs that say what they said.
    fn go_on_from(&mut self, earlier: &Self, now: &Now) {
        self.window = earlier.window_of(&self.entry, now);
        let unchanged: HashMap<_, _> = earlier
            .specs
            .iter()
            .zip(&earlier.prints)
            .map(|(spec, print)| ((&*spec.full_name, *print), spec))
            .collect();
        for (spec, print) in self.specs.iter_mut().zip(&self.prints) {
            let known = unchanged.get(&(&*spec.full_name, *print)).map(|known| Arc::clone(&known.state));
            // They are new, and nobody else has them yet.
            if let Some(armed) = Arc::get_mut(spec) {
                armed.window = self.window.clone();
                armed.state = known.unwrap_or_else(|| Arc::clone(&armed.state));
            }
        }
    }

    /// Whether this is what an entry names.
    pub(super) fn is(&self, entry: &Entry) -> bool {
        !self.edited && (self.entry.revision, self.entry.edition) == (entry.revision, entry.edition)
    }

    /// When an entry of the same revision is in force.
    fn window_of(&self, entry: &Entry, now: &Now) -> Window {
        match (self.entry.since, self.entry.until) == (entry.since, entry.until) {
            true => self.window.clone(),
            false => self.window.moved(entry.since, entry.until, *now),
        }
    }

    fn set_window(&mut self, entry: &Entry, now: &Now) {
        self.window = self.window_of(entry, now);
        let moved = |spec: &Arc<ArmedSpec>| Arc::new(spec.in_window(self.window.clone()));
        self.specs = self.specs.iter().map(moved).collect();
    }

    /// What its items looked like when they were loaded.
    fn look(&self, id: &Id) -> Look {
        let name = |spec: &Arc<ArmedSpec>| spec.spec.id.to_string();
        let prints = self.specs.iter().map(name).zip(self.prints.iter().copied()).collect();
        Look { id: id.clone(), entry: self.entry.clone(), prints }
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

    /// Takes over the deadline of a revision that is held already. `None` where
    /// there is nothing of it.
    pub(super) fn keep(&mut self, id: &Id, entry: &Entry, now: &Now) -> Option<Kept> {
        let held = self.scenarios.get_mut(id).filter(|held| held.entry.revision == entry.revision)?;
        let moved = (held.entry.since, held.entry.until) != (entry.since, entry.until);
        if moved {
            held.set_window(entry, now);
        }
        let stale = !held.is(entry);
        // What is stale keeps its edition until the new one is loaded.
        held.entry = Entry { edition: held.entry.edition, ..entry.clone() };
        Some(Kept { moved, stale })
    }

    /// Puts what was loaded in force, in place of what there is of it.
    pub(super) fn put(&mut self, wanted: Wanted, specs: Vec<Published>, lease: &Arc<Lease>, now: &Now) {
        let Wanted { id, entry } = wanted;
        let mut scenario = Scenario::new(&id, entry, specs, lease, now);
        let past = self.past.remove(&id);
        let earlier = self.scenarios.remove(&id).or(past);
        if let Some(earlier) = earlier.filter(|earlier| earlier.entry.revision == scenario.entry.revision) {
            scenario.go_on_from(&earlier, now);
        }
        self.scenarios.insert(id, scenario);
    }

    /// Leaves a scenario out, for now.
    pub(super) fn remove(&mut self, id: &Id) {
        self.past.extend(self.scenarios.remove_entry(id));
    }

    /// What the items of each scenario looked like.
    pub(super) fn looks(&self) -> Vec<Look> {
        self.scenarios.iter().map(|(id, scenario)| scenario.look(id)).collect()
    }

    /// Takes note that items of these are no longer what was loaded.
    pub(super) fn mark_edited(&mut self, looks: &[Look]) {
        for look in looks {
            if let Some(held) = self.scenarios.get_mut(&look.id).filter(|held| held.is(&look.entry)) {
                held.edited = true;
            }
        }
    }

    /// Whether anything was dropped.
    pub(super) fn drop_unless(&mut self, keep: impl Fn(&Id, &Scenario) -> bool) -> bool {
        let before = self.scenarios.len();
        self.scenarios.retain(|id, scenario| keep(id, scenario));
        self.scenarios.len() < before
    }

    /// Leaves everything out, for now.
    pub(super) fn clear(&mut self) {
        self.past.append(&mut self.scenarios);
    }

    /// Ends everything for good: what a halt ends must not come back with its lifting.
    pub(super) fn bury_all(&mut self, head: &Head) {
        let named = head.armed.values().map(|entry| entry.revision);
        let held = self.scenarios.values().map(|scenario| scenario.entry.revision);
        self.dead.extend(named.chain(held).map(|revision| (revision, Why::Halted)));
        self.scenarios.clear();
        self.past.clear();
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

    /// A revision whose deadline has passed before it was loaded.
    pub(super) fn bury(&mut self, revision: u64) {
        self.dead.entry(revision).or_insert(Why::Over);
    }

    pub(super) fn why_dead(&self, revision: u64) -> Option<Why> {
        self.dead.get(&revision).copied()
    }

    /// A revision that HEAD no longer names is never named again.
    pub(super) fn forget_the_dead(&mut self, head: &Head) {
        let named = |revision: u64| head.armed.values().any(|entry| entry.revision == revision);
        self.dead.retain(|revision, _| named(*revision));
        self.past.retain(|_, past| named(past.entry.revision));
    }
}

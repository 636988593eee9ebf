//! Finding items that were edited in place, of which HEAD says nothing: from
//! time to time everything is read again, the cheap way, beside the polls.

use super::Reader;
use super::load::{Part, Wanted, aside};
use crate::clock::Now;
use crate::decide::unit;
use crate::spec::Id;
use crate::table::entry::Entry;
use crate::table::item::{partitions_of, print_of};
use crate::table::value::{Item, string};
use crate::table::{Consistency, Store};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::task::JoinSet;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// How often to read all again: an edit is found within a minute.
const EVERY: Duration = Duration::from_secs(50);
/// What a poll costs, in read units. Reading all again costs no more than the
/// polls do: where there is much of it, it is done more rarely.
const POLL_UNITS: f64 = 0.5;
/// So many bytes are a read unit, where the answer may be an old one.
const UNIT: f64 = 8192.0;

/// More than all that a process may hold.
const MOST_UNITS: f64 = 10_000.0;

/// What the items of a scenario looked like when they were loaded.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) id: Id,
    pub(super) entry: Entry,
    /// By the spec's id.
    pub(super) prints: BTreeMap<String, u64>,
}

/// Reading all again, and when.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    /// On the steady clock.
    due: Option<Duration>,
    /// What is under way: it gives those that look different now.
    task: JoinSet<Vec<Look>>,
}

impl Reader {
    /// Whether something of what HEAD names is to be loaded again, though HEAD
    /// is as it was: it was edited, or it was left out and may be mended by now.
    pub(super) fn must_look_again(&mut self, now: &Now) -> bool {
        if let Some(Ok(edited)) = self.sweep.task.try_join_next() {
            self.held.mark_edited(&edited);
            if !edited.is_empty() {
                return true;
            }
        }
        let every = self.sweep_every();
        let first = now.steady.saturating_add(every.mul_f64(unit(self.roll(0))));
        let due = *self.sweep.due.get_or_insert(first);
        if now.steady < due {
            return false;
        }
        self.sweep.due = Some(now.steady.saturating_add(every));
        let looks = self.held.looks();
        if !looks.is_empty() && self.sweep.task.is_empty() {
            let (store, options) = (self.store.clone(), &self.options);
            let (environment, function) = (options.environment.clone(), options.function.clone());
            self.sweep.task.spawn(async move { store.edited(&environment, &function, looks).await });
        }
        !self.skipped.is_empty()
    }

    fn sweep_every(&self) -> Duration {
        let units = |(id, entry): (&Id, &Entry)| {
            let queries = partitions_of(entry, &self.options.function).len() as f64;
            // What was left out is read strongly: nothing is there to hold it against.
            let price = if self.skipped.contains_key(id) { 2.0 } else { 1.0 };
            price * (queries / 2.0).max(entry.bytes as f64 / UNIT)
        };
        let units: f64 = self.applied.iter().flat_map(|head| &head.armed).map(units).sum();
        // HEAD may have any number of bytes in it, typed by hand.
        EVERY.max(self.options.poll.mul_f64(units.min(MOST_UNITS) / POLL_UNITS))
    }

    /// A number that differs by instance and by `purpose`.
    pub(super) fn roll(&self, purpose: u64) -> u64 {
        xxh3_64_with_seed(&purpose.to_le_bytes(), self.options.instance)
    }
}

impl Store {
    /// Which scenarios look different now. An answer that is old, or that does
    /// not come, is found out by the load that follows, or the next time.
    async fn edited(&self, environment: &Id, function: &str, looks: Vec<Look>) -> Vec<Look> {
        let mut edited = Vec::new();
        for look in looks {
            if self.is_edited(environment, function, &look).await {
                edited.push(look);
            }
        }
        edited
    }

    async fn is_edited(&self, environment: &Id, function: &str, look: &Look) -> bool {
        let wanted = Wanted { id: look.id.clone(), entry: look.entry.clone() };
        let mut found = BTreeMap::new();
        for (name, count) in partitions_of(&look.entry, function) {
            let part = Part { environment, wanted: &wanted, name: &name, count };
            let Ok(items) = self.items_of(&part, Consistency::Eventual).await else { return false };
            let Ok(prints) = aside(items.len(), move || prints(&items)).await else { return false };
            found.extend(prints);
        }
        found != look.prints
    }
}

fn prints(items: &[Item]) -> Vec<(String, u64)> {
    let name = |item| string(item, "sk").rsplit('|').next().unwrap_or_default().to_owned();
    items.iter().map(|item| (name(item), print_of(item))).collect()
}

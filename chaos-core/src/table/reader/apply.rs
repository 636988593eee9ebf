//! What follows from a HEAD that is believed.

use super::held::Why;
use super::load::{Loaded, Loading, Wanted};
use super::{Reader, Trouble};
use crate::caps;
use crate::clock::{Now, later};
use crate::decide::{Lease, unit};
use crate::table::entry::Entry;
use crate::table::flip::Read;
use crate::table::head::Head;
use crate::table::item::{Published, partitions_of};
use crate::table::{StoreError, keys};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// By how much the clock of who armed may be ahead of ours.
const MAX_AHEAD: Duration = Duration::from_secs(5 * 60);

impl Reader {
    /// Puts in force what HEAD says, a scenario whole or not at all. What HEAD
    /// ends does not wait for what is to be loaded, which may take its time,
    /// or fail and be tried again with the next poll.
    pub(super) async fn apply(&mut self, head: Head, now: Now) -> Result<(), Trouble> {
        self.changed = true;
        self.seen = head.generation;
        self.applied = None;
        self.believed = Some(head.clone());
        self.note = None;
        self.shards = head.shards;
        self.halted = head.halted.is_some();
        if self.halted {
            self.held.bury_all(&head);
            self.skipped.clear();
            self.loading = None;
        } else {
            let (wanted, ended) = self.compare(&head, &now);
            if ended && !wanted.is_empty() {
                return Err(Trouble::Unfinished);
            }
            let (due, left) = self.due(wanted, &head, &now);
            self.load(due, now).await?;
            if let Some(left) = left {
                return Err(Trouble::Waiting(left));
            }
        }
        self.first_heard.clear();
        self.applied_once = true;
        self.applied = Some(head);
        Ok(())
    }

    /// What is to be loaded now, and how long the next has to wait. The very
    /// first load waits for nothing: processes do not all start together.
    fn due(&mut self, wanted: Vec<Wanted>, head: &Head, now: &Now) -> (Vec<Wanted>, Option<Duration>) {
        let key = |wanted: &Wanted| (wanted.entry.revision, wanted.entry.edition);
        let keys: BTreeSet<_> = wanted.iter().map(key).collect();
        self.first_heard.retain(|known, _| keys.contains(known));
        let (mut due, mut shortest) = (Vec::new(), None);
        for wanted in wanted {
            let heard = *self.first_heard.entry(key(&wanted)).or_insert(now.steady);
            let waits = head.spread.mul_f64(unit(self.roll(wanted.entry.revision)));
            match heard.saturating_add(waits).saturating_sub(now.steady) {
                left if left.is_zero() || !self.applied_once => due.push(wanted),
                left => shortest = Some(shortest.map_or(left, |shortest: Duration| shortest.min(left))),
            }
        }
        (due, shortest)
    }

    /// Nothing is in force, for a reason that a person should know. A halt
    /// stands: it covers other sources too, and only a sound HEAD lifts it.
    pub(super) fn nothing(&mut self, note: String) {
        let note = Some(note);
        if self.note == note && self.held.is_empty() && self.applied.is_none() {
            return;
        }
        self.changed = true;
        self.note = note;
        self.applied = None;
        self.skipped.clear();
        self.loading = None;
        self.held.clear();
    }

    /// A halt is taken from whoever tells of it, before it is known whether he
    /// is up to date.
    pub(super) fn halt_if_in_doubt(&mut self, read: &Read) {
        let Read::Head(item) = read else { return };
        if item.head.halted.is_some() && item.head.generation >= self.seen && !self.halted {
            self.held.bury_all(&item.head);
            self.halted = true;
            self.applied = None;
            self.believed = Some(item.head.clone());
            self.changed = true;
        }
    }

    /// Drops what HEAD does not name and takes over new deadlines: what is to
    /// be loaded, and whether anything ended or may end earlier.
    fn compare(&mut self, head: &Head, now: &Now) -> (Vec<Wanted>, bool) {
        self.held.forget_the_dead(head);
        let mut wanted = Vec::new();
        let mut ended = false;
        for (id, entry) in &head.armed {
            let kept = self.held.keep(id, entry, now);
            ended |= kept.is_some_and(|kept| kept.moved);
            if kept.is_some_and(|kept| !kept.stale) {
                self.skipped.remove(id);
                continue;
            }
            match self.objection(entry, now) {
                None => wanted.push(Wanted { id: id.clone(), entry: entry.clone() }),
                Some("") => drop(self.skipped.remove(id)),
                Some(objection) => {
                    drop(self.skipped.insert(id.clone(), format!("`{id}` is left out: {objection}")))
                }
            }
        }
        self.skipped.retain(|id, _| head.armed.contains_key(id));
        ended |= self.held.drop_unless(|id, held| {
            let named = head.armed.get(id).is_some_and(|entry| held.is(entry));
            // Replaced by a newer revision, it goes on until that one is loaded.
            named || wanted.iter().any(|wanted| wanted.id == *id)
        });
        (wanted, ended)
    }

    /// Why an entry is not to be put in force; empty where that is as it should be.
    fn objection(&mut self, entry: &Entry, now: &Now) -> Option<&'static str> {
        let over = entry.until <= now.wall;
        match self.held.why_dead(entry.revision) {
            Some(Why::Over) if over => return Some(""),
            Some(Why::Over) => {
                return Some("its deadline had passed here, by one of our clocks; arm it anew");
            }
            Some(Why::Halted) => return Some("it was armed before a halt; arm it anew"),
            None => {}
        }
        if over {
            // For good, also where the clock is set back.
            self.held.bury(entry.revision);
            return Some("");
        }
        let ahead = entry.since > later(now.wall, MAX_AHEAD);
        ahead.then_some("it is armed from a time on that is yet to come; compare the clocks")
    }

    async fn load(&mut self, wanted: Vec<Wanted>, now: Now) -> Result<(), Trouble> {
        if wanted.is_empty() {
            self.loading = None;
            return Ok(());
        }
        let counts = wanted.iter().flat_map(|wanted| partitions_of(&wanted.entry, &self.options.function));
        let specs = self.held.len_without(&wanted) + counts.map(|(_, count)| count).sum::<usize>();
        if let Some(problem) = over_the_cap(specs, 0) {
            self.leave_out(&wanted, &problem);
            return Ok(());
        }
        let loading = match self.loading.take().filter(|loading| loading.is_for(&wanted)) {
            Some(loading) => loading,
            None => Loading::start(&self.store, &self.options, &wanted),
        };
        // A load that takes longer goes on beside the polls that follow, which may tell of a halt.
        let loaded = self.loading.insert(loading).ended(self.options.poll).await;
        let loaded = loaded.ok_or(Trouble::Loading)?;
        self.loading = None;
        let bytes = |loaded: &Result<Loaded, StoreError>| match loaded {
            Ok(Loaded::Whole(specs)) => specs.iter().map(|published| published.bytes).sum(),
            _ => 0,
        };
        let bytes = self.held.bytes_without(&wanted) + loaded.iter().map(bytes).sum::<usize>();
        if let Some(problem) = over_the_cap(specs, bytes) {
            self.leave_out(&wanted, &problem);
            return Ok(());
        }
        let mut trouble = Ok(());
        for (wanted, loaded) in wanted.into_iter().zip(loaded) {
            if let Err(found) = self.take(wanted, loaded, &now) {
                trouble = Err(found);
            }
            // Ten thousand specs at one go would keep others from their turn.
            tokio::task::yield_now().await;
        }
        trouble
    }

    fn take(&mut self, wanted: Wanted, loaded: Result<Loaded, StoreError>, now: &Now) -> Result<(), Trouble> {
        match loaded? {
            Loaded::Whole(specs) => self.put_in_force(wanted, specs, now),
            Loaded::Faulty(problem) => self.leave_out(&[wanted], &problem),
            Loaded::Incomplete(problem)
                if self.incomplete_at == Some(self.seen) || self.skipped.contains_key(&wanted.id) =>
            {
                self.leave_out(&[wanted], &problem);
            }
            Loaded::Incomplete(problem) => {
                self.incomplete_at = Some(self.seen);
                let item = keys::revision(&wanted.id, wanted.entry.revision);
                return Err(Trouble::Incomplete(StoreError::Unreadable { item, problem }));
            }
        }
        Ok(())
    }

    fn put_in_force(&mut self, wanted: Wanted, specs: Vec<Published>, now: &Now) {
        let length = self.options.lease;
        let lease = self.lease.get_or_insert_with(|| Arc::new(Lease::new(length, now)));
        self.skipped.remove(&wanted.id);
        self.held.put(wanted, specs, lease, now);
    }

    fn leave_out(&mut self, wanted: &[Wanted], problem: &str) {
        for Wanted { id, .. } in wanted {
            self.held.remove(id);
            self.skipped.insert(id.clone(), format!("`{id}` is left out as a whole: {problem}"));
        }
    }
}

/// The problem with more specs than one process may hold.
fn over_the_cap(specs: usize, bytes: usize) -> Option<String> {
    let (most, most_bytes) = (caps::MAX_SPECS, caps::MAX_SPEC_BYTES);
    (specs > most || bytes > most_bytes).then(|| {
        format!("{specs} specs of {bytes} bytes would be in force, and at most {most} of {most_bytes} may be")
    })
}

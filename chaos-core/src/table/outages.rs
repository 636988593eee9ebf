//! Outages begin, change and end with HEAD, in the same transaction. Only an
//! end that nobody wrote (a deadline that passed, a halt that was forced, a
//! hand edit) is found out when they are read.

use super::change::Change;
use super::flip::HeadItem;
use super::head::Head;
use super::outage::{End, Outage, OutageEnd};
use super::{AuditEntry, Consistency, Deed, Entry, Store, StoreError, keys};
use crate::spec::Id;
use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

impl Store {
    /// What becomes of outages with a change of HEAD: at most 51 items, which
    /// leaves room for 32 copies of HEAD among the 100 of a transaction.
    pub(super) fn outage_updates(
        &self,
        environment: &Id,
        read: &HeadItem,
        change: &Change,
        generation: u64,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let after = change.entries();
        let mut items = Vec::new();
        for (id, entry) in &read.head.armed {
            if after.get(id).is_none_or(|after| after.outage != entry.outage) {
                let ended = OutageEnd::by_time(entry, now);
                let ended = ended.unwrap_or_else(|| OutageEnd::by_act(&change.record, now));
                let update = Outage::change(id, entry, Some(&ended));
                items.push(self.update(&keys::outage(environment, entry.outage), &update)?);
            }
        }
        for (id, entry) in &after {
            let before = read.head.armed.get(id);
            let update = Outage::change(id, entry, None);
            let update = match before.filter(|before| before.outage == entry.outage) {
                Some(before) if before.revision == entry.revision => continue,
                Some(_) => update,
                None => Outage::begin(update, entry, &change.record, generation),
            };
            items.push(self.update(&keys::outage(environment, entry.outage), &update)?);
        }
        Ok(items)
    }

    /// The outages that began within a range of time, oldest first.
    ///
    /// # Errors
    /// Where the table cannot be read, or HEAD not understood.
    pub async fn outages(
        &self,
        environment: &Id,
        began: RangeInclusive<Timestamp>,
    ) -> Result<Vec<Outage>, StoreError> {
        if began.is_empty() {
            return Ok(Vec::new());
        }
        let pk = keys::outages(environment);
        let items = self.query_between(&pk, keys::outages_between(&began)).await?;
        let found = items.iter().filter_map(Outage::parse);
        let mut found: Vec<_> = found.filter(|outage| began.contains(&outage.since)).collect();
        // What is large takes a while from its publication, which is in its name, to its beginning.
        found.sort_by_key(|outage| (outage.since, outage.id));
        self.settled(environment, found).await
    }

    /// One outage.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; as [`Store::outages`].
    pub async fn outage(&self, environment: &Id, id: u64) -> Result<Outage, StoreError> {
        let item = self.get(&keys::outage(environment, id), Consistency::Strong).await?;
        let found: Vec<_> = item.as_ref().and_then(Outage::parse).into_iter().collect();
        let settled = self.settled(environment, found).await?;
        let missing =
            || StoreError::NotFound { what: format!("outage {id} in the environment `{environment}`") };
        settled.into_iter().next().ok_or_else(missing)
    }

    /// Finds out how those ended whose end nobody wrote.
    async fn settled(&self, environment: &Id, mut outages: Vec<Outage>) -> Result<Vec<Outage>, StoreError> {
        if outages.iter().all(|outage| outage.ended.is_some()) {
            return Ok(outages);
        }
        let (head, now) = (self.head(environment, Consistency::Strong).await?, self.now());
        for outage in outages.iter_mut().filter(|outage| outage.ended.is_none()) {
            outage.ended = match head.as_ref().and_then(|head| in_head(head, outage)) {
                Some(entry) => OutageEnd::by_time(entry, now),
                None => Some(self.found_out(environment, outage, now).await?),
            };
        }
        Ok(outages)
    }

    /// HEAD does not have it any more: what the audit says that ended it.
    async fn found_out(
        &self,
        environment: &Id,
        outage: &Outage,
        now: Timestamp,
    ) -> Result<OutageEnd, StoreError> {
        let last = outage.until.min(now);
        let mut months = vec![outage.since];
        // Twelve hours at most: another month, if any, is the next one.
        months.extend(
            outage.since.checked_add(12.hours()).ok().filter(|next| month(*next) != month(outage.since)),
        );
        for of in months {
            let acts = self.audit(environment, of).await?;
            let ends = |act: &&AuditEntry| {
                let ours = act.scenario.as_ref().is_none_or(|id| *id == outage.scenario);
                act.generation > outage.generation
                    && ours
                    && !matches!(act.deed, Deed::Create | Deed::Rearm | Deed::Copies)
            };
            if let Some(act) = acts.iter().find(ends).filter(|act| act.at <= last) {
                return Ok(OutageEnd::from_audit(act));
            }
        }
        let how = if outage.until <= now { End::Deadline } else { End::ByHand };
        Ok(OutageEnd { at: last, how, by: String::new(), why: String::new() })
    }
}

fn month(at: Timestamp) -> String {
    at.strftime("%Y-%m").to_string()
}

/// A halt that was set by hand leaves entries, which are over all the same.
fn in_head<'h>(head: &'h Head, outage: &Outage) -> Option<&'h Entry> {
    let entry = head.armed.get(&outage.scenario).filter(|entry| entry.outage == outage.id);
    entry.filter(|_| head.halted.is_none())
}

impl Change {
    /// What it arms, as far as that can be understood.
    fn entries(&self) -> BTreeMap<Id, Entry> {
        let entry = |(name, value): (&String, &aws_sdk_dynamodb::types::AttributeValue)| {
            Some((Id::new(name)?, Entry::parse(value.as_m().ok()?).ok()?))
        };
        self.armed.iter().filter_map(entry).collect()
    }
}

//! Changing HEAD: one transaction with the audit item of the new generation,
//! on the condition that HEAD is still what was read.

use super::change::Change;
use super::expression::Expression;
use super::head::{Head, MAX_SHARDS};
use super::keys;
use super::transaction::{Ended, Proof, foreign, is_condition, token};
use super::value::{Item, number};
use super::{Consistency, Store, StoreError};
use crate::spec::Id;
use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;

/// How often to begin again where others were faster: for seconds.
pub(super) const PATIENT: u32 = 24;
/// For some tenths of a second.
pub(super) const HASTY: u32 = 6;

/// HEAD as it was read.
#[derive(Debug)]
pub(super) enum Read {
    Missing,
    Unreadable(String),
    Head(Box<HeadItem>),
}

/// HEAD, understood, and the item that it was understood from: what a newer
/// version has put there is carried along.
#[derive(Debug)]
pub(super) struct HeadItem {
    pub(super) head: Head,
    pub(super) armed: Item,
}

/// What is to be done, or that nothing is, with what follows from it.
#[derive(Debug)]
pub(super) enum Plan<T> {
    Nothing(T),
    Change(Box<Change>, T),
}

/// HEAD's generation now, its copies, and what the plan gave.
#[derive(Debug)]
pub(super) struct Flipped<T> {
    pub(super) generation: u64,
    pub(super) copies: u32,
    pub(super) value: T,
}

impl Store {
    /// Reads one copy of HEAD.
    pub(super) async fn read_head(
        &self,
        environment: &Id,
        copy: u32,
        consistency: Consistency,
    ) -> Result<Read, StoreError> {
        let Some(item) = self.get(&keys::head(environment, copy), consistency).await? else {
            return Ok(Read::Missing);
        };
        Ok(match Head::parse(&item) {
            Ok(head) => {
                let armed = item.get("act").and_then(|value| value.as_m().ok()).cloned();
                Read::Head(Box::new(HeadItem { head, armed: armed.unwrap_or_default() }))
            }
            Err(problem) => Read::Unreadable(problem),
        })
    }

    /// HEAD as writers need it: there, and understood.
    pub(super) async fn head_item(&self, environment: &Id) -> Result<HeadItem, StoreError> {
        match self.read_head(environment, 0, Consistency::Strong).await? {
            Read::Head(item) => Ok(*item),
            Read::Missing => Err(no_environment(environment)),
            Read::Unreadable(problem) => Err(unreadable(environment, &problem)),
        }
    }

    /// Changes HEAD as `plan` says, which is asked anew for every HEAD that is read.
    ///
    /// # Errors
    /// What `plan` gives; [`StoreError::Busy`] after so many attempts; [`StoreError::Conflict`], without a current scenario,
    /// where what was to be done beside it could not be.
    pub(super) async fn flip<T>(
        &self,
        environment: &Id,
        attempts: u32,
        plan: impl Fn(&HeadItem, Timestamp) -> Result<Plan<T>, StoreError>,
    ) -> Result<Flipped<T>, StoreError> {
        for attempt in 0..attempts {
            let item = self.head_item(environment).await?;
            let copies = item.head.shards;
            let now = self.now();
            let (change, value) = match plan(&item, now)? {
                Plan::Nothing(value) => {
                    return Ok(Flipped { generation: item.head.generation, copies, value });
                }
                Plan::Change(change, value) => (change, value),
            };
            let copies = change.copies.unwrap_or(copies);
            let generation = item.head.next_generation(now);
            if self.commit(environment, &item, &change, generation, now).await? {
                return Ok(Flipped { generation, copies, value });
            }
            self.pause(attempt).await;
        }
        Err(StoreError::Busy)
    }

    /// Whether the change was made; if not, HEAD has moved on.
    async fn commit(
        &self,
        environment: &Id,
        read: &HeadItem,
        change: &Change,
        generation: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let token = token();
        let proof = keys::audit(environment, now, generation);
        let mut items = self.head_updates(environment, read, change, generation, now)?;
        items.push(self.put(change.record.item(&proof, generation, now, &token), &Expression::absent())?);
        items.extend(self.outage_updates(environment, read, change, generation, now)?);
        items.extend(change.beside.clone());
        let reasons = match self.transact(items, &token, &Proof::Token(proof)).await? {
            Ended::Done => return Ok(true),
            Ended::Cancelled(reasons) => reasons,
        };
        if let Some(error) = foreign(&reasons) {
            return Err(error);
        }
        let last = reasons.last().filter(|_| change.beside.is_some());
        match last.is_some_and(|reason| is_condition(reason)) {
            true => Err(StoreError::Conflict { current: None }),
            false => Ok(false),
        }
    }

    /// The change of HEAD and of its copies: they are written together, and
    /// HEAD alone says whether they may be.
    fn head_updates(
        &self,
        environment: &Id,
        read: &HeadItem,
        change: &Change,
        generation: u64,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let update = |copy| {
            let expression = match copy {
                0 => {
                    let mut expression = change.expression(generation, now);
                    change.copies.iter().for_each(|copies| expression.set("shards", number(copies)));
                    change.must_still_hold(&mut expression, read);
                    expression
                }
                _ => change.expression_of_copy(&read.head, generation, now),
            };
            self.update(&keys::head(environment, copy), &expression)
        };
        let remove = |copy| self.delete(&keys::head(environment, copy), &Expression::default());
        // Also those that a hand edit of their number left behind.
        let surplus = change.copies.map_or(0..0, |copies| copies..MAX_SHARDS);
        (0..change.copies.unwrap_or(read.head.shards)).map(update).chain(surplus.map(remove)).collect()
    }
}

pub(super) fn no_environment(environment: &Id) -> StoreError {
    StoreError::NotFound {
        what: format!(
            "environment `{environment}` in this table; it comes into being with its first scenario"
        ),
    }
}

pub(super) fn unreadable(environment: &Id, problem: &str) -> StoreError {
    let right = "nothing is injected; mend it by hand, or halt and resume, which write it anew";
    StoreError::Unreadable {
        item: keys::head(environment, 0).to_string(),
        problem: format!("{problem}; {right}"),
    }
}

//! Changing HEAD: one transaction with the audit item of the new generation,
//! on the condition that HEAD is still what was read.

use super::audit::Record;
use super::expression::Expression;
use super::head::{Halted, Head};
use super::keys;
use super::transaction::{Ended, Proof, foreign, is_condition, token};
use super::value::{Item, number, text};
use super::{Consistency, Store, StoreError};
use crate::spec::Id;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use jiff::Timestamp;

/// How often to begin again where others were faster.
const ATTEMPTS: u32 = 24;

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

/// What HEAD is to become.
#[derive(Debug)]
pub(super) struct Change {
    /// What is armed, as items.
    pub(super) armed: Item,
    /// The halt.
    pub(super) halted: Option<Halted>,
    /// Must not be done while halted, even if the halt was set by hand just now.
    pub(super) barred: bool,
    /// For the audit.
    pub(super) record: Record,
    /// What else is to be done, or to be so.
    pub(super) beside: Option<TransactWriteItem>,
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
            Read::Unreadable(problem) => Err(unreadable(environment, problem)),
        }
    }

    /// Changes HEAD as `plan` says, which is asked anew for every HEAD that is read.
    ///
    /// # Errors
    /// What `plan` gives; [`StoreError::Conflict`], without a current scenario,
    /// where what was to be done beside it could not be.
    pub(super) async fn flip<T>(
        &self,
        environment: &Id,
        plan: impl Fn(&HeadItem, Timestamp) -> Result<Plan<T>, StoreError>,
    ) -> Result<Flipped<T>, StoreError> {
        for attempt in 0..ATTEMPTS {
            let item = self.head_item(environment).await?;
            let copies = item.head.shards;
            let now = self.now();
            let (change, value) = match plan(&item, now)? {
                Plan::Nothing(value) => {
                    return Ok(Flipped { generation: item.head.generation, copies, value });
                }
                Plan::Change(change, value) => (change, value),
            };
            let generation = item.head.next_generation(now);
            if self.commit(environment, &item, *change, generation, now).await? {
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
        change: Change,
        generation: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let token = token();
        let proof = keys::audit(environment, now, generation);
        let mut absent = Expression::default();
        absent.must_be_absent();
        let mut items = Vec::new();
        for copy in 0..read.head.shards {
            let mut expression = change.expression(generation, now);
            if copy == 0 {
                change.must_still_hold(&mut expression, read);
            }
            items.push(self.update(&keys::head(environment, copy), &expression)?);
        }
        items.push(self.put(change.record.item(&proof, generation, now, &token), &absent)?);
        let beside = change.beside.is_some();
        items.extend(change.beside);
        match self.transact(items, &token, &Proof::Token(proof)).await? {
            Ended::Done => Ok(true),
            Ended::Cancelled(reasons) => {
                if let Some(error) = foreign(&reasons) {
                    return Err(error);
                }
                match reasons.last() {
                    Some(reason) if beside && is_condition(reason) => {
                        Err(StoreError::Conflict { current: None })
                    }
                    _ => Ok(false),
                }
            }
        }
    }
}

impl Change {
    /// Everything is set, so that the copies become the same whatever they were.
    fn expression(&self, generation: u64, now: Timestamp) -> Expression {
        let mut expression = Expression::default();
        expression.set("gen", number(generation));
        expression.set("act", AttributeValue::M(self.armed.clone()));
        expression.set("at", text(now.to_string()));
        expression.set("by", text(self.record.by.as_str()));
        expression.set("halted", AttributeValue::Bool(self.halted.is_some()));
        for (name, value) in halt_attributes(self.halted.as_ref()) {
            match value {
                Some(value) => expression.set(name, value),
                None => expression.remove(name),
            }
        }
        expression
    }

    /// HEAD must be as it was read, hand edits included: they move no generation.
    fn must_still_hold(&self, expression: &mut Expression, read: &HeadItem) {
        expression.must_equal("gen", number(read.head.generation));
        expression.must_equal("act", AttributeValue::M(read.armed.clone()));
        if self.barred {
            expression.must_equal("halted", AttributeValue::Bool(false));
        }
    }
}

/// The attributes that tell of a halt; `None` where there is none.
pub(super) fn halt_attributes(halted: Option<&Halted>) -> [(&'static str, Option<AttributeValue>); 3] {
    let of = |part: fn(&Halted) -> &String| halted.map(|halted| text(part(halted)));
    [
        ("halted_why", of(|halted| &halted.why)),
        ("halted_by", of(|halted| &halted.by)),
        ("halted_at", of(|halted| &halted.at)),
    ]
}

pub(super) fn no_environment(environment: &Id) -> StoreError {
    StoreError::NotFound {
        what: format!(
            "environment `{environment}` in this table; it comes into being with its first scenario"
        ),
    }
}

pub(super) fn unreadable(environment: &Id, problem: String) -> StoreError {
    let right = "nothing is injected; mend it by hand, or halt and resume, which write it anew";
    StoreError::Unreadable {
        item: keys::head(environment, 0).to_string(),
        problem: format!("{problem}; {right}"),
    }
}

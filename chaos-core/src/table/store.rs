//! The table as an object, and its plain reads.

use super::StoreError;
use super::failure::failure;
use super::keys::Key;
use super::value::{Item, size, text};
use crate::clock::{Clock, SystemClock};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use jiff::Timestamp;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;
use std::time::Duration;

/// The table, through an SDK client. Cheap to clone; holds no state of its own.
///
/// Every write is one that any number of stores may do at the same time: it
/// names what it expects, and is refused whole where that is not so.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) client: Client,
    pub(super) table: Arc<str>,
    clock: Arc<dyn Clock>,
}

/// How fresh a read must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consistency {
    /// May be some seconds old; half the price.
    Eventual,
    /// Everything acknowledged before it was sent.
    Strong,
}

/// How far a query goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Stops after the page in which more items than this were seen.
    pub(super) items: usize,
    /// Stops after the page in which more than about so many bytes were seen.
    pub(super) bytes: usize,
}

impl Bounds {
    pub(super) const NONE: Self = Self { items: usize::MAX, bytes: usize::MAX };
}

/// Pages without anything in them are few, unless something is wrong.
const EMPTY_PAGES: usize = 16;

impl Store {
    /// The table of this name, or ARN. Nothing is asked yet.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into().into(), clock: Arc::new(SystemClock::new()) }
    }

    /// Takes the time from `clock`, for tests.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// The table's name.
    pub fn table(&self) -> &str {
        &self.table
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now().wall
    }

    /// Waits before the attempt after the `attempt`-th (from 0), at random, so
    /// that writers who met once do not meet again.
    pub(super) async fn pause(&self, attempt: u32) {
        let longest = 10 << attempt.min(6);
        self.clock.sleep(Duration::from_millis(5 + nonce() % longest)).await;
    }

    pub(super) async fn wait(&self, duration: Duration) {
        self.clock.sleep(duration).await;
    }

    pub(super) async fn get(&self, key: &Key, consistency: Consistency) -> Result<Option<Item>, StoreError> {
        let request = self.client.get_item().table_name(&*self.table).set_key(Some(key.item()));
        let answer = request.consistent_read(consistency == Consistency::Strong).send().await;
        Ok(answer.map_err(|error| failure(&self.table, &error))?.item)
    }

    /// The items of a partition whose sort keys start with `prefix`, in order.
    pub(super) async fn query(
        &self,
        pk: &str,
        prefix: &str,
        consistency: Consistency,
        bounds: Bounds,
    ) -> Result<Vec<Item>, StoreError> {
        let request = self.client.query().table_name(&*self.table);
        let request = match prefix {
            "" => request.key_condition_expression("pk = :pk"),
            prefix => request
                .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
                .expression_attribute_values(":prefix", text(prefix)),
        };
        let request = request.expression_attribute_values(":pk", text(pk));
        self.pages(request.consistent_read(consistency == Consistency::Strong), bounds).await
    }

    /// The items of a partition whose sort keys lie between two, both included, read strongly.
    pub(super) async fn query_between(
        &self,
        pk: &str,
        (from, to): (String, String),
    ) -> Result<Vec<Item>, StoreError> {
        let request = self.client.query().table_name(&*self.table).consistent_read(true);
        let request = request.key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to");
        let request = request.expression_attribute_values(":pk", text(pk));
        let request = request.expression_attribute_values(":from", text(from));
        self.pages(request.expression_attribute_values(":to", text(to)), Bounds::NONE).await
    }

    async fn pages(&self, request: QueryFluentBuilder, bounds: Bounds) -> Result<Vec<Item>, StoreError> {
        let (mut items, mut bytes) = (Vec::new(), 0);
        let mut start = None;
        for page in 1_usize.. {
            let answer = request.clone().set_exclusive_start_key(start).send().await;
            let answer = answer.map_err(|error| failure(&self.table, &error))?;
            let page_items = answer.items.unwrap_or_default();
            bytes += page_items.iter().flatten().map(|(name, value)| name.len() + size(value)).sum::<usize>();
            items.extend(page_items);
            start = answer.last_evaluated_key;
            let enough = items.len() > bounds.items || bytes > bounds.bytes;
            if start.is_none() || enough || page > items.len().saturating_add(EMPTY_PAGES) {
                break;
            }
        }
        Ok(items)
    }
}

/// A number that nobody else has drawn. The standard library's hash keys are
/// random per process and differ with each use.
pub(super) fn nonce() -> u64 {
    RandomState::new().build_hasher().finish()
}

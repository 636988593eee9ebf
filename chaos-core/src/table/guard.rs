//! Guarded scenarios: armed only as long as somebody watches. HEAD has a
//! deadline that is never far away, and watchers move it on.

use super::entry::Entry;
use super::failure::write_failure;
use super::flip::HeadItem;
use super::value::{Item, seconds};
use super::{Store, StoreError, keys};
use crate::clock::later;
use crate::spec::Id;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use std::time::Duration;

/// How far away the deadline of a guarded scenario is at most: without a
/// watcher it ends within this.
pub const RENEWAL: Duration = Duration::from_secs(30);
/// Nearer than this it is moved on; far enough from [`RENEWAL`] that any
/// number of watchers together write once in ten seconds.
const NEAR: Duration = Duration::from_secs(20);

impl Store {
    /// Moves on the deadlines of guarded scenarios that come near, up to the
    /// full ones: how many were moved. To be called every few seconds; any
    /// number of watchers may. What is over is not brought back.
    ///
    /// The generation stays, and nothing is written to the audit: the arming
    /// is there with its full deadline, and nothing else was decided.
    ///
    /// # Errors
    /// Where the table cannot be asked. Nothing is to be done then but to call
    /// this again: it is never known too late that a deadline was not moved.
    pub async fn renew(&self, environment: &Id) -> Result<usize, StoreError> {
        let read = self.head_item(environment).await?;
        let (armed, moved) = moved_on(&read, self.now());
        if moved == 0 || read.head.halted.is_some() {
            return Ok(0);
        }
        let request = self.client.transact_write_items();
        let items = self.renewals(environment, &read, &armed)?;
        match request.set_transact_items(Some(items)).send().await {
            Ok(_) => Ok(moved),
            Err(error) if super::failure::cancellation(&error).is_some() => Ok(0),
            Err(error) => Err(write_failure(&self.table, &error)),
        }
    }

    fn renewals(
        &self,
        environment: &Id,
        read: &HeadItem,
        armed: &Item,
    ) -> Result<Vec<aws_sdk_dynamodb::types::TransactWriteItem>, StoreError> {
        let update = |copy| {
            let mut expression = super::expression::Expression::default();
            expression.set("act", AttributeValue::M(armed.clone()));
            if copy == 0 {
                read.must_still_hold(&mut expression);
                expression.must_equal("halted", AttributeValue::Bool(false));
            }
            self.update(&keys::head(environment, copy), &expression)
        };
        (0..read.head.shards).map(update).collect()
    }
}

/// What is armed with the deadlines that come next, and how many are others.
fn moved_on(read: &HeadItem, now: Timestamp) -> (Item, usize) {
    let mut armed = read.armed.clone();
    let mut moved = 0;
    for (id, entry) in &read.head.armed {
        let Some(next) = next(entry, now) else { continue };
        if let Some(AttributeValue::M(item)) = armed.get_mut(id.as_str()) {
            item.insert("x".to_owned(), seconds(next));
            moved += 1;
        }
    }
    (armed, moved)
}

fn next(entry: &Entry, now: Timestamp) -> Option<Timestamp> {
    let full = entry.guarded?;
    let due = entry.until > now && entry.until < full && entry.until < later(now, NEAR);
    due.then(|| full.min(later(now, RENEWAL)))
}

//! Publishing: the items of a revision, written before anything points at them.

use super::failure::failure;
use super::item::Publication;
use super::store::nonce;
use super::value::Item;
use super::{Store, StoreError};
use crate::caps;
use crate::clock::later;
use crate::spec::Id;
use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use std::collections::HashMap;
use std::time::Duration;

/// DynamoDB's own limit on one batch.
const BATCH: usize = 25;
/// How often to send again what a batch left over.
const ATTEMPTS: u32 = 8;
/// How long a revision is kept after it cannot be armed any more.
const SPARE: Duration = Duration::from_secs(60 * 60);

impl Store {
    /// Writes a new revision of a scenario, which nothing points at yet: its
    /// number. A crash after this leaves items that expire by themselves.
    pub(super) async fn publish(
        &self,
        environment: &Id,
        publication: &Publication<'_>,
    ) -> Result<u64, StoreError> {
        let now = self.now();
        let revision = new_revision(u64::try_from(now.as_millisecond()).unwrap_or(1));
        let ttl = later(now, caps::MAX_ARMED + SPARE).as_second();
        let items = publication.items(environment, revision, ttl);
        for batch in items.chunks(BATCH) {
            self.write_batch(batch).await?;
        }
        Ok(revision)
    }

    async fn write_batch(&self, items: &[Item]) -> Result<(), StoreError> {
        let write = |item: &Item| {
            let put = PutRequest::builder().set_item(Some(item.clone())).build();
            let put = put.map_err(|error| StoreError::Invalid { message: error.to_string() })?;
            Ok(WriteRequest::builder().put_request(put).build())
        };
        let writes = items.iter().map(write).collect::<Result<Vec<_>, StoreError>>()?;
        let mut left = HashMap::from([(self.table.to_string(), writes)]);
        for attempt in 0..ATTEMPTS {
            let answer = self.client.batch_write_item().set_request_items(Some(left)).send().await;
            let answer = answer.map_err(|error| failure(&self.table, &error))?;
            left = answer.unprocessed_items.unwrap_or_default();
            if left.values().all(Vec::is_empty) {
                return Ok(());
            }
            self.pause(attempt).await;
        }
        let message = "it took only a part of what was to be published, again and again".to_owned();
        Err(StoreError::Throttled { message })
    }
}

/// A number that was never used and never will be: the time, and chance for
/// those who publish in the same millisecond.
fn new_revision(milliseconds: u64) -> u64 {
    milliseconds.saturating_mul(1_000_000).saturating_add(nonce() % 1_000_000)
}

//! Transactions of which it is known afterwards whether they were done.

use super::expression::Expression;
use super::failure::{cancellation, write_failure};
use super::keys::Key;
use super::store::nonce;
use super::value::{Item, string};
use super::{Consistency, Store, StoreError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, TransactWriteItem, Update};

/// How a transaction ended, where that is known.
#[derive(Debug)]
pub(super) enum Ended {
    /// It was done, now or by an earlier attempt of which we did not hear.
    Done,
    /// Nothing of it was done: the reasons, item by item.
    Cancelled(Vec<String>),
}

impl Ended {
    /// Whether this also settles what became of earlier sendings.
    fn is_final(&self) -> bool {
        match self {
            Self::Done => true,
            Self::Cancelled(reasons) => reasons.iter().any(|reason| is_condition(reason)),
        }
    }
}

/// What became of one sending.
enum Sent {
    Ended(Ended),
    /// It was not done.
    Failed(StoreError),
    /// It may have been done.
    Lost(String),
}

/// How to see that a transaction was done.
#[derive(Debug)]
pub(super) enum Proof {
    /// This item has our token.
    Token(Key),
    /// This item has this token, which others may have given it in our name.
    TokenIs(Key, String),
    /// This item is gone.
    Gone(Key),
}

/// Sends of a transaction whose outcome stays unknown.
const SENDS: u32 = 3;

/// A name for one transaction, at most 36 characters.
pub(super) fn token() -> String {
    format!("{:016x}{:016x}", nonce(), nonce())
}

impl Store {
    /// Does all of `items` or none. Where the answer is lost, looks for the
    /// `proof`, and sends the same again: the token, and conditions that fail
    /// the second time, keep it from being done twice.
    pub(super) async fn transact(
        &self,
        items: Vec<TransactWriteItem>,
        token: &str,
        proof: &Proof,
    ) -> Result<Ended, StoreError> {
        let mut lost = None;
        for attempt in 0..SENDS {
            match self.send(&items, token, proof).await {
                Sent::Ended(ended) if lost.is_none() || ended.is_final() => return Ok(ended),
                Sent::Failed(error) if lost.is_none() => return Err(error),
                // An earlier sending may still have been done.
                Sent::Ended(_) | Sent::Failed(_) => {}
                Sent::Lost(message) => lost = Some(message),
            }
            self.pause(attempt).await;
        }
        Err(StoreError::Ambiguous { message: lost.unwrap_or_default() })
    }

    async fn send(&self, items: &[TransactWriteItem], token: &str, proof: &Proof) -> Sent {
        let request = self.client.transact_write_items().client_request_token(token);
        let error = match request.set_transact_items(Some(items.to_vec())).send().await {
            Ok(_) => return Sent::Ended(Ended::Done),
            Err(error) => error,
        };
        let (reasons, message) = match (cancellation(&error), write_failure(&self.table, &error)) {
            (None, StoreError::Ambiguous { message }) => (None, message),
            (None, _) if under_way(error.as_service_error()) => (None, error.to_string()),
            (None, known) => return Sent::Failed(known),
            (Some(reasons), other) => (Some(reasons), other.to_string()),
        };
        if reasons.as_ref().is_some_and(|reasons| !reasons.iter().any(|reason| is_condition(reason))) {
            return Sent::Ended(Ended::Cancelled(reasons.unwrap_or_default()));
        }
        // Conditions may have failed because an earlier sending was done, one
        // of the SDK's own retries included.
        match (self.proven(proof, token).await, reasons) {
            (Ok(true), _) => Sent::Ended(Ended::Done),
            (Ok(false), Some(reasons)) => Sent::Ended(Ended::Cancelled(reasons)),
            (Ok(false), None) | (Err(_), _) => Sent::Lost(message),
        }
    }

    async fn proven(&self, proof: &Proof, token: &str) -> Result<bool, StoreError> {
        match proof {
            Proof::Token(key) => self.has_token(key, token).await,
            Proof::TokenIs(key, token) => self.has_token(key, token).await,
            Proof::Gone(key) => Ok(self.get(key, Consistency::Strong).await?.is_none()),
        }
    }

    async fn has_token(&self, key: &Key, token: &str) -> Result<bool, StoreError> {
        let item = self.get(key, Consistency::Strong).await?;
        Ok(item.is_some_and(|item| string(&item, "token") == token))
    }

    pub(super) fn put(&self, item: Item, condition: &Expression) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder().table_name(&*self.table).set_item(Some(item));
        let put = put.set_condition_expression(condition.condition());
        let put = put.set_expression_attribute_names(condition.names());
        let put = put.set_expression_attribute_values(condition.values()).build().map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    pub(super) fn update(&self, key: &Key, change: &Expression) -> Result<TransactWriteItem, StoreError> {
        let update = Update::builder().table_name(&*self.table).set_key(Some(key.item()));
        let update = update.update_expression(change.update());
        let update = update.set_condition_expression(change.condition());
        let update = update.set_expression_attribute_names(change.names());
        let update = update.set_expression_attribute_values(change.values()).build().map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    pub(super) fn delete(&self, key: &Key, condition: &Expression) -> Result<TransactWriteItem, StoreError> {
        let delete = Delete::builder().table_name(&*self.table).set_key(Some(key.item()));
        let delete = delete.set_condition_expression(condition.condition());
        let delete = delete.set_expression_attribute_names(condition.names());
        let delete = delete.set_expression_attribute_values(condition.values()).build().map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }

    pub(super) fn check(&self, key: &Key, condition: &Expression) -> Result<TransactWriteItem, StoreError> {
        let check = ConditionCheck::builder().table_name(&*self.table).set_key(Some(key.item()));
        let check = check.set_condition_expression(condition.condition());
        let check = check.set_expression_attribute_names(condition.names());
        let check = check.set_expression_attribute_values(condition.values()).build().map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }
}

/// Whether an item's reason is that its condition did not hold.
pub(super) fn is_condition(reason: &str) -> bool {
    reason.starts_with("ConditionalCheckFailed")
}

/// What cancelled a transaction, other than its own conditions; `None` where
/// it only met another transaction.
pub(super) fn foreign(reasons: &[String]) -> Option<StoreError> {
    let harmless = ["None", "ConditionalCheckFailed", "TransactionConflict"];
    let reason = reasons.iter().find(|reason| !harmless.iter().any(|known| reason.starts_with(known)))?;
    let message = reason.clone();
    match reason.starts_with("Throttling") || reason.starts_with("ProvisionedThroughput") {
        true => Some(StoreError::Throttled { message }),
        false => Some(StoreError::Invalid { message }),
    }
}

/// An earlier sending is not finished yet.
fn under_way(error: Option<&TransactWriteItemsError>) -> bool {
    error.is_some_and(TransactWriteItemsError::is_transaction_in_progress_exception)
}

#[allow(clippy::needless_pass_by_value, reason = "to be passed to map_err")]
fn unbuilt(error: aws_sdk_dynamodb::error::BuildError) -> StoreError {
    StoreError::Invalid { message: error.to_string() }
}

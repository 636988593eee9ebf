//! What all processes together may inject by one spec (`fleet_max`): a counter
//! of what has been handed out, which no update raises over the maximum.
//!
//! Shares are leased in chunks. An answer that is lost leaves the chunk counted
//! and used by nobody: the sum is never exceeded, whatever happens.

use super::expression::Expression;
use super::failure::write_failure;
use super::keys::{self, Key};
use super::value::{Item, number, whole};
use super::{Store, StoreError};
use crate::caps;
use crate::clock::later;
use crate::spec::Id;
use aws_sdk_dynamodb::config::Config;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use std::time::Duration;

/// The attribute that counts.
const USED: &str = "used";
/// A counter outlives the arming by so much.
const SPARE: Duration = Duration::from_secs(3600);
/// One part in so many of what is left is leased first.
const PARTS: u64 = 100;
/// What is leased at first is no more than this.
const FIRST: u64 = 100;
/// No lease takes more than one part in so many of what is left.
const LARGEST: u64 = 10;
/// So often a chunk is tried that is too large, each time a smaller one.
const TRIES: usize = 64;

/// Whose budget it is.
#[derive(Clone, Debug)]
pub(crate) struct Loan<'a> {
    pub(crate) environment: &'a Id,
    pub(crate) scenario: &'a str,
    pub(crate) revision: u64,
    pub(crate) spec: &'a Id,
    pub(crate) max: u64,
}

/// What one lease led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leased {
    /// Shares, for the caller to use; none where all are handed out.
    pub(crate) shares: u64,
    /// What is left for others and later.
    pub(crate) left: u64,
}

/// How much to lease.
///
/// At first a hundredth of what is left, 1 to 100; each time that this is used
/// up soon, twice as much as before; never more than a tenth of what is left.
/// So a process that injects a lot asks now and then, one that injects little
/// holds little, and towards the end everybody's hands are nearly empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rounds {
    /// Leases that followed soon upon another.
    pub(crate) soon: u32,
}

impl Rounds {
    pub(crate) fn chunk(self, left: u64) -> u64 {
        let first = (left / PARTS).clamp(1, FIRST);
        let grown = first.saturating_mul(1 << self.soon.min(32));
        grown.min((left / LARGEST).max(1))
    }
}

impl Store {
    /// Leases `chunk` shares, or as many as are left.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] where the counter cannot be understood;
    /// [`StoreError::Ambiguous`] where shares may have been counted that nobody has.
    pub(crate) async fn lease_shares(&self, loan: &Loan<'_>, chunk: u64) -> Result<Leased, StoreError> {
        let key = loan.key();
        let mut chunk = chunk.clamp(1, loan.max.max(1));
        for _ in 0..TRIES {
            match self.add_shares(&key, loan.max, chunk).await? {
                Ok(used) => return Ok(Leased { shares: chunk, left: loan.max.saturating_sub(used) }),
                // Whoever lent the rest meanwhile, there may be something left.
                Err(Some(used)) if used < loan.max => chunk = (loan.max - used).min(chunk),
                Err(None) if chunk > 1 => chunk /= 2,
                Err(_) => return Ok(Leased { shares: 0, left: 0 }),
            }
        }
        Err(StoreError::Busy)
    }

    /// Hands back shares that nobody used. Best effort: what is not handed back is lost.
    ///
    /// # Errors
    /// Where the table does not take them.
    pub(crate) async fn return_shares(&self, loan: &Loan<'_>, shares: u64) -> Result<(), StoreError> {
        let mut update = Expression::default();
        let (name, least) = (update.name(USED), update.value(number(shares)));
        update.must(format!("{name} >= {least}"));
        let back = update.value(number(format!("-{shares}")));
        update.add(format!("{name} {back}"));
        let request = self.client.update_item().table_name(&*self.table).set_key(Some(loan.key().item()));
        let request = request.update_expression(update.update()).set_condition_expression(update.condition());
        let request = request.set_expression_attribute_names(update.names());
        let request = request.set_expression_attribute_values(update.values()).customize();
        // Done twice, it would hand back what others use.
        let once = Config::builder().retry_config(RetryConfig::disabled());
        let sent = request.config_override(once).send().await;
        sent.map(drop).map_err(|error| write_failure(&self.table, &error))
    }

    /// What is counted then; or, where it would be too much, what is counted
    /// now, if the table tells.
    async fn add_shares(
        &self,
        key: &Key,
        max: u64,
        chunk: u64,
    ) -> Result<Result<u64, Option<u64>>, StoreError> {
        let update = self.addition(max, chunk);
        let request = self.client.update_item().table_name(&*self.table).set_key(Some(key.item()));
        let request = request.update_expression(update.update()).set_condition_expression(update.condition());
        let request = request.set_expression_attribute_names(update.names());
        let request = request.set_expression_attribute_values(update.values());
        let request = request.return_values(ReturnValue::UpdatedNew);
        let request =
            request.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let error = match request.send().await {
            Ok(answer) => {
                let counted = used(&answer.attributes.unwrap_or_default());
                let used = counted.map_err(|problem| garbled(key, problem))?;
                // Whatever the table says, no answer may give more than there is.
                let sound = (chunk..=max).contains(&used);
                return if sound {
                    Ok(Ok(used))
                } else {
                    Err(garbled(key, format!("`used` is {used} of {max}")))
                };
            }
            Err(error) => error,
        };
        match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                let counted = refused.item().map(|item| used(item).map_err(|problem| garbled(key, problem)));
                counted.transpose().map(Err)
            }
            _ => Err(write_failure(&self.table, &error)),
        }
    }

    /// Counts `chunk` more, where that is not over `max`, and what is there is a
    /// count at all.
    fn addition(&self, max: u64, chunk: u64) -> Expression {
        let mut update = Expression::default();
        let (pk, used) = (update.name("pk"), update.name(USED));
        let (zero, most) = (update.value(number(0)), update.value(number(max.saturating_sub(chunk))));
        update.must(format!("(attribute_not_exists({pk}) OR {used} BETWEEN {zero} AND {most})"));
        let chunk = update.value(number(chunk));
        update.add(format!("{used} {chunk}"));
        update.set("ttl", number(later(self.now(), caps::MAX_ARMED + SPARE).as_second()));
        update
    }
}

impl Loan<'_> {
    fn key(&self) -> Key {
        keys::fleet(self.environment, self.scenario, self.revision, self.spec)
    }
}

/// How many shares are counted, in the item of a counter.
pub(super) fn used(item: &Item) -> Result<u64, String> {
    whole(item, USED).ok_or_else(|| "`used` is no whole number, 0 or more".to_owned())
}

fn garbled(key: &Key, problem: String) -> StoreError {
    StoreError::Unreadable { item: key.to_string(), problem }
}

#[cfg(test)]
mod tests {
    use super::Rounds;

    #[test]
    fn chunks_grow_with_use_and_shrink_towards_the_end() {
        let chunk = |soon, left| Rounds { soon }.chunk(left);
        assert_eq!([0, 1, 37, 5_000, 1_000_000].map(|left| chunk(0, left)), [1, 1, 1, 50, 100]);
        assert_eq!([0, 1, 2, 5, 40].map(|soon| chunk(soon, 5_000)), [50, 100, 200, 500, 500]);
        assert_eq!([0, 1, 9, 25].map(|left| chunk(40, left)), [1, 1, 1, 2]);
    }
}

//! Editing stored scenarios.

use super::definitions::{Definition, Lies, no_scenario};
use super::expression::Expression;
use super::item::Publication;
use super::rules::refused;
use super::transaction::{Ended, Proof, foreign, is_condition, token};
use super::value::{number, seconds};
use super::{Actor, Store, StoreError, keys};
use crate::spec::{Id, Scenario};
use aws_sdk_dynamodb::types::TransactWriteItem;

/// An item of DynamoDB has at most 400 KB; the rest is for what is around the scenario.
const MAX_DEFINITION_BYTES: usize = 380_000;
/// How often to begin again where others were faster.
const ATTEMPTS: u32 = 8;

/// What the caller believes to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Nothing under this id.
    Absent,
    /// This version.
    Version(u64),
    /// Anything or nothing.
    Any,
}

/// What an edit led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The version that is now stored.
    pub version: u64,
    /// Whether there was none before.
    pub created: bool,
}

impl Expected {
    pub(super) fn check(self, lies: &Lies) -> Result<(), StoreError> {
        let holds = match self {
            Self::Any => true,
            Self::Absent => matches!(lies, Lies::Nothing),
            Self::Version(version) => lies.version() == Some(version),
        };
        match (holds, lies) {
            (true, _) => Ok(()),
            (false, Lies::Definition(current)) => {
                Err(StoreError::Conflict { current: Some(current.clone()) })
            }
            (false, _) => Err(StoreError::Conflict { current: None }),
        }
    }
}

impl Store {
    /// Stores a scenario. Inert: arming is an act of its own. The environment
    /// comes into being with its first scenario.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where something else is stored than `expected`;
    /// [`StoreError::Refused`] where the scenario is armed (see
    /// [`Store::rearm`]) or too large for one item.
    pub async fn put_definition(
        &self,
        environment: &Id,
        scenario: &Scenario,
        expected: Expected,
        by: &Actor,
    ) -> Result<Stored, StoreError> {
        check_size(scenario)?;
        // What could not be armed is not stored either.
        Publication::new(scenario)?;
        self.ensure_environment(environment, by).await?;
        for attempt in 0..ATTEMPTS {
            let lies = self.lies(environment, &scenario.id).await?;
            expected.check(&lies)?;
            let definition = self.next(scenario, by, &lies);
            let token = token();
            let put = self.put(definition.item(environment, &token), &still(&lies))?;
            let items = vec![self.not_armed(environment, &scenario.id)?, put];
            let key = keys::definition(environment, &scenario.id);
            match self.transact(items, &token, &Proof::Token(key)).await? {
                Ended::Done => {
                    let created = matches!(lies, Lies::Nothing);
                    return Ok(Stored { version: definition.version, created });
                }
                Ended::Cancelled(reasons) => {
                    let right = "disarm it first, or arm the edit too with `apply --rearm`";
                    self.may_try_again(environment, &scenario.id, &reasons, right).await?;
                }
            }
            self.pause(attempt).await;
        }
        Err(StoreError::Busy)
    }

    /// Removes a stored scenario.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`];
    /// [`StoreError::Refused`] where it is armed.
    pub async fn delete_definition(
        &self,
        environment: &Id,
        id: &Id,
        expected: Expected,
    ) -> Result<(), StoreError> {
        for attempt in 0..ATTEMPTS {
            let lies = self.lies(environment, id).await?;
            if matches!(lies, Lies::Nothing) {
                return Err(no_scenario(environment, id));
            }
            expected.check(&lies)?;
            let key = keys::definition(environment, id);
            let items = vec![self.not_armed(environment, id)?, self.delete(&key, &still(&lies))?];
            match self.transact(items, &token(), &Proof::Gone(key)).await? {
                Ended::Done => return Ok(()),
                Ended::Cancelled(reasons) => {
                    self.may_try_again(environment, id, &reasons, "disarm it first").await?;
                }
            }
            self.pause(attempt).await;
        }
        Err(StoreError::Busy)
    }

    /// The definition that follows what is stored.
    pub(super) fn next(&self, scenario: &Scenario, by: &Actor, lies: &Lies) -> Definition {
        let now = self.now();
        // The time keeps a version from coming back after a removal.
        let time = u64::try_from(now.as_millisecond()).unwrap_or(1);
        Definition {
            scenario: scenario.clone(),
            version: lies.version().map_or(time, |version| time.max(version.saturating_add(1))),
            by: by.to_string(),
            at: now,
        }
    }

    /// The condition that HEAD does not arm the scenario.
    fn not_armed(&self, environment: &Id, id: &Id) -> Result<TransactWriteItem, StoreError> {
        let mut condition = Expression::default();
        let (act, id) = (condition.name("act"), condition.name(id.as_str()));
        let (until, now) = (condition.name("x"), condition.value(seconds(self.now())));
        condition.must(format!("(attribute_not_exists({act}.{id}) OR {act}.{id}.{until} <= {now})"));
        self.check(&keys::head(environment, 0), &condition)
    }

    /// After a transaction of a check on HEAD and a write of a definition was cancelled.
    async fn may_try_again(
        &self,
        environment: &Id,
        id: &Id,
        reasons: &[String],
        right: &str,
    ) -> Result<(), StoreError> {
        if let Some(error) = foreign(reasons) {
            return Err(error);
        }
        if reasons.first().is_some_and(|reason| is_condition(reason)) {
            let until = self.head_item(environment).await?.head.armed.get(id).map(|entry| entry.until);
            let until = until.map(|until| format!(" until {until}")).unwrap_or_default();
            return Err(refused(format!("`{id}` is armed{until}; {right}")));
        }
        Ok(())
    }
}

pub(super) fn check_size(scenario: &Scenario) -> Result<(), StoreError> {
    let bytes = scenario.to_json().to_string().len();
    match bytes > MAX_DEFINITION_BYTES {
        true => Err(refused(format!(
            "the scenario has {bytes} bytes as JSON, and at most {MAX_DEFINITION_BYTES} fit into one item; \
             make several scenarios of it"
        ))),
        false => Ok(()),
    }
}

/// The condition that what lies there is still what was read. What was edited
/// into something without a version is overwritten as it is.
pub(super) fn still(lies: &Lies) -> Expression {
    let mut condition = Expression::default();
    match (lies, lies.version()) {
        (Lies::Nothing, _) => return Expression::absent(),
        (_, Some(version)) => condition.must_equal("v", number(version)),
        (_, None) => {}
    }
    condition
}

//! Arming and disarming.

use super::audit::Record;
use super::change::Change;
use super::expression::Expression;
use super::flip::{HeadItem, PATIENT, Plan};
use super::in_force::{Arming, Deadline, armed};
use super::item::Publication;
use super::rules::{bounded, check_reason, check_room, refused, still_armed};
use super::value::number;
use super::{Actor, Deed, Definition, Store, StoreError, keys};
use crate::caps;
use crate::spec::{Id, format_duration};
use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;
use std::time::Duration;

/// How a scenario is to be armed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arm {
    /// For how long, at most [`crate::caps::MAX_ARMED`].
    pub for_: Duration,
    /// Why, for the audit; 1 byte to 4 KiB.
    pub reason: String,
    /// By whom.
    pub by: Actor,
    /// Armed only as long as a watcher renews it ([`Store::renew`]): without
    /// one it ends within [`super::RENEWAL`].
    pub guarded: bool,
    /// Arms this version of the scenario only; `None` arms what is stored.
    pub expected_version: Option<u64>,
}

/// An arming that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Armed {
    /// The scenario.
    pub scenario: Id,
    /// Its version that is in force.
    pub version: u64,
    /// The published revision.
    pub revision: u64,
    /// HEAD's generation that put it in force.
    pub generation: u64,
    /// Since when.
    pub since: Timestamp,
    /// The deadline; where it is guarded, the one that watchers move on.
    pub until: Timestamp,
    /// Where it is guarded, the deadline that nobody moves.
    pub guarded: Option<Timestamp>,
    /// How many specs it has.
    pub specs: usize,
}

/// A disarming that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disarmed {
    /// HEAD's generation now.
    pub generation: u64,
    /// Whether it was armed; if not, nothing was written.
    pub was_armed: bool,
}

impl Store {
    /// Arms a stored scenario: publishes what is stored as a new revision and
    /// points HEAD at it. Armed already, it is armed anew, with a new deadline
    /// and counters from zero.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Conflict`] where another version
    /// is stored than expected; [`StoreError::Refused`] where the environment is
    /// halted, the time is none or too long, or a compiled-in cap is reached.
    pub async fn arm(&self, environment: &Id, id: &Id, arm: &Arm) -> Result<Armed, StoreError> {
        check_reason(&arm.reason)?;
        if arm.for_.is_zero() || arm.for_ > caps::MAX_ARMED {
            let longest = format_duration(caps::MAX_ARMED);
            return Err(refused(format!("a scenario is armed for more than 0 s and at most {longest}")));
        }
        let definition = self.definition(environment, id).await?;
        if arm.expected_version.is_some_and(|version| version != definition.version) {
            return Err(StoreError::Conflict { current: Some(Box::new(definition)) });
        }
        let publication = Publication::new(&definition.scenario)?;
        // Asked before anything is published; what counts is asked again at the flip.
        check_room(&self.head_item(environment).await?, &publication, self.now())?;
        let arming = Arming {
            deed: Deed::Arm,
            publication: &publication,
            revision: self.publish(environment, &publication).await?,
            until: &|_, now| Ok(Deadline::new(now, arm)),
            by: &arm.by,
            why: &arm.reason,
            beside: self.unchanged(environment, &definition)?,
        };
        let flipped = self.put_in_force(environment, arming).await;
        let flipped = self.with_current(environment, id, flipped).await?;
        Ok(armed(&definition, &flipped))
    }

    /// Ends an outage. Also where the stored scenario is gone, and while halted.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such environment.
    pub async fn disarm(
        &self,
        environment: &Id,
        id: &Id,
        by: &Actor,
        reason: &str,
    ) -> Result<Disarmed, StoreError> {
        let plan = |read: &HeadItem, now| {
            let Some(before) = read.armed.get(id.as_str()).cloned() else { return Ok(Plan::Nothing(false)) };
            let mut armed = still_armed(read, now);
            armed.remove(id.as_str());
            let record = Record {
                scenario: Some(id.clone()),
                revision: read.head.armed.get(id).map(|entry| entry.revision),
                before: Some(before),
                ..Record::of_all(Deed::Disarm, by, &bounded(reason))
            };
            let halted = read.head.halted.clone();
            // A halt that is set by hand just now is not lifted.
            let barred = halted.is_none();
            let change = Change { armed, halted, barred, record, beside: None, copies: None };
            Ok(Plan::Change(Box::new(change), true))
        };
        let flipped = self.flip(environment, PATIENT, plan).await?;
        Ok(Disarmed { generation: flipped.generation, was_armed: flipped.value })
    }

    /// The condition that a definition is still what was read.
    fn unchanged(&self, environment: &Id, definition: &Definition) -> Result<TransactWriteItem, StoreError> {
        let mut condition = Expression::default();
        condition.must_equal("v", number(definition.version));
        self.check(&keys::definition(environment, &definition.scenario.id), &condition)
    }
}

//! Arming and disarming.

use super::audit::Record;
use super::expression::Expression;
use super::flip::{Change, Flipped, HeadItem, Plan};
use super::head::Entry;
use super::item::Publication;
use super::value::{Item, number};
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
    /// The deadline.
    pub until: Timestamp,
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

/// An arming under way: what was published, and how it is to be put in force.
pub(super) struct Arming<'a> {
    pub(super) deed: Deed,
    pub(super) publication: &'a Publication<'a>,
    pub(super) revision: u64,
    /// The deadline, from HEAD as it is and the time.
    pub(super) until: &'a (dyn Fn(&HeadItem, Timestamp) -> Result<Timestamp, StoreError> + Sync),
    pub(super) by: &'a Actor,
    pub(super) why: &'a str,
    /// What the definition must be, or becomes.
    pub(super) beside: TransactWriteItem,
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
        let publication = Publication::new(&definition.scenario);
        // Asked before anything is published; what counts is asked again at the flip.
        check_room(&self.head_item(environment).await?, &publication, self.now())?;
        let arming = Arming {
            deed: Deed::Arm,
            publication: &publication,
            revision: self.publish(environment, &publication).await?,
            until: &|_, now| Ok(now + arm.for_),
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
            let change = Change { armed, halted, barred: false, record, beside: None };
            Ok(Plan::Change(Box::new(change), true))
        };
        let flipped = self.flip(environment, plan).await?;
        Ok(Disarmed { generation: flipped.generation, was_armed: flipped.value })
    }

    /// Points HEAD at a published revision.
    pub(super) async fn put_in_force(
        &self,
        environment: &Id,
        arming: Arming<'_>,
    ) -> Result<Flipped<Entry>, StoreError> {
        let plan = |read: &HeadItem, now: Timestamp| {
            check_room(read, arming.publication, now)?;
            let id = &arming.publication.scenario.id;
            let entry = Entry {
                revision: arming.revision,
                edition: 0,
                since: to_milliseconds(now),
                until: to_milliseconds((arming.until)(read, now)?),
                specs: arming.publication.scenario.spec.len(),
                partitions: arming.publication.partitions(),
                bytes: arming.publication.bytes,
            };
            let mut armed = still_armed(read, now);
            let before = armed.insert(id.to_string(), entry.value());
            let record = Record {
                scenario: Some(id.clone()),
                revision: Some(entry.revision),
                until: Some(entry.until),
                before,
                ..Record::of_all(arming.deed, arming.by, arming.why)
            };
            let beside = Some(arming.beside.clone());
            let change = Change { armed, halted: None, barred: true, record, beside };
            Ok(Plan::Change(Box::new(change), entry))
        };
        self.flip(environment, plan).await
    }

    /// The condition that a definition is still what was read.
    fn unchanged(&self, environment: &Id, definition: &Definition) -> Result<TransactWriteItem, StoreError> {
        let mut condition = Expression::default();
        condition.must_equal("v", number(definition.version));
        self.check(&keys::definition(environment, &definition.scenario.id), &condition)
    }

    /// Tells with a conflict what is stored now.
    pub(super) async fn with_current<T>(
        &self,
        environment: &Id,
        id: &Id,
        result: Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match result {
            Err(StoreError::Conflict { current: None }) => {
                let current = self.definition(environment, id).await.ok().map(Box::new);
                Err(StoreError::Conflict { current })
            }
            other => other,
        }
    }
}

pub(super) fn armed(definition: &Definition, flipped: &Flipped<Entry>) -> Armed {
    Armed {
        scenario: definition.scenario.id.clone(),
        version: definition.version,
        revision: flipped.value.revision,
        generation: flipped.generation,
        since: flipped.value.since,
        until: flipped.value.until,
        specs: flipped.value.specs,
    }
}

/// What HEAD arms, less what is over: a deadline that has passed is only clutter.
pub(super) fn still_armed(read: &HeadItem, now: Timestamp) -> Item {
    let over = |name: &str| {
        let entry = Id::new(name).and_then(|id| read.head.armed.get(&id));
        entry.is_some_and(|entry| entry.until <= now)
    };
    read.armed
        .iter()
        .filter(|(name, _)| !over(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// The rules that bar an arming.
fn check_room(read: &HeadItem, new: &Publication<'_>, now: Timestamp) -> Result<(), StoreError> {
    if let Some(halted) = &read.head.halted {
        return Err(refused(format!(
            "the environment is halted by {}: {}; `monkeyless resume` lifts it",
            or_unknown(&halted.by),
            or_unknown(&halted.why)
        )));
    }
    let id = &new.scenario.id;
    // Entries that cannot be understood take their place all the same.
    let others = still_armed(read, now).keys().filter(|name| *name != id.as_str()).count();
    if others >= caps::MAX_ARMED_SCENARIOS {
        return Err(refused(format!(
            "{others} scenarios are armed already, as many as may be; disarm one first"
        )));
    }
    let others = || read.head.live(now).filter(|(other, _)| *other != id).map(|(_, entry)| entry);
    let specs = new.scenario.spec.len() + others().map(|entry| entry.specs).sum::<usize>();
    if specs > caps::MAX_SPECS {
        let most = caps::MAX_SPECS;
        return Err(refused(format!(
            "{specs} specs would be armed, and at most {most} may be; disarm others first"
        )));
    }
    let bytes = new.bytes + others().map(|entry| entry.bytes).sum::<usize>();
    if bytes > caps::MAX_SPEC_BYTES {
        let most = caps::MAX_SPEC_BYTES;
        return Err(refused(format!(
            "{bytes} bytes of specs would be armed, and at most {most} may be; disarm others first"
        )));
    }
    Ok(())
}

fn or_unknown(text: &str) -> &str {
    if text.is_empty() { "(not said)" } else { text }
}

/// HEAD keeps milliseconds; a deadline is not prolonged by rounding.
fn to_milliseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

pub(super) fn refused(reason: String) -> StoreError {
    StoreError::Refused { reason }
}

pub(super) fn check_reason(reason: &str) -> Result<(), StoreError> {
    match reason.trim().is_empty() || reason.len() > caps::MAX_PROSE_BYTES {
        true => Err(refused("a reason of 1 byte to 4 KiB is required; it is kept in the audit".to_owned())),
        false => Ok(()),
    }
}

/// A reason cut to what an item may hold: ending an outage fails on no formality.
pub(super) fn bounded(reason: &str) -> String {
    let fits = |at: &usize| reason.is_char_boundary(*at);
    let end = (0..=reason.len().min(caps::MAX_PROSE_BYTES)).rev().find(fits).unwrap_or(0);
    reason.get(..end).unwrap_or_default().to_owned()
}

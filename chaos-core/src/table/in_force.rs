//! Pointing HEAD at a published revision.

use super::audit::Record;
use super::change::Change;
use super::entry::Entry;
use super::flip::{Flipped, HeadItem, PATIENT, Plan};
use super::guard::RENEWAL;
use super::item::Publication;
use super::rules::{check_room, still_armed};
use super::{Actor, Arm, Armed, Deed, Definition, Store, StoreError};
use crate::clock::later;
use crate::spec::Id;
use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;

/// Until when a scenario is armed, and until when that may be moved on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    pub(super) until: Timestamp,
    pub(super) guarded: Option<Timestamp>,
    /// The outage that goes on; `None` begins one.
    pub(super) outage: Option<u64>,
}

impl Deadline {
    pub(super) fn new(now: Timestamp, arm: &Arm) -> Self {
        let full = later(now, arm.for_);
        match arm.guarded {
            true => Self { until: full.min(later(now, RENEWAL)), guarded: Some(full), outage: None },
            false => Self { until: full, guarded: None, outage: None },
        }
    }
}

/// An arming under way: what was published, and how it is to be put in force.
pub(super) struct Arming<'a> {
    pub(super) deed: Deed,
    pub(super) publication: &'a Publication<'a>,
    pub(super) revision: u64,
    /// The deadline, from HEAD as it is and the time.
    pub(super) until: &'a (dyn Fn(&HeadItem, Timestamp) -> Result<Deadline, StoreError> + Sync),
    pub(super) by: &'a Actor,
    pub(super) why: &'a str,
    /// What the definition must be, or becomes.
    pub(super) beside: TransactWriteItem,
}

impl Store {
    /// Points HEAD at a published revision.
    pub(super) async fn put_in_force(
        &self,
        environment: &Id,
        arming: Arming<'_>,
    ) -> Result<Flipped<Entry>, StoreError> {
        let plan = |read: &HeadItem, now: Timestamp| {
            check_room(read, arming.publication, now)?;
            let id = &arming.publication.scenario.id;
            let deadline = (arming.until)(read, now)?;
            let entry = Entry {
                revision: arming.revision,
                edition: 0,
                since: to_milliseconds(now),
                until: to_milliseconds(deadline.until),
                guarded: deadline.guarded.map(to_milliseconds),
                outage: deadline.outage.unwrap_or(arming.revision),
                specs: arming.publication.scenario.spec.len(),
                partitions: arming.publication.partitions(),
                bytes: arming.publication.bytes,
            };
            let mut armed = still_armed(read, now);
            let before = armed.insert(id.to_string(), entry.value());
            let record = Record {
                scenario: Some(id.clone()),
                revision: Some(entry.revision),
                until: Some(entry.guarded.unwrap_or(entry.until)),
                before,
                ..Record::of_all(arming.deed, arming.by, arming.why)
            };
            let beside = Some(arming.beside.clone());
            let change = Change { armed, halted: None, barred: true, record, beside, copies: None };
            Ok(Plan::Change(Box::new(change), entry))
        };
        self.flip(environment, PATIENT, plan).await
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
        guarded: flipped.value.guarded,
        specs: flipped.value.specs,
    }
}

/// HEAD keeps milliseconds; a deadline is not prolonged by rounding.
fn to_milliseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

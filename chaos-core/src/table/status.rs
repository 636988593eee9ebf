//! What is so, for people.

use super::flip::{Read, no_environment, unreadable};
use super::{Consistency, Halted, Head, Store, StoreError};
use crate::spec::Id;
use jiff::Timestamp;

/// The state of an environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// The environment.
    pub environment: Id,
    /// HEAD's generation.
    pub generation: u64,
    /// The halt, where there is one.
    pub halted: Option<Halted>,
    /// What is armed now, by id; nothing while halted.
    pub armed: Vec<ArmedStatus>,
    /// When HEAD was last written, as it says itself.
    pub at: String,
    /// By whom.
    pub by: String,
    /// What is wrong with items that were edited by hand.
    pub problems: Vec<String>,
}

/// An armed scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArmedStatus {
    /// The scenario.
    pub scenario: Id,
    /// The published revision.
    pub revision: u64,
    /// Since when.
    pub since: Timestamp,
    /// The deadline; where it is guarded, the one that watchers move on.
    pub until: Timestamp,
    /// Where it is guarded, the deadline that nobody moves.
    pub guarded: Option<Timestamp>,
    /// Its outage.
    pub outage: u64,
    /// How many specs it has.
    pub specs: usize,
}

impl Store {
    /// HEAD of an environment; `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] where it cannot be understood.
    pub async fn head(&self, environment: &Id, consistency: Consistency) -> Result<Option<Head>, StoreError> {
        match self.read_head(environment, 0, consistency).await? {
            Read::Head(item) => Ok(Some(item.head)),
            Read::Missing => Ok(None),
            Read::Unreadable(problem) => Err(unreadable(environment, &problem)),
        }
    }

    /// What is armed for how long still, and whether it is halted; read strongly.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such environment;
    /// [`StoreError::Unreadable`] where its HEAD cannot be understood, which
    /// means that nothing is injected.
    pub async fn status(&self, environment: &Id) -> Result<Status, StoreError> {
        let head = self.head(environment, Consistency::Strong).await?;
        let head = head.ok_or_else(|| no_environment(environment))?;
        let now = self.now();
        let armed = head.live(now).map(|(id, entry)| ArmedStatus {
            scenario: id.clone(),
            revision: entry.revision,
            since: entry.since,
            until: entry.until,
            guarded: entry.guarded,
            outage: entry.outage,
            specs: entry.specs,
        });
        Ok(Status {
            environment: environment.clone(),
            generation: head.generation,
            armed: armed.collect(),
            halted: head.halted,
            at: head.at,
            by: head.by,
            problems: head.problems,
        })
    }
}

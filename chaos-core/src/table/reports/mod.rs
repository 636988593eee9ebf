//! Reports: what the calls of each instance experienced around outages.
//! Instances write them, whoever asks about recovery reads them.
//!
//! | file | is about |
//! |---|---|
//! | here | what a report is, and writing one |
//! | `seconds` | the counts of a target as one text |
//! | `item` | a report as an item |
//! | `read` | many reports as one picture |
//! | `instance` | how instances fare |

mod instance;
mod item;
mod read;
mod seconds;

use super::{Store, StoreError};
use crate::spec::Id;
use crate::table::failure::failure;
use crate::table::value::Item;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use std::ops::AddAssign;

pub use instance::{Instance, Instances};
pub use read::{Reporter, Reports, Series};

/// How long reports are kept: housekeeping by the table.
pub(super) const KEPT: std::time::Duration = std::time::Duration::from_secs(90 * 24 * 60 * 60);

/// What happened to a target in one second, or what is to be added to what was
/// told of it: a retry that begins later takes its call out of `lost` again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Attempts that were answered with success; each ends a call.
    pub passed: i64,
    /// Attempts that were not.
    pub failed: i64,
    /// How many of both a fault spec hit.
    pub injected: i64,
    /// Calls that ended with an attempt that failed.
    pub lost: i64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        let sum = |one: i64, other: i64| one.saturating_add(other);
        *self = Self {
            passed: sum(self.passed, other.passed),
            failed: sum(self.failed, other.failed),
            injected: sum(self.injected, other.injected),
            lost: sum(self.lost, other.lost),
        };
    }
}

/// The tallies of one target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetReport {
    /// The service id; the host for plain HTTP.
    pub service: String,
    /// The operation; the method for plain HTTP.
    pub operation: String,
    /// By second since 1970, in order, those in which something happened.
    pub seconds: Vec<(i64, Tally)>,
}

/// What one instance reports at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The function's name.
    pub function: String,
    /// Which of its instances.
    pub instance: u64,
    /// When this was put together.
    pub at: Timestamp,
    /// What is new since the report before.
    pub targets: Vec<TargetReport>,
    /// Attempts that were counted and could not be reported, since the process began.
    pub dropped: u64,
}

fn as_text<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}

impl Store {
    /// Writes a report. May be repeated: the same report is the same item.
    ///
    /// # Errors
    /// Where the table cannot be written.
    pub async fn put_report(&self, environment: &Id, report: &Report) -> Result<(), StoreError> {
        self.put_item(item::written(environment, report)).await
    }

    /// Puts an item, whatever is there.
    pub(super) async fn put_item(&self, item: Item) -> Result<(), StoreError> {
        let put = self.client.put_item().table_name(&*self.table).set_item(Some(item));
        put.send().await.map(drop).map_err(|error| failure(&self.table, &error))
    }
}

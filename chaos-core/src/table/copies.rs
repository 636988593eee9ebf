//! Copies of HEAD, for fleets that are too large to read one item.

use super::audit::Record;
use super::change::Change;
use super::flip::{HeadItem, PATIENT, Plan};
use super::head::MAX_SHARDS;
use super::rules::{check_reason, refused};
use super::{Actor, Deed, Store, StoreError};
use crate::spec::Id;

/// Copies of HEAD as they were set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copies {
    /// How many there are, HEAD among them.
    pub copies: u32,
    /// How many there were.
    pub before: u32,
    /// HEAD's generation now.
    pub generation: u64,
}

impl Store {
    /// Sets how many copies of HEAD there are, HEAD among them: 1 to 32. They
    /// are made, removed and written with HEAD in one transaction; what is
    /// armed, and a halt, stay. Said again, it writes them anew, which mends
    /// those that were edited or removed by hand.
    ///
    /// # Errors
    /// [`StoreError::Refused`] where the number is out of range, or without a
    /// reason; [`StoreError::NotFound`] where there is no such environment.
    pub async fn set_copies(
        &self,
        environment: &Id,
        copies: u32,
        by: &Actor,
        reason: &str,
    ) -> Result<Copies, StoreError> {
        check_reason(reason)?;
        if !(1..=MAX_SHARDS).contains(&copies) {
            return Err(refused(format!(
                "HEAD has 1 to {MAX_SHARDS} copies, itself among them, and not {copies}"
            )));
        }
        let plan = |read: &HeadItem, _| {
            let record = Record { copies: Some(copies), ..Record::of_all(Deed::Copies, by, reason) };
            let halted = read.head.halted.clone();
            // A halt that is set by hand just now is not lifted.
            let barred = halted.is_none();
            let armed = read.armed.clone();
            let change = Change { armed, halted, barred, record, beside: None, copies: Some(copies) };
            Ok(Plan::Change(Box::new(change), read.head.shards))
        };
        let flipped = self.flip(environment, PATIENT, plan).await?;
        Ok(Copies { copies, before: flipped.value, generation: flipped.generation })
    }
}

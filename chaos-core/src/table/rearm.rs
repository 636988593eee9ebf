//! Editing a scenario while it is armed.

use super::entry::Entry;
use super::flip::HeadItem;
use super::in_force::{Arming, Deadline, armed};
use super::item::Publication;
use super::rules::{check_reason, refused};
use super::transaction::token;
use super::write::{check_size, still};
use super::{Actor, Armed, Deed, Expected, Store, StoreError};
use crate::spec::{Id, Scenario};
use jiff::Timestamp;

impl Store {
    /// Stores a scenario that is armed and puts what is new in force, both in
    /// one act; the deadline stays.
    ///
    /// # Errors
    /// As [`Store::put_definition`]; [`StoreError::Refused`] where it is not armed.
    pub async fn rearm(
        &self,
        environment: &Id,
        scenario: &Scenario,
        expected: Expected,
        by: &Actor,
        reason: &str,
    ) -> Result<Armed, StoreError> {
        check_reason(reason)?;
        check_size(scenario)?;
        let lies = self.lies(environment, &scenario.id).await?;
        expected.check(&lies)?;
        let definition = self.next(scenario, by, &lies);
        let deadline = |read: &HeadItem, now: Timestamp| {
            let entry = read.head.armed.get(&scenario.id).filter(|entry| entry.until > now);
            let not_armed = || refused(format!("`{}` is not armed; store it, then arm it", scenario.id));
            let goes_on = |entry: &Entry| Deadline {
                until: entry.until,
                guarded: entry.guarded,
                outage: Some(entry.outage),
            };
            entry.map(goes_on).ok_or_else(not_armed)
        };
        deadline(&self.head_item(environment).await?, self.now())?;
        let publication = Publication::new(scenario)?;
        let arming = Arming {
            deed: Deed::Rearm,
            publication: &publication,
            revision: self.publish(environment, &publication).await?,
            until: &deadline,
            by,
            why: reason,
            beside: self.put(definition.item(environment, &token()), &still(&lies))?,
        };
        let flipped = self.put_in_force(environment, arming).await;
        let flipped = self.with_current(environment, &scenario.id, flipped).await?;
        Ok(armed(&definition, &flipped))
    }
}

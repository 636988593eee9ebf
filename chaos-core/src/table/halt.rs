//! The big red button: disarms everything and bars arming until it is lifted.
//! Lifting it restarts nothing.

use super::halting::Act;
use super::head::Halted;
use super::rules::{bounded, check_reason};
use super::{Actor, Store, StoreError};
use crate::spec::Id;

/// What a halt, or lifting it, covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every environment of the table, those yet to come included.
    Everywhere,
    /// One environment.
    Environment(Id),
}

/// Which copies of HEAD have taken a halt, or its lifting.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HaltReport {
    /// One for every copy of every environment in scope.
    pub copies: Vec<CopyTaken>,
}

/// Whether one copy of HEAD has taken it.
#[derive(Clone, Debug, PartialEq)]
pub struct CopyTaken {
    /// The environment.
    pub environment: Id,
    /// The copy's number; 0 is HEAD itself.
    pub copy: u32,
    /// The generation that it has now, or why it did not take it.
    pub outcome: Result<u64, StoreError>,
}

impl HaltReport {
    /// Whether every copy has taken it.
    pub fn is_complete(&self) -> bool {
        self.copies.iter().all(|copy| copy.outcome.is_ok())
    }
}

impl Store {
    /// Halts. Succeeds where it is halted already. One environment's failure
    /// does not keep the others from being halted; the report tells.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such environment; where the
    /// list of environments cannot be read: then nothing was halted.
    pub async fn halt(&self, scope: &Scope, reason: &str, by: &Actor) -> Result<HaltReport, StoreError> {
        let halted = Halted { why: bounded(reason), by: by.to_string(), at: self.now().to_string() };
        let why = bounded(reason);
        Act { store: self.clone(), halted: Some(halted), by: by.clone(), why }.on(scope).await
    }

    /// Lifts a halt. What was armed before it stays disarmed, also where it
    /// was set by hand.
    ///
    /// # Errors
    /// As [`Store::halt`]; [`StoreError::Refused`] without a reason.
    pub async fn resume(&self, scope: &Scope, reason: &str, by: &Actor) -> Result<HaltReport, StoreError> {
        check_reason(reason)?;
        Act { store: self.clone(), halted: None, by: by.clone(), why: reason.to_owned() }.on(scope).await
    }
}

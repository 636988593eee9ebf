//! What code puts in force, and what is wrong with it.

use super::fault::FaultBuilder;
use crate::door::Problem;
use crate::spec::{Id, Scenario};

/// A [`Scenario`], or the one spec of a [`FaultBuilder`], to be put in force.
///
/// A fault that was given no name has one that tells what it is about; where that
/// is taken already, with a number: `sqs-sendmessage-2`.
#[derive(Clone, Debug)]
pub struct InCode {
    pub(super) scenario: Scenario,
    /// What its builder was asked for, and cannot be.
    pub(super) problems: Vec<Problem>,
    /// Its name was made up.
    pub(super) unnamed: bool,
}

impl From<Scenario> for InCode {
    fn from(scenario: Scenario) -> Self {
        Self { scenario, problems: Vec::new(), unnamed: false }
    }
}

impl From<FaultBuilder> for InCode {
    fn from(builder: FaultBuilder) -> Self {
        builder.in_code()
    }
}

impl InCode {
    /// Takes a name that is free, where nobody said which.
    pub(super) fn name_apart(&mut self, is_taken: impl Fn(&str) -> bool) {
        let first = self.scenario.id.clone();
        if !self.unnamed || !is_taken(first.as_str()) {
            return;
        }
        // No more can be in force than may be numbered so.
        let numbered = (2..=99_999_u32).filter_map(|number| {
            let tail = format!("-{number}");
            let head: String = first.as_str().chars().take(63 - tail.len()).collect();
            Id::new(&(head + &tail))
        });
        let Some(id) = numbered.into_iter().find(|id| !is_taken(id.as_str())) else { return };
        if let [spec] = self.scenario.spec.as_mut_slice() {
            spec.id = id.clone();
        }
        self.scenario.id = id;
    }
}

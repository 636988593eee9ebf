//! Specs that were made in code, and came through no door.

use super::batches::is_batch;
use super::{does_not_fit, is_resolvable, playable};
use crate::door::{Path, Problem};
use crate::spec::{FaultSpec, Outcome, Scenario};

/// What keeps specs that were made in code from ever firing.
pub(crate) fn unresolved(scenario: &Scenario) -> Vec<Problem> {
    let problem = |spec: &FaultSpec| {
        let (outcome, value, why) = match spec.fault.outcome.as_ref()? {
            Outcome::Error(asked) => {
                let why = is_resolvable(asked, &spec.target).err()?;
                ("error", Some(format!("\"{}\"", asked.name)), why)
            }
            Outcome::Pill(pills) => {
                let why = pills.entries().iter().find_map(|entry| playable(entry, &spec.target).err())?;
                ("pill", None, does_not_fit(&why))
            }
            Outcome::Partial(_) => ("partial", None, is_batch(&spec.target).err()?),
            Outcome::Status(_) | Outcome::Network(_) => return None,
        };
        let path = Path::root().key(scenario.id.as_str()).key(spec.id.as_str()).key("fault").key(outcome);
        Some(Problem { path, value, problem: why.problem, remedy: why.remedy, line: None })
    };
    scenario.spec.iter().filter_map(problem).collect()
}

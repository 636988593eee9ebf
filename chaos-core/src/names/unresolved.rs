//! Specs that came through no door that knows names: made in code, or read
//! from the table without what their publisher knew.

use super::batches::is_batch;
use super::{does_not_fit, is_resolvable, playable};
use crate::effect::Unresolved;
use crate::spec::{FaultSpec, Outcome};

/// Whether the answer that a spec asks for can be made at all.
///
/// # Errors
/// Why not: the spec would never fire.
pub(crate) fn can_answer(spec: &FaultSpec) -> Result<(), Unresolved> {
    match &spec.fault.outcome {
        Some(Outcome::Error(asked)) => is_resolvable(asked, &spec.target).map_err(|why| Unresolved {
            problem: format!("the error `{}` {}", asked.name, why.problem),
            ..why
        }),
        Some(Outcome::Pill(pills)) => {
            let unfit = pills.entries().iter().find_map(|entry| playable(entry, &spec.target).err());
            unfit.map_or(Ok(()), |why| Err(does_not_fit(&why)))
        }
        Some(Outcome::Partial(_)) => is_batch(&spec.target),
        Some(Outcome::Status(_) | Outcome::Network(_)) | None => Ok(()),
    }
}

/// What keeps specs that were made in code from ever firing.
#[cfg(feature = "inject")]
pub(crate) fn unresolved(scenario: &crate::spec::Scenario) -> Vec<crate::door::Problem> {
    use crate::door::{Path, Problem};
    let problem = |spec: &FaultSpec| {
        let Unresolved { problem, remedy } = can_answer(spec).err()?;
        let outcome = match &spec.fault.outcome {
            Some(Outcome::Error(_)) => "error",
            Some(Outcome::Pill(_)) => "pill",
            _ => "partial",
        };
        let path = Path::root().key(scenario.id.as_str()).key(spec.id.as_str()).key("fault").key(outcome);
        Some(Problem { path, value: None, problem, remedy, line: None })
    };
    scenario.spec.iter().filter_map(problem).collect()
}

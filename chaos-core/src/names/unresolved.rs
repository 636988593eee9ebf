//! Specs that came through no door that knows names: made in code, or read
//! from the table without what their publisher knew.

use super::batches::is_batch;
use super::{does_not_fit, is_resolvable, playable};
use crate::effect::Unresolved;
use crate::spec::{ErrorFault, FaultSpec, Outcome, is_error_name};

/// Whether the answer that a spec asks for can be made at all.
///
/// # Errors
/// Why not: the spec would never fire.
pub(crate) fn can_answer(spec: &FaultSpec) -> Result<(), Unresolved> {
    match &spec.fault.outcome {
        Some(Outcome::Error(asked)) => {
            let found = is_error(asked).and_then(|()| is_resolvable(asked, &spec.target));
            found.map_err(|why| Unresolved {
                problem: format!("the error `{}` {}", asked.name, why.problem),
                ..why
            })
        }
        Some(Outcome::Pill(pills)) => {
            let unfit = pills.entries().iter().find_map(|entry| playable(entry, &spec.target).err());
            unfit.map_or(Ok(()), |why| Err(does_not_fit(&why)))
        }
        Some(Outcome::Partial(_)) => is_batch(&spec.target),
        Some(Outcome::Status(_) | Outcome::Network(_) | Outcome::Corrupt(_) | Outcome::SlowBody(_))
        | None => Ok(()),
    }
}

/// What the door sees to elsewhere.
fn is_error(asked: &ErrorFault) -> Result<(), Unresolved> {
    let status = asked.status.unwrap_or(400);
    if is_error_name(&asked.name) && (status == 200 || (400..600).contains(&status)) {
        return Ok(());
    }
    Err(Unresolved {
        problem: "is no name with a status that can be sent".to_owned(),
        remedy: "write letters and digits, and a status from 400 to 599".to_owned(),
    })
}

/// What keeps specs that were made in code from ever firing.
#[cfg(feature = "inject")]
pub(crate) fn unresolved(scenario: &crate::spec::Scenario) -> Vec<crate::door::Problem> {
    use crate::door::{Path, Problem};
    let problem = |spec: &FaultSpec| {
        let of = Path::root().key(scenario.id.as_str()).key(spec.id.as_str());
        let (path, why) = match super::is_target(&spec.target) {
            Err(why) => (of.key("target"), why),
            Ok(()) => (of.key("fault").key(outcome(spec)), can_answer(spec).err()?),
        };
        let Unresolved { problem, remedy } = why;
        Some(Problem { path, value: None, problem, remedy, line: None })
    };
    scenario.spec.iter().filter_map(problem).collect()
}

#[cfg(feature = "inject")]
fn outcome(spec: &FaultSpec) -> &'static str {
    match &spec.fault.outcome {
        Some(Outcome::Error(_)) => "error",
        Some(Outcome::Pill(_)) => "pill",
        _ => "partial",
    }
}

//! Batches that are to fail in part, where the target names only operations
//! that have none: such a spec never fires, and looks like a system that stands
//! everything.

use super::member;
use crate::door::{At, Door};
use crate::effect::Unresolved;
use crate::partial::operations;
use crate::spec::{Fault, Outcome, Patterns, Target};

/// Refuses `partial` for calls of which none is a batch.
pub(crate) fn check_batches(door: &mut Door, target: &Target, fault_at: &At<'_>, fault: &Fault) {
    if let (Some(at), Some(Outcome::Partial(_))) = (member(fault_at, "partial"), &fault.outcome)
        && let Err(why) = is_batch(target)
    {
        door.refuse_whole(&at, why.problem, why.remedy);
    }
}

/// Whether the target leaves some batch operation.
pub(super) fn is_batch(target: &Target) -> Result<(), Unresolved> {
    if operations().any(|(service, name)| fits(&target.service, service) && fits(&target.operation, name)) {
        return Ok(());
    }
    let all: Vec<_> = operations().map(|(service, name)| format!("`{name}` of {service}")).collect();
    Err(Unresolved {
        problem: "never fires: the target names no batch operation, and nothing else has entries".to_owned(),
        remedy: format!("name one of them: {}", all.join(", ")),
    })
}

/// A pattern with a wildcard may mean an operation that a newer build knows.
fn fits(patterns: &Option<Patterns>, name: &str) -> bool {
    patterns.as_ref().is_none_or(|patterns| !patterns.all_exact() || patterns.matches(name))
}

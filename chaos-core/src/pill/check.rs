//! Whether pills fit the operations that they were recorded of.

use super::{Pill, PillName};
use crate::catalogue::{Catalogue, Operation};
use crate::door::listed;
use crate::names;
use crate::wire::Misfit;

/// Whether a pill can be played, and as whose answer.
#[derive(Clone, Debug)]
pub struct Verdict<'a> {
    /// The operation that it fits best, where there is one of its name.
    pub operation: Option<Operation<'a>>,
    /// Why it cannot be played; none where it can.
    pub problems: Vec<String>,
    /// What is left out, or read as something else than it is.
    pub notes: Vec<String>,
}

/// Judges a pill by its name. Where services share the endpoint prefix it is
/// judged by the one that it fits best, as a client knows which it is.
///
/// The catalogue must know outputs (the feature `shapes`).
pub fn check<'a>(pill: &Pill, name: &PillName, catalogue: Catalogue<'a>) -> Verdict<'a> {
    let operations =
        catalogue.prefixed(&name.service).filter_map(|service| service.operation(&name.operation));
    let verdicts = operations.map(|operation| check_as(pill, operation));
    // Of equals the first, in the order of the catalogue.
    let best = verdicts.min_by_key(|verdict| (verdict.problems.len(), verdict.notes.len()));
    best.unwrap_or_else(|| Verdict {
        operation: None,
        problems: vec![unknown(name, catalogue)],
        notes: Vec::new(),
    })
}

/// Judges a pill as the answer of an operation. An error that the service does not
/// model is as good as one that it does: AWS sends many.
pub fn check_as<'a>(pill: &Pill, operation: Operation<'a>) -> Verdict<'a> {
    let told = |misfits: Vec<Misfit>| misfits.iter().map(ToString::to_string).collect();
    let (problems, notes) = match names::ready(pill, operation) {
        Ok((_, notes)) => (Vec::new(), told(notes)),
        Err(problems) => (told(problems), Vec::new()),
    };
    Verdict { operation: Some(operation), problems, notes }
}

fn unknown(name: &PillName, catalogue: Catalogue<'_>) -> String {
    let Some(service) = catalogue.prefixed(&name.service).next() else {
        return format!("no service has the endpoint prefix `{}`", name.service);
    };
    let near = match service.near_operations(&name.operation).as_slice() {
        [] => String::new(),
        near => format!("; there is {}", listed(near)),
    };
    format!("{} has no operation `{}`{near}", service.name(), name.operation)
}

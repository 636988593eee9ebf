//! The names of a spec, held against the catalogue at the door: a misspelt one
//! would match nothing, and look like a system that stands everything.

use super::resolve::targeted;
use super::{does_not_fit, exact_services, is_resolvable, member, playable};
use crate::catalogue::{Catalogue, Named, Operation, Service};
use crate::door::{At, Door, Value};
use crate::effect::Unresolved;
use crate::spec::{Fault, Outcome, Target};

/// Refuses services, operations and members of inputs that there are not, errors that no service
/// of the target has, and pills that fit none of its operations.
pub(crate) fn check(door: &mut Door, target_at: &At<'_>, target: &Target, fault_at: &At<'_>, fault: &Fault) {
    let services = member(target_at, "service").is_none_or(|at| services(door, &at));
    if let (Some(at), true) = (member(target_at, "operation"), services) {
        operations(door, &at, target);
    }
    if let (Some(at), true) = (member(target_at, "input"), services) {
        for (name, at) in at.members().into_iter().flatten() {
            if let Err(why) = is_input(name, target) {
                door.refuse_whole(&at, format!("`{name}` {}", why.problem), why.remedy);
            }
        }
    }
    if let (Some(at), Some(Outcome::Error(asked)), true) =
        (member(fault_at, "error"), &fault.outcome, services)
        && let Err(why) = is_resolvable(asked, target)
    {
        let name = member(&at, "name");
        door.refuse(name.as_ref().unwrap_or(&at), why.problem, why.remedy);
    }
    if let (Some(at), Some(Outcome::Pill(pills)), true) = (member(fault_at, "pill"), &fault.outcome, services)
    {
        for (entry, at) in pills.entries().iter().zip(at.one_or_many()) {
            if let Err(why) = playable(entry, target) {
                let why = does_not_fit(&why);
                door.refuse_whole(&at, why.problem, why.remedy);
            }
        }
    }
}

/// Whether every service that is named without a wildcard is one.
fn services(door: &mut Door, at: &At<'_>) -> bool {
    let mut all = true;
    for at in at.one_or_many() {
        let Value::Text(text) = &at.node.value else { continue };
        if text.contains(['*', '?']) {
            continue;
        }
        if let Err(why) = is_service(text) {
            door.refuse(&at, why.problem, why.remedy);
            all = false;
        }
    }
    all
}

/// # Errors
/// Where the catalogue has no service of this name, or several.
pub(super) fn is_service(name: &str) -> Result<(), Unresolved> {
    let (problem, remedy) = match Catalogue::embedded().named(name) {
        Named::One(_) => return Ok(()),
        Named::Several(services) => {
            let names: Vec<_> = services.iter().map(Service::id).collect();
            ("stands for several services", format!("write {}", any_of(&names)))
        }
        Named::Unknown { near } => ("is no service that is known here", unknown(&near)),
    };
    Err(Unresolved { problem: problem.to_owned(), remedy })
}

/// Whether the names of a target that came through no door are any.
///
/// # Errors
/// Of the first that is none.
#[cfg(feature = "inject")]
pub(crate) fn is_target(target: &Target) -> Result<(), Unresolved> {
    let quoted =
        |name: &str, why: Unresolved| Unresolved { problem: format!("`{name}` {}", why.problem), ..why };
    let exact = |pattern: &&crate::spec::Pattern| pattern.exact().is_some();
    for pattern in target.service.iter().flat_map(|patterns| patterns.iter()).filter(exact) {
        is_service(pattern.text()).map_err(|why| quoted(pattern.text(), why))?;
    }
    for pattern in target.operation.iter().flat_map(|patterns| patterns.iter()).filter(exact) {
        is_operation(pattern.text(), target).map_err(|why| quoted(pattern.text(), why))?;
    }
    target.input.keys().try_for_each(|name| is_input(name, target).map_err(|why| quoted(name, why)))
}

fn unknown(near: &[&str]) -> String {
    const NEWER: &str = "one that is newer than the catalogue is written with a `*` at its end";
    match near {
        [] => format!("`monkeyless services` lists them; {NEWER}"),
        near => format!("did you mean {}? (`monkeyless services` lists them; {NEWER})", any_of(near)),
    }
}

/// An operation that is named without a wildcard is one of some service that
/// the target may hit.
fn operations(door: &mut Door, at: &At<'_>, target: &Target) {
    for at in at.one_or_many() {
        if let Value::Text(text) = &at.node.value
            && let Err(why) = is_operation(text, target)
        {
            door.refuse(&at, why.problem, why.remedy);
        }
    }
}

/// # Errors
/// Where no service that `target` may hit has the operation, and none can be
/// meant that is newer than the catalogue.
pub(super) fn is_operation(name: &str, target: &Target) -> Result<(), Unresolved> {
    let mut services = targeted(target).peekable();
    let is_known = services.peek().is_some() && !name.contains(['*', '?']);
    if !is_known || services.any(|service| service.operation(name).is_some()) {
        return Ok(());
    }
    const NEWER: &str = "a new one is written with a `*` at its end";
    let mut near: Vec<_> = targeted(target).flat_map(|service| service.near_operations(name)).collect();
    keep_likest(&mut near, name);
    let ids: Option<Vec<_>> = exact_services(target).map(Iterator::collect);
    let of = ids.map_or_else(|| "any service that the target may hit".to_owned(), |ids| ids.join(", "));
    Err(Unresolved {
        problem: format!("is no operation of {of}"),
        remedy: match near.as_slice() {
            [] => format!("`monkeyless errors SERVICE` lists them; {NEWER}"),
            near => format!("did you mean {}? ({NEWER})", any_of(near)),
        },
    })
}

/// Leaves the three that are most like `name`.
pub(super) fn keep_likest(near: &mut Vec<&str>, name: &str) {
    let likeness =
        |other: &str| strsim::jaro_winkler(&other.to_ascii_lowercase(), &name.to_ascii_lowercase());
    near.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)).then_with(|| a.cmp(b)));
    near.dedup();
    near.truncate(3);
}

/// # Errors
/// Where operations are named one by one, and none of them has a member of the
/// path's first name.
pub(crate) fn is_input(path: &str, target: &Target) -> Result<(), Unresolved> {
    let Some(named) = target.operation.as_ref().filter(|patterns| patterns.all_exact()) else {
        return Ok(());
    };
    let services = targeted(target);
    let found =
        services.flat_map(|service| named.iter().filter_map(move |name| service.operation(name.text())));
    let operations: Vec<_> = found.collect();
    let name = path.split('.').next().unwrap_or(path);
    let members = || operations.iter().flat_map(Operation::inputs).map(|input| input.name());
    if operations.is_empty() || members().any(|member| member == name) {
        return Ok(());
    }
    const NEWER: &str = "beside a new one, the operation is written with a `*` at its end";
    let mut near: Vec<_> = members().collect();
    keep_likest(&mut near, name);
    let mut of: Vec<_> = operations.iter().map(Operation::name).collect();
    of.dedup();
    Err(Unresolved {
        problem: format!("is no member of the input of {}", any_of(&of)),
        remedy: match near.as_slice() {
            [] => format!("it has none: leave `input` out ({NEWER})"),
            near => format!("did you mean {}? ({NEWER})", any_of(near)),
        },
    })
}

/// "`a`, `b` or `c`".
pub(super) fn any_of(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

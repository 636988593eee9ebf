//! Names of services and operations in descriptions of calls. A misspelt one
//! would match nothing, and look like a call that nothing hits.

#[cfg(feature = "catalogue")]
use crate::catalogue::{Catalogue, Named, Service};
use crate::door::{At, Door, Fields, Value};
use crate::names::is_input;
use crate::spec::{Case, Patterns, Target};

/// What stands behind a name that is newer than the catalogue, as in targets.
const NEWER: char = '*';

/// The service's id, by any of its names; refused where there is none such.
pub(super) fn read_service(door: &mut Door, at: &At<'_>, name: &str) -> Option<String> {
    if let Some(newer) = name.strip_suffix(NEWER) {
        return Some(crate::spec::service_id(newer));
    }
    is_service(name).map_err(|(problem, remedy)| door.refuse(at, problem, remedy)).ok()?;
    Some(crate::spec::service_id(name))
}

/// The operation's name as its service writes it; refused where there is none such.
pub(super) fn read_operation(door: &mut Door, at: &At<'_>, service: &str, name: &str) -> Option<String> {
    if let Some(newer) = name.strip_suffix(NEWER) {
        return Some(newer.to_owned());
    }
    is_operation(service, name).map_err(|(problem, remedy)| door.refuse(at, problem, remedy)).ok()?;
    Some(operation(service, name))
}

/// Refuses what is no member of the operation's input; beside a name that is
/// newer than the catalogue everything may be one.
pub(super) fn check_input(door: &mut Door, fields: &Fields<'_>, service: &str, operation: &str) {
    let is_newer = |name| {
        let text = fields
            .get(name)
            .and_then(|at| if let Value::Text(text) = &at.node.value { Some(text) } else { None });
        text.is_some_and(|text| text.ends_with(NEWER))
    };
    if is_newer("service") || is_newer("operation") {
        return;
    }
    let one = |name| Some(Patterns::one(name, Case::Ignored));
    let target = Target { service: one(service), operation: one(operation), ..Target::default() };
    for (name, at) in fields.get("input").and_then(|at| at.members()).into_iter().flatten() {
        if let Err(why) = is_input(name, &target) {
            door.refuse_whole(&at, format!("`{name}` {}", why.problem), why.remedy);
        }
    }
}

/// The operation's name as its service writes it, where that is known.
#[cfg(feature = "catalogue")]
pub(super) fn operation(service: &str, name: &str) -> String {
    let service = Catalogue::embedded().service(service);
    let known = service.and_then(|service| service.operation(name));
    known.map_or_else(|| name.to_owned(), |operation| operation.name().to_owned())
}

#[cfg(not(feature = "catalogue"))]
pub(super) fn operation(_service: &str, name: &str) -> String {
    name.to_owned()
}

/// What is wrong, and what would be right.
type Wrong = (String, String);

#[cfg(feature = "catalogue")]
fn is_service(name: &str) -> Result<(), Wrong> {
    match Catalogue::embedded().named(name) {
        Named::One(_) => Ok(()),
        Named::Several(services) => {
            let ids: Vec<_> = services.iter().map(Service::id).collect();
            Err(("stands for several services".to_owned(), format!("write {}", any_of(&ids))))
        }
        Named::Unknown { near } => Err((
            "is no service that is known here".to_owned(),
            nearest(&near, "`monkeyless services` lists them"),
        )),
    }
}

#[cfg(feature = "catalogue")]
fn is_operation(service: &str, name: &str) -> Result<(), Wrong> {
    // One that is newer than the catalogue was let in as such.
    let Some(service) = Catalogue::embedded().service(service) else { return Ok(()) };
    if service.operation(name).is_some() {
        return Ok(());
    }
    let list = format!("`monkeyless errors {}` lists them", service.id());
    let near = service.near_operations(name);
    Err((format!("is no operation of {}", service.id()), nearest(&near, &list)))
}

#[cfg(feature = "catalogue")]
fn nearest(near: &[&str], list: &str) -> String {
    const NEWER: &str = "one that is newer than the catalogue is written with a `*` at its end";
    match near {
        [] => format!("{list}; {NEWER}"),
        near => format!("did you mean {}? ({list}; {NEWER})", any_of(near)),
    }
}

#[cfg(feature = "catalogue")]
fn any_of(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
}

// Without the catalogue nothing is known of either.
#[cfg(not(feature = "catalogue"))]
fn is_service(_name: &str) -> Result<(), Wrong> {
    Ok(())
}

#[cfg(not(feature = "catalogue"))]
fn is_operation(_service: &str, _name: &str) -> Result<(), Wrong> {
    Ok(())
}

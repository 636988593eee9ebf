//! The names of a spec, held against the catalogue at the door: a misspelt one
//! would match nothing, and look like a system that stands everything.

use super::{does_not_fit, exact_services, is_resolvable, member, playable};
use crate::catalogue::{Catalogue, Named, Service};
use crate::door::{At, Door, Value};
use crate::spec::{Fault, Outcome, Target};

/// Refuses services and operations that there are not, errors that no service
/// of the target has, and pills that fit none of its operations.
pub(crate) fn check(door: &mut Door, target_at: &At<'_>, target: &Target, fault_at: &At<'_>, fault: &Fault) {
    let services = member(target_at, "service").is_none_or(|at| services(door, &at));
    if let (Some(at), true) = (member(target_at, "operation"), services) {
        operations(door, &at, target);
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
        match Catalogue::embedded().named(text) {
            Named::One(_) => {}
            Named::Several(services) => {
                let names: Vec<_> = services.iter().map(Service::id).collect();
                door.refuse(&at, "stands for several services", format!("write {}", any_of(&names)));
                all = false;
            }
            Named::Unknown { near } => {
                door.refuse(&at, "is no service that is known here", unknown(&near));
                all = false;
            }
        }
    }
    all
}

fn unknown(near: &[&str]) -> String {
    const NEWER: &str = "one that is newer than the catalogue is written with a `*` at its end";
    match near {
        [] => format!("`monkeyless services` lists them; {NEWER}"),
        near => format!("did you mean {}? (`monkeyless services` lists them; {NEWER})", any_of(near)),
    }
}

/// Operations are known where every service is named.
fn operations(door: &mut Door, at: &At<'_>, target: &Target) {
    let Some(ids) = exact_services(target) else { return };
    let services: Vec<_> = ids.filter_map(|id| Catalogue::embedded().service(id)).collect();
    for at in at.one_or_many() {
        let Value::Text(text) = &at.node.value else { continue };
        if text.contains(['*', '?']) || services.iter().any(|service| service.operation(text).is_some()) {
            continue;
        }
        let names: Vec<_> = services.iter().map(|service: &Service<'_>| service.id()).collect();
        let near: Vec<_> =
            services.iter().flat_map(|service| service.near_operations(text)).take(3).collect();
        let remedy = match near.as_slice() {
            [] => "`monkeyless errors SERVICE` lists them; a new one is written with a `*` at its end"
                .to_owned(),
            near => format!("did you mean {}? (a new one is written with a `*` at its end)", any_of(near)),
        };
        door.refuse(&at, format!("is no operation of {}", names.join(", ")), remedy);
    }
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

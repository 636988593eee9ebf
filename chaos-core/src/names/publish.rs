//! What a name stands for in all services that a target may hit, in as few
//! words as the table can hold.

use super::resolve::{find, targeted};
use super::{exact_services, is_resolvable};
use crate::catalogue::{Operation, Service};
use crate::effect::{Known, Unresolved};
use crate::input::{Group, Place};
use crate::spec::{ErrorFault, Target};
use crate::wire::ServiceError;
use std::collections::BTreeMap;

/// What the name stands for in every service that `target` may hit.
///
/// # Errors
/// Where a service that the target names has no such error, or where none has.
pub(crate) fn all_of(asked: &ErrorFault, target: &Target) -> Result<Vec<Known>, Unresolved> {
    is_resolvable(asked, target)?;
    let exact = exact_services(target).map(|ids| ids.map(Box::<str>::from).collect::<Vec<_>>());
    let is_exact = exact.is_some();
    let mut services = exact.unwrap_or_else(|| targeted(target).map(|service| service.id().into()).collect());
    services.sort();
    services.dedup();
    let mut groups = Vec::new();
    for service in services {
        let error = find(asked, &service).ok().flatten();
        group(&mut groups, service, error);
    }
    let absent = groups.iter().position(|known| known.error.is_none()).map(|at| groups.swap_remove(at));
    groups.sort_by_key(|known| known.only.as_ref().map_or(0, Vec::len));
    if !is_exact {
        shorten(&mut groups, absent);
    }
    Ok(groups)
}

/// Where the members of `target.input` lie in every operation that the target
/// may hit, but for those that lie in the body under their own names.
pub(crate) fn places(target: &Target) -> Vec<Group> {
    let mut found = BTreeMap::<(&str, Place, &str), Vec<Box<str>>>::new();
    let services = targeted(target).filter(|_| !target.input.is_empty());
    for operation in services.flat_map(|service| operations(target, service)) {
        for input in operation.inputs() {
            // Names of members, of which only the first step has a place.
            let asked = target.input.keys().any(|path| path.split('.').next() == Some(input.name()));
            if let Some(place) = input.place().filter(|_| asked) {
                let key = (input.name(), place, operation.service().id());
                found.entry(key).or_default().push(operation.name().into());
            }
        }
    }
    let group = |((member, at, service), operations): ((&str, _, &str), _)| Group {
        member: member.into(),
        at,
        service: service.into(),
        operations,
    };
    found.into_iter().map(group).collect()
}

fn operations(target: &Target, service: Service<'static>) -> impl Iterator<Item = Operation<'static>> {
    let patterns = target.operation.as_ref();
    service.operations().filter(move |one| patterns.is_none_or(|patterns| patterns.matches(one.name())))
}

fn group(groups: &mut Vec<Known>, service: Box<str>, error: Option<ServiceError>) {
    match groups.iter_mut().find(|known| known.error == error) {
        Some(known) => known.only.get_or_insert_default().push(service),
        None => groups.push(Known { only: Some(vec![service]), error }),
    }
}

/// Of two lists of services the longer is left out: "all others" stands for it.
fn shorten(groups: &mut Vec<Known>, absent: Option<Known>) {
    let len = |known: &Known| known.only.as_ref().map_or(0, Vec::len);
    let without = absent.as_ref().map_or(0, len);
    if let Some(mut last) = groups.pop() {
        if len(&last) > without {
            last.only = None;
            groups.extend(absent);
        }
        groups.push(last);
    }
}

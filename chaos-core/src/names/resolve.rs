//! What a name stands for, by the catalogue.

use super::{as_written, exact_services, fitted};
use crate::catalogue::{Catalogue, Named, Service, unmodelled};
use crate::effect::Unresolved;
use crate::spec::{ErrorFault, Target};
use crate::wire::ServiceError;

/// The error that `asked` names, as a service sends it; without the message.
///
/// # Errors
/// Where the service has no such error and `status` does not say that it is meant.
pub(crate) fn resolve(asked: &ErrorFault, service: &str) -> Result<ServiceError, Unresolved> {
    match Catalogue::embedded().service(service) {
        Some(service) => in_service(asked, service),
        None => match asked.status {
            Some(status) => as_written(asked, status),
            None => Err(Unresolved {
                problem: format!("cannot be looked up: there is no service `{service}`"),
                remedy: STATUS.to_owned(),
            }),
        },
    }
}

const STATUS: &str = "or give `status` too, which takes the name as it is";

fn in_service(asked: &ErrorFault, service: Service<'_>) -> Result<ServiceError, Unresolved> {
    if let Some(shape) = service.error(&asked.name) {
        let fields = match (asked.fields.is_empty(), shape.schema()) {
            (true, _) => None,
            (false, Some(schema)) => Some(fitted(asked, &schema)?),
            (false, None) => None,
        };
        return Ok(ServiceError {
            code: shape.code().to_owned(),
            status: asked.status.unwrap_or(shape.status()),
            message: String::new(),
            query_code: shape.query_code().map(str::to_owned),
            fields,
        });
    }
    let known = unmodelled(service, &asked.name);
    match (asked.status, known) {
        (status, Some(known)) => {
            let error = as_written(asked, status.unwrap_or(known.status))?;
            Ok(ServiceError { code: known.code.to_owned(), ..error })
        }
        (Some(status), None) => as_written(asked, status),
        (None, None) => Err(Unresolved {
            problem: format!("is no error of {}", service.id()),
            remedy: near(&service.near_errors(&asked.name)),
        }),
    }
}

/// Whether the name stands for an error in any service that `target` may hit.
///
/// # Errors
/// Why not, with the nearest names.
pub(crate) fn is_resolvable(asked: &ErrorFault, target: &Target) -> Result<(), Unresolved> {
    if let Some(services) = exact_services(target) {
        let mut first = None;
        for service in services {
            match resolve(asked, service) {
                Ok(_) => return Ok(()),
                Err(why) => drop(first.get_or_insert(why)),
            }
        }
        return first.map_or(Ok(()), Err);
    }
    let mut misfit = None;
    for service in targeted(target) {
        match in_service(asked, service) {
            Ok(_) => return Ok(()),
            Err(why) if service.error(&asked.name).is_some() => misfit = Some(why),
            Err(_) => {}
        }
    }
    if asked.status.is_some() && misfit.is_none() {
        return Ok(());
    }
    Err(misfit.unwrap_or_else(|| Unresolved {
        problem: "is an error of no service that the target may hit".to_owned(),
        remedy: near(&near_among(asked, target)),
    }))
}

/// What the name stands for in every service that `target` may hit.
///
/// # Errors
/// Where it stands for nothing in all of them.
#[cfg(feature = "table")]
pub(crate) fn all_of(asked: &ErrorFault, target: &Target) -> Result<Vec<crate::effect::Known>, Unresolved> {
    use crate::effect::{Known, grouped};
    is_resolvable(asked, target)?;
    let mut known = match exact_services(target) {
        Some(services) => {
            let found = services.filter_map(|id| Some((Box::from(id), resolve(asked, id).ok()?)));
            grouped(found, "")
        }
        None => {
            let found = targeted(target)
                .filter_map(|service| Some((Box::from(service.id()), in_service(asked, service).ok()?)));
            grouped(found, "")
        }
    };
    match (exact_services(target), asked.status) {
        // One answer for all that the target can match needs no list of them.
        (Some(_), _) if known.len() == 1 => known.iter_mut().for_each(|known| known.only = None),
        // A service that is newer than the catalogue is among the others.
        (None, Some(status)) => known.push(Known { only: None, error: as_written(asked, status)? }),
        _ => {}
    }
    Ok(known)
}

fn targeted(target: &Target) -> impl Iterator<Item = Service<'static>> {
    let patterns = target.service.as_ref();
    Catalogue::embedded()
        .services()
        .filter(move |service| patterns.is_none_or(|patterns| patterns.matches(service.id())))
}

fn near_among(asked: &ErrorFault, target: &Target) -> Vec<&'static str> {
    let mut near: Vec<_> = targeted(target).flat_map(|service| service.near_errors(&asked.name)).collect();
    let likeness = |name: &str| strsim::jaro_winkler(name, &asked.name);
    near.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)).then_with(|| a.cmp(b)));
    near.dedup();
    near.truncate(3);
    near
}

fn near(names: &[&str]) -> String {
    match names {
        [] => format!("write the error's shape name or wire code (`monkeyless errors` lists them), {STATUS}"),
        names => format!("did you mean {}? {}", super::check::any_of(names), STATUS_ELSE),
    }
}

const STATUS_ELSE: &str = "To send the name as it is, give `status` too";

/// A service's name in the form of the SDK's user agent, whichever of its names is given.
pub(crate) fn service_id(text: &str) -> String {
    match Catalogue::embedded().named(text) {
        Named::One(service) => service.id().to_owned(),
        Named::Several(_) | Named::Unknown { .. } => {
            let plain = text.chars().filter(|c| !matches!(c, ' ' | '-' | '_'));
            plain.collect::<String>().to_ascii_lowercase()
        }
    }
}

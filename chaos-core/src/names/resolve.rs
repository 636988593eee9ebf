//! What a name stands for, by the catalogue.

use super::{as_written, exact_services, fitted};
use crate::catalogue::{Catalogue, Named, Service, unmodelled};
use crate::effect::Unresolved;
use crate::spec::{ErrorFault, Target};
use crate::wire::ServiceError;

/// The error that `asked` names, as a service sends it, without the message;
/// `None` where the service has no such error and `status` does not say that it
/// is meant. Cheap: asked at calls too.
///
/// # Errors
/// Where the service has the error, and the fields do not fit it.
pub(crate) fn find(asked: &ErrorFault, service: &str) -> Result<Option<ServiceError>, Unresolved> {
    match Catalogue::embedded().service(service) {
        Some(service) => find_in(asked, service),
        None => asked.status.map(|status| as_written(asked, status)).transpose(),
    }
}

fn find_in(asked: &ErrorFault, service: Service<'_>) -> Result<Option<ServiceError>, Unresolved> {
    if let Some(shape) = service.error(&asked.name) {
        let schema = if asked.fields.is_empty() { None } else { shape.schema() };
        return Ok(Some(ServiceError {
            code: shape.code().to_owned(),
            status: asked.status.unwrap_or(shape.status()),
            message: String::new(),
            query_code: shape.query_code().map(str::to_owned),
            fields: schema.map(|schema| fitted(asked, &schema)).transpose()?,
        }));
    }
    let known = unmodelled(service, &asked.name);
    let Some(status) = asked.status.or(known.map(|known| known.status)) else { return Ok(None) };
    let error = as_written(asked, status)?;
    let code = known.map_or(error.code, |known| known.code.to_owned());
    Ok(Some(ServiceError { code, ..error }))
}

/// Whether the name stands for an error in every service that `target` names,
/// or, where it names none or by pattern, in any that it may hit.
///
/// # Errors
/// Why not, with the nearest names.
pub(crate) fn is_resolvable(asked: &ErrorFault, target: &Target) -> Result<(), Unresolved> {
    match exact_services(target) {
        Some(mut services) => services
            .try_for_each(|service| find(asked, service)?.map(drop).ok_or_else(|| no_error(asked, service))),
        None => in_any(asked, target),
    }
}

fn no_error(asked: &ErrorFault, service: &str) -> Unresolved {
    match Catalogue::embedded().service(service) {
        Some(service) => Unresolved {
            problem: format!("is no error of {}", service.id()),
            remedy: near(&service.near_errors(&asked.name)),
        },
        None => Unresolved {
            problem: format!("cannot be looked up: the catalogue has no service `{service}`"),
            remedy: STATUS.to_owned(),
        },
    }
}

fn in_any(asked: &ErrorFault, target: &Target) -> Result<(), Unresolved> {
    let mut misfit = None;
    for service in targeted(target) {
        match find_in(asked, service) {
            Ok(Some(_)) => return Ok(()),
            Ok(None) => {}
            Err(why) => misfit = Some(why),
        }
    }
    match (misfit, asked.status) {
        (Some(why), _) => Err(why),
        // A service that is newer than the catalogue may be meant.
        (None, Some(status)) => as_written(asked, status).map(drop),
        (None, None) => Err(Unresolved {
            problem: "is an error of no service that the target may hit".to_owned(),
            remedy: near(&near_among(asked, target)),
        }),
    }
}

pub(super) fn targeted(target: &Target) -> impl Iterator<Item = Service<'static>> {
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

const STATUS: &str = "to send a name as it is, write error = { name = \"...\", status = 400 }";

fn near(names: &[&str]) -> String {
    match names {
        [] => format!("`monkeyless errors SERVICE` lists the names; {STATUS}"),
        names => format!("did you mean {}? ({STATUS})", super::check::any_of(names)),
    }
}

/// A service's name in the form of the SDK's user agent, whichever of its names is given.
pub(crate) fn service_id(text: &str) -> String {
    match Catalogue::embedded().named(text) {
        Named::One(service) => service.id().to_owned(),
        Named::Several(_) | Named::Unknown { .. } => super::plain_id(text),
    }
}

//! Which operations a pill is for, and whether it fits them.

use crate::catalogue::{Catalogue, ErrorShape, Named, Operation, Service};
use crate::effect::{Place, Ready, recorded_error};
use crate::pill::{PillEntry, Recorded};
use crate::spec::{Pattern, Patterns, Target};
use crate::wire::{Document, Fit, Output};
use serde_json::Value;

/// Every operation that the pill and the target name and that the pill fits.
///
/// # Errors
/// Where it fits none: why.
pub(crate) fn playable(entry: &PillEntry, target: &Target) -> Result<Vec<Place>, Vec<String>> {
    let services = services(entry, target);
    if services.is_empty() {
        return Err(vec![unnamed("service", "kinesis")]);
    }
    let operations: Vec<_> =
        services.iter().flat_map(|service| operations(*service, entry, target)).collect();
    if operations.is_empty() {
        return Err(vec![unnamed("operation", "PutRecords")]);
    }
    let mut misfits = Vec::new();
    let mut places = Vec::new();
    for operation in operations {
        match ready(entry, operation) {
            Ok(ready) => places.push(Place {
                service: operation.service().id().into(),
                operation: operation.name().into(),
                ready,
            }),
            Err(why) if misfits.is_empty() => misfits = why,
            Err(_) => {}
        }
    }
    if places.is_empty() { Err(misfits) } else { Ok(places) }
}

fn unnamed(what: &str, example: &str) -> String {
    format!(
        "neither the pill nor the target names a {what} that the catalogue knows and both mean; write {what} = \"{example}\" in one of them, exactly"
    )
}

/// The services by this name. Recorders name them by endpoint prefix, which
/// several may share.
pub(crate) fn services_named(name: &str) -> Vec<Service<'static>> {
    let catalogue = Catalogue::embedded();
    let mut found: Vec<_> = match catalogue.named(name) {
        Named::One(service) => vec![service],
        Named::Several(services) => services,
        Named::Unknown { .. } => Vec::new(),
    };
    found.extend(catalogue.prefixed(name));
    found.sort_by_key(|service| service.id());
    found.dedup_by_key(|service| service.id());
    found
}

fn services(entry: &PillEntry, target: &Target) -> Vec<Service<'static>> {
    let meant =
        |service: &Service<'_>| target.service.as_ref().is_none_or(|patterns| patterns.matches(service.id()));
    match &entry.service {
        Some(name) => services_named(name).into_iter().filter(meant).collect(),
        None => {
            let exact = super::exact_services(target).into_iter().flatten();
            exact.filter_map(|id| Catalogue::embedded().service(id)).collect()
        }
    }
}

fn operations(service: Service<'static>, entry: &PillEntry, target: &Target) -> Vec<Operation<'static>> {
    let patterns = target.operation.as_ref();
    let named: Vec<&str> = match &entry.operation {
        Some(name) => vec![name.as_str()],
        None => patterns
            .filter(|patterns| patterns.all_exact())
            .into_iter()
            .flat_map(Patterns::iter)
            .map(Pattern::text)
            .collect(),
    };
    let found = named.into_iter().filter_map(|name| service.operation(name));
    found.filter(|operation| patterns.is_none_or(|patterns| patterns.matches(operation.name()))).collect()
}

/// The pill as the answer of an operation.
pub(crate) fn ready(entry: &PillEntry, operation: Operation<'static>) -> Result<Ready, Vec<String>> {
    match &entry.pill.answer {
        Recorded::Error(recorded) => {
            let shape = shape_of(operation.service(), &recorded.code);
            let members = Value::Object(recorded.members.clone());
            // What was recorded beside an error that is not modelled has no type to go to.
            let fitted = shape
                .and_then(|shape| shape.schema())
                .map(|schema| Document::fit(&schema, &members, Fit::Pill));
            let fields = fitted.transpose().map_err(|misfits| told(&misfits))?.map(|fitted| fitted.document);
            let query_code = shape.and_then(|shape| shape.query_code());
            let error = recorded_error(entry, query_code, fields.filter(|_| !recorded.members.is_empty()));
            let error = error.map(|error| match shape {
                // A recorder that speaks the query protocol's codes recorded those.
                Some(shape) if query_code == Some(recorded.code.as_str()) => {
                    crate::wire::ServiceError { code: shape.code().to_owned(), ..error }
                }
                _ => error,
            });
            error.map(Ready::Error).ok_or_else(Vec::new)
        }
        Recorded::Output(members) => {
            let output = operation.output().ok_or_else(|| vec![no_output(operation)])?;
            let fitted = Document::fit(&output.schema, &Value::Object(members.clone()), Fit::Pill);
            let document = fitted.map_err(|misfits| told(&misfits))?.document;
            // Only what the pill uses travels with it.
            let output = Output { schema: document.schema().clone(), ..output };
            Ok(Ready::Output { output, document })
        }
    }
}

fn shape_of(service: Service<'static>, code: &str) -> Option<ErrorShape<'static>> {
    service.error(code).or_else(|| service.errors().find(|shape| shape.query_code() == Some(code)))
}

fn no_output(operation: Operation<'_>) -> String {
    if cfg!(not(feature = "shapes")) {
        return "this build knows no shapes of outputs: turn on the feature `shapes`".to_owned();
    }
    format!("the answers of {} are streams of events, which cannot be played", operation.name())
}

fn told(misfits: &[crate::wire::Misfit]) -> Vec<String> {
    misfits.iter().map(ToString::to_string).collect()
}

/// Whether recorders name a service so in the names of files.
pub(crate) fn is_endpoint_prefix(name: &str) -> bool {
    Catalogue::embedded().prefixed(name).next().is_some()
}

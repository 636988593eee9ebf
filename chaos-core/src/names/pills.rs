//! Which operations a pill is for, and whether it fits them.

use crate::catalogue::{Catalogue, Named, Operation, Service};
use crate::effect::{Place, Ready, recorded_error};
use crate::pill::{Pill, PillEntry, Recorded, RecordedError};
use crate::spec::{Pattern, Patterns, Target};
use crate::wire::{Document, Fit, Misfit, Output, ServiceError};
use serde_json::Value;

/// Every operation that the pill and the target name and that the pill fits.
///
/// # Errors
/// Where it fits none: why.
pub(crate) fn playable(entry: &PillEntry, target: &Target) -> Result<Vec<Place>, Vec<String>> {
    let services = services(entry, target);
    if services.is_empty() {
        return Err(vec![not_meant("service", entry.service.as_deref(), &target.service, "kinesis")]);
    }
    let operations: Vec<_> =
        services.iter().flat_map(|service| operations(*service, entry, target)).collect();
    if operations.is_empty() {
        return Err(vec![not_meant(
            "operation",
            entry.operation.as_deref(),
            &target.operation,
            "PutRecords",
        )]);
    }
    let mut misfits = Vec::new();
    let mut places = Vec::new();
    for operation in operations {
        match ready(&entry.pill, operation) {
            Ok((ready, _)) => places.push(Place {
                service: operation.service().id().into(),
                operation: operation.name().into(),
                ready,
            }),
            Err(why) => {
                misfits.extend(why.iter().map(|misfit| format!("for {}, {misfit}", operation.name())))
            }
        }
    }
    // A pill that names no operation is for each that the target names.
    let is_for_all = entry.operation.is_none() && entry.service.is_none();
    if places.is_empty() || (is_for_all && !misfits.is_empty()) { Err(misfits) } else { Ok(places) }
}

fn not_meant(what: &str, pill: Option<&str>, target: &Option<Patterns>, example: &str) -> String {
    match (pill, target) {
        (Some(name), Some(_)) => {
            format!("it is for the {what} {name}, which is none, or none that the target means")
        }
        (Some(name), None) => format!("it is for the {what} {name}, and there is none of that name"),
        (None, _) => format!(
            "neither it nor the target names its {what}; write {what} = \"{example}\" in one of them, without a wildcard"
        ),
    }
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

/// The pill as the answer of an operation, and what of it is left out or read as
/// something else than it is. An error that the service does not model is as good
/// as one that it does: AWS sends many.
///
/// # Errors
/// What does not fit.
pub(crate) fn ready(pill: &Pill, operation: Operation<'_>) -> Result<(Ready, Vec<Misfit>), Vec<Misfit>> {
    match &pill.answer {
        Recorded::Error(recorded) => error(pill, recorded, operation.service()),
        Recorded::Output(members) => {
            let output = operation.output().ok_or_else(|| vec![no_output(operation)])?;
            let fitted = Document::fit(&output.schema, &Value::Object(members.clone()), Fit::Pill)?;
            if fitted.document.is_empty() && members.values().any(|member| !member.is_null()) {
                // Else every answer would fit every operation.
                return Err(fitted.notes);
            }
            // Only what the pill uses travels with it.
            let output = Output { schema: fitted.document.schema().clone(), ..output };
            Ok((Ready::Output { output, document: fitted.document }, fitted.notes))
        }
    }
}

fn error(
    pill: &Pill,
    recorded: &RecordedError,
    service: Service<'_>,
) -> Result<(Ready, Vec<Misfit>), Vec<Misfit>> {
    let bare = recorded_error(pill.status, recorded);
    let Some(shape) = service.error(&recorded.code) else {
        return Ok((Ready::Error(bare), recorded.members.keys().map(|name| left_out(name)).collect()));
    };
    let members = Value::Object(recorded.members.clone());
    let fitted = shape.schema().map(|schema| Document::fit(&schema, &members, Fit::Pill)).transpose()?;
    let (fields, notes) = fitted.map(|fitted| (fitted.document, fitted.notes)).unzip();
    let error = ServiceError {
        // What recorders call the code may be that of the query protocol.
        code: shape.code().to_owned(),
        query_code: shape.query_code().map(str::to_owned),
        fields: fields.filter(|_| !recorded.members.is_empty()),
        ..bare
    };
    Ok((Ready::Error(error), notes.unwrap_or_default()))
}

fn left_out(name: &str) -> Misfit {
    let is = "a member of an error that is not modelled".to_owned();
    Misfit { path: name.to_owned(), is, should: "left out".to_owned() }
}

fn no_output(operation: Operation<'_>) -> Misfit {
    let (is, should) = match (operation.has_events(), cfg!(feature = "shapes")) {
        (true, _) => ("a stream of events", "an answer that a pill can hold"),
        (false, true) => ("not in this catalogue", "in one with the shapes of outputs"),
        (false, false) => {
            ("of a shape that this build does not know", "played by one with the feature `shapes`")
        }
    };
    Misfit { path: String::new(), is: is.to_owned(), should: should.to_owned() }
}

/// Whether recorders name a service so in the names of files.
pub(crate) fn is_endpoint_prefix(name: &str) -> bool {
    Catalogue::embedded().prefixed(name).next().is_some()
}

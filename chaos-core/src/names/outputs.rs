//! Members of answers, for damage that leaves them out or replaces them.

use super::check::{any_of, keep_likest};
use super::exact_services;
use super::resolve::targeted;
use crate::catalogue::Operation;
use crate::effect::Unresolved;
use crate::spec::{Pattern, Target};
use crate::wire::{Member, Output, Place, Protocol, Rest, Schema, Shape};

/// What answers have beside the members of their operation: errors, and what
/// XML wraps them in.
const ANYWHERE: [&str; 13] = [
    "__type",
    "message",
    "Message",
    "code",
    "Code",
    "type",
    "Type",
    "Error",
    "Errors",
    "RequestId",
    "requestId",
    "ResponseMetadata",
    "ErrorResponse",
];
/// The part of a path that stands for everything there is.
const EVERY: &str = "*";

/// Whether some answer may have the member at `path`. Known only where the target
/// names services and operations one by one, and the catalogue knows their outputs.
///
/// # Errors
/// Where none of their answers has it.
pub(crate) fn is_output(path: &str, target: &Target) -> Result<(), Unresolved> {
    let Some(operations) = named(target) else { return Ok(()) };
    let parts: Vec<_> = path.split('.').collect();
    let (mut near, mut wrong) = (Vec::new(), "");
    for operation in &operations {
        match leads_nowhere(operation, &parts) {
            None => return Ok(()),
            Some((part, names)) => {
                near.extend(names);
                wrong = part;
            }
        }
    }
    if operations.is_empty() || path.starts_with("header:") {
        return Ok(());
    }
    let mut near: Vec<_> = near.iter().map(String::as_str).collect();
    keep_likest(&mut near, wrong);
    let of: Vec<_> = operations.iter().map(Operation::name).collect();
    Err(Unresolved {
        problem: format!("is in no answer of {}", any_of(&of)),
        remedy: match near.as_slice() {
            [] => format!("nothing is below what comes before `{wrong}`"),
            near => format!("did you mean {}? (names are those of the wire)", any_of(near)),
        },
    })
}

/// The operations that the target names one by one.
fn named(target: &Target) -> Option<Vec<Operation<'static>>> {
    let names = target.operation.as_ref().filter(|patterns| patterns.all_exact())?;
    drop(exact_services(target)?);
    let find = |service: crate::catalogue::Service<'static>| {
        names.iter().map(Pattern::text).filter_map(move |name| service.operation(name))
    };
    Some(targeted(target).flat_map(find).collect())
}

/// A part of a path that is not there, and what is in its place.
type Nowhere<'p> = (&'p str, Vec<String>);

/// `None` where the path may lead somewhere.
fn leads_nowhere<'p>(operation: &Operation<'_>, parts: &[&'p str]) -> Option<Nowhere<'p>> {
    let output = operation.output()?;
    let first = parts.first()?;
    let wrapped = [format!("{}Response", output.operation), format!("{}Result", output.operation)];
    let is_root = wrapped.iter().chain(&output.root).any(|root| root.eq_ignore_ascii_case(first));
    if is_root || ANYWHERE.contains(first) || of_errors(operation, first) {
        return None;
    }
    let body = body(&output)?;
    follow(&output.schema, body, parts, is_json(operation))
}

fn of_errors(operation: &Operation<'_>, name: &str) -> bool {
    operation.errors().filter_map(|error| error.schema()).any(|schema| match schema.root() {
        Shape::Structure(members) => members.iter().any(|member| is_named(member, name)),
        _ => true,
    })
}

/// The members of the answer's body; `None` where the body may be anything.
fn body(output: &Output) -> Option<&Shape> {
    let Shape::Structure(members) = output.schema.root() else { return None };
    match members.iter().find(|member| member.place == Place::Payload) {
        // XML may name the payload, other protocols carry what is in it.
        Some(_) => None,
        None => Some(output.schema.root()),
    }
}

/// XML names what is in lists and maps in ways of its own.
fn is_json(operation: &Operation<'_>) -> bool {
    operation.service().protocols().all(|protocol| {
        !matches!(
            protocol,
            Protocol::AwsQuery | Protocol::Ec2Query | Protocol::Rest(Rest::Xml) | Protocol::Rest(Rest::S3)
        )
    })
}

/// Goes along the path.
fn follow<'p>(schema: &Schema, start: &Shape, parts: &[&'p str], is_json: bool) -> Option<Nowhere<'p>> {
    let mut shape = start;
    for part in parts {
        shape = match shape {
            _ if *part == EVERY => return None,
            Shape::Structure(members) => match members.iter().find(|member| is_named(member, part)) {
                Some(member) => schema.shape(member.shape),
                None => return Some((part, members.iter().map(written).collect())),
            },
            Shape::Map { of, .. } if is_json => schema.shape(*of),
            Shape::List { of, .. } if part.bytes().all(|byte| byte.is_ascii_digit()) => schema.shape(*of),
            // XML names elements and entries, and any JSON may hold anything.
            Shape::List { .. } | Shape::Map { .. } | Shape::Document => return None,
            _ => return Some((part, Vec::new())),
        };
    }
    None
}

/// Which of its names is written depends on the protocol.
fn is_named(member: &Member, name: &str) -> bool {
    *member.name == *name || member.wire.as_deref() == Some(name)
}

fn written(member: &Member) -> String {
    member.wire.as_ref().unwrap_or(&member.name).to_string()
}

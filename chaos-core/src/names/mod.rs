//! Names of services, operations and errors: whether they are any, and what
//! they stand for. Knows what the catalogue knows, where the build has one.

mod batches;
#[cfg(feature = "catalogue")]
mod check;
#[cfg(not(feature = "catalogue"))]
mod off;
#[cfg(feature = "catalogue")]
mod outputs;
#[cfg(feature = "catalogue")]
mod pills;
#[cfg(all(feature = "catalogue", feature = "table"))]
mod publish;
#[cfg(feature = "catalogue")]
mod resolve;
#[cfg(any(feature = "inject", feature = "table"))]
mod unresolved;

pub(crate) use batches::check_batches;
#[cfg(all(feature = "catalogue", feature = "inject"))]
pub(crate) use check::is_target;
#[cfg(feature = "catalogue")]
pub(crate) use check::{check, is_input};
#[cfg(all(any(feature = "inject", feature = "table"), not(feature = "catalogue")))]
pub(crate) use off::is_resolvable;
#[cfg(all(not(feature = "catalogue"), feature = "inject"))]
pub(crate) use off::is_target;
#[cfg(all(not(feature = "catalogue"), feature = "table"))]
pub(crate) use off::{all_of, places};
#[cfg(not(feature = "catalogue"))]
pub(crate) use off::{check, find, is_endpoint_prefix, is_input, is_output, playable, service_id};
#[cfg(feature = "catalogue")]
pub(crate) use outputs::is_output;
#[cfg(feature = "shapes")]
pub(crate) use pills::ready;
#[cfg(feature = "catalogue")]
pub(crate) use pills::{is_endpoint_prefix, playable};
#[cfg(all(feature = "catalogue", feature = "table"))]
pub(crate) use publish::{all_of, places};
#[cfg(feature = "catalogue")]
pub(crate) use resolve::{find, is_resolvable, service_id};
#[cfg(any(feature = "inject", feature = "table"))]
pub(crate) use unresolved::can_answer;
#[cfg(feature = "inject")]
pub(crate) use unresolved::unresolved;

use crate::door::At;
use crate::effect::Unresolved;
use crate::spec::{ErrorFault, Pattern, Target};
use crate::wire::{Document, Schema, ServiceError, Shape};

/// The services that a target names one by one; `None` where it names none, or
/// by pattern.
pub(crate) fn exact_services(target: &Target) -> Option<impl Iterator<Item = &str>> {
    let patterns = target.service.as_ref().filter(|patterns| patterns.all_exact())?;
    Some(patterns.iter().map(Pattern::text))
}

fn member<'a>(at: &At<'a>, name: &str) -> Option<At<'a>> {
    at.members()?.into_iter().find(|(key, _)| *key == name).map(|(_, at)| at)
}

/// An error that no definition knows, and whose `status` says that it is meant.
fn as_written(asked: &ErrorFault, status: u16) -> Result<ServiceError, Unresolved> {
    let fields = if asked.fields.is_empty() { None } else { Some(any_fields(asked)?) };
    Ok(ServiceError { code: asked.name.clone(), status, message: String::new(), query_code: None, fields })
}

/// A service's name in the form of the SDK's user agent: lower case without
/// spaces, hyphens and underscores.
fn plain_id(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ' ' | '-' | '_')).collect::<String>().to_ascii_lowercase()
}

/// Members of which nothing is known go out as they are.
fn any_fields(asked: &ErrorFault) -> Result<Document, Unresolved> {
    if let Some(name) = asked.fields.keys().find(|name| !is_member_name(name)) {
        return Err(misfit(&format!("`{name}` is no member's name")));
    }
    let shapes = [Shape::Document, Shape::Text, Shape::Boolean];
    let member = |(name, value): (&String, &serde_json::Value)| crate::wire::Member {
        name: name.as_str().into(),
        wire: None,
        // After the root. A text is one in XML too, where any other value is JSON.
        shape: crate::wire::ShapeId(match value {
            serde_json::Value::String(_) => 2,
            serde_json::Value::Bool(_) => 3,
            _ => 1,
        }),
        place: crate::wire::Place::Body,
        attribute: false,
    };
    let root = Shape::Structure(asked.fields.iter().map(member).collect());
    let schema = Schema::new(std::iter::once(root).chain(shapes).collect());
    schema.map_err(|error| misfit(&error.to_string())).and_then(|schema| fitted(asked, &schema))
}

/// Letters and digits: what every protocol can carry, XML too.
fn is_member_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The spec's `fields` in the shape of the error.
fn fitted(asked: &ErrorFault, schema: &Schema) -> Result<Document, Unresolved> {
    let fields = serde_json::Value::Object(asked.fields.clone());
    let fitted = Document::fit(schema, &fields, crate::wire::Fit::Fields);
    fitted
        .map(|fitted| fitted.document)
        .map_err(|misfits| misfit(&misfits.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))
}

fn misfit(what: &str) -> Unresolved {
    Unresolved {
        problem: format!("has `fields` that do not fit: {what}"),
        remedy: "give members that the error has".to_owned(),
    }
}

/// Why a pill cannot be played.
pub(crate) fn does_not_fit(why: &[String]) -> Unresolved {
    Unresolved {
        problem: format!("the pill cannot be played: {}", why.join("; ")),
        remedy: "record it anew, or mend it (`monkeyless pill check` reads files and folders)".to_owned(),
    }
}

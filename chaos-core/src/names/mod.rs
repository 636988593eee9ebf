//! Names of services, operations and errors: whether they are any, and what
//! they stand for. Knows what the catalogue knows, where the build has one.

mod batches;
#[cfg(feature = "catalogue")]
mod check;
#[cfg(not(feature = "catalogue"))]
mod off;
#[cfg(feature = "catalogue")]
mod pills;
#[cfg(feature = "catalogue")]
mod resolve;
#[cfg(feature = "inject")]
mod unresolved;

pub(crate) use batches::check_batches;
#[cfg(feature = "catalogue")]
pub(crate) use check::check;
#[cfg(all(not(feature = "catalogue"), feature = "table"))]
pub(crate) use off::all_of;
#[cfg(all(feature = "inject", not(feature = "catalogue")))]
use off::is_resolvable;
#[cfg(not(feature = "catalogue"))]
pub(crate) use off::{check, is_endpoint_prefix, playable, resolve, service_id};
#[cfg(feature = "shapes")]
pub(crate) use pills::ready;
#[cfg(feature = "catalogue")]
pub(crate) use pills::{is_endpoint_prefix, playable};
#[cfg(all(feature = "catalogue", feature = "table"))]
pub(crate) use resolve::all_of;
#[cfg(feature = "catalogue")]
pub(crate) use resolve::{is_resolvable, resolve, service_id};
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

/// Members of which nothing is known go out as they are.
fn any_fields(asked: &ErrorFault) -> Result<Document, Unresolved> {
    let member = |name: &String| crate::wire::Member {
        name: name.as_str().into(),
        wire: None,
        shape: crate::wire::ShapeId(1),
        place: crate::wire::Place::Body,
        attribute: false,
    };
    let members = asked.fields.keys().map(member).collect();
    let schema = Schema::new(vec![Shape::Structure(members), Shape::Document]);
    schema.map_err(|error| misfit(&error.to_string())).and_then(|schema| fitted(asked, &schema))
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
        problem: format!("cannot be played: {}", why.join("; ")),
        remedy: "record it anew, or mend it (`monkeyless pill check` reads files and folders)".to_owned(),
    }
}

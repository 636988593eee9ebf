//! `wire`: an error as its publisher resolved it, so that a reader that never
//! heard of it, and has no catalogue, can send it all the same.
//!
//! The same for pills: see `wire_pills`.
//!
//! `{error, code, status, query?, schema?}` where every service that the target
//! may hit sends the same; else `{error, by: [{only: [service, ..], code, ..}, ..]}`.

use super::rules::refused;
use super::value::{Item, from_json, number, text, to_node, whole};
use super::{StoreError, wire_pills};
use crate::effect::{Answer, Known, NamedError, PillAnswer};
use crate::names;
use crate::pill::PillFault;
use crate::spec::{ErrorFault, FaultSpec, Outcome, is_error_name};
use crate::wire::{Document, Fit, Schema, ServiceError};
use aws_sdk_dynamodb::types::AttributeValue;

/// What `wire` is for a spec; `None` where it asks for neither error nor pill.
///
/// # Errors
/// Where the error's name stands for nothing, or a pill fits nothing.
pub(super) fn written(spec: &FaultSpec) -> Result<Option<AttributeValue>, StoreError> {
    match &spec.fault.outcome {
        Some(Outcome::Error(asked)) => error_written(spec, asked).map(Some),
        Some(Outcome::Pill(pills)) => pills_written(spec, pills).map(Some),
        _ => Ok(None),
    }
}

fn pills_written(spec: &FaultSpec, pills: &PillFault) -> Result<AttributeValue, StoreError> {
    for entry in pills.entries() {
        names::playable(entry, &spec.target).map_err(|why| {
            refused(format!("the spec `{}` has a pill that {}", spec.id, names::does_not_fit(&why)))
        })?;
    }
    let answer = PillAnswer::new(pills, &spec.target);
    let pills = from_json(&wire_pills::written(&answer));
    Ok(AttributeValue::M(Item::from([("pills".to_owned(), pills)])))
}

fn error_written(spec: &FaultSpec, asked: &ErrorFault) -> Result<AttributeValue, StoreError> {
    let known = names::all_of(asked, &spec.target).map_err(|why| {
        refused(format!("the spec `{}` asks for the error `{}`, which {why}", spec.id, asked.name))
    })?;
    let mut wire = match known.as_slice() {
        [Known { only: None, error }] => members(error),
        many => Item::from([("by".to_owned(), AttributeValue::L(many.iter().map(one_of_many).collect()))]),
    };
    wire.insert("error".to_owned(), text(&asked.name));
    Ok(AttributeValue::M(wire))
}

fn one_of_many(known: &Known) -> AttributeValue {
    let mut item = members(&known.error);
    let services = known.only.iter().flatten().map(|service| text(&**service)).collect::<Vec<_>>();
    if known.only.is_some() {
        item.insert("only".to_owned(), AttributeValue::L(services));
    }
    AttributeValue::M(item)
}

fn members(error: &ServiceError) -> Item {
    let mut item =
        Item::from([("code".to_owned(), text(&error.code)), ("status".to_owned(), number(error.status))]);
    item.extend(error.query_code.as_ref().map(|code| ("query".to_owned(), text(code))));
    if let Some(fields) = &error.fields {
        let schema = serde_json::to_value(fields.schema()).unwrap_or_default();
        item.insert("schema".to_owned(), from_json(&schema));
    }
    item
}

/// What `wire` says of the outcome of a spec; `None` where it says nothing that
/// concerns it.
pub(super) fn read(item: &Item, spec: &FaultSpec, full_name: &str) -> Result<Option<Answer>, String> {
    match &spec.fault.outcome {
        Some(Outcome::Error(asked)) => Ok(error_read(item, asked, full_name)?.map(Answer::Error)),
        Some(Outcome::Pill(pills)) => {
            let wire = item.get("wire").and_then(|wire| wire.as_m().ok());
            let known = wire.and_then(|wire| wire.get("pills"));
            known.map(|known| wire_pills::read(known, pills).map(Answer::Pill)).transpose()
        }
        _ => Ok(None),
    }
}

/// What `wire` says of `asked`; `None` where there is none, or it speaks of
/// another error: the spec was edited since, and what the spec says goes.
fn error_read(item: &Item, asked: &ErrorFault, full_name: &str) -> Result<Option<NamedError>, String> {
    let Some(wire) = item.get("wire") else { return Ok(None) };
    let wire = wire.as_m().map_err(|_| "`wire` is no map")?;
    if wire.get("error").and_then(|value| value.as_s().ok()) != Some(&asked.name) {
        return Ok(None);
    }
    let known = match wire.get("by") {
        None => vec![Known { only: None, error: error(wire, asked)? }],
        Some(by) => {
            let by = by.as_l().map_err(|_| "`wire.by` is no list")?;
            by.iter().map(|one| known(one, asked)).collect::<Result<_, _>>()?
        }
    };
    Ok(Some(NamedError::published(asked, known, full_name)))
}

fn known(value: &AttributeValue, asked: &ErrorFault) -> Result<Known, String> {
    let item = value.as_m().map_err(|_| "`wire.by` holds something that is no map")?;
    let only = match item.get("only") {
        None => None,
        Some(services) => {
            let services = services.as_l().map_err(|_| "`wire.by.only` is no list of services")?;
            let names = services.iter().map(|value| value.as_s().map(|name| name.as_str().into()));
            let mut names: Vec<Box<str>> =
                names.collect::<Result<_, _>>().map_err(|_| "`wire.by.only` holds no service")?;
            names.sort();
            Some(names)
        }
    };
    Ok(Known { only, error: error(item, asked)? })
}

fn error(item: &Item, asked: &ErrorFault) -> Result<ServiceError, String> {
    let name = |name: &str| item.get(name).and_then(|value| value.as_s().ok());
    let code = name("code").filter(|code| is_error_name(code)).ok_or("`wire.code` is no error's code")?;
    let query_code = name("query").filter(|code| is_error_name(code)).cloned();
    let status = whole(item, "status").and_then(|status| u16::try_from(status).ok());
    let status = status.filter(|status| *status == 200 || (400..600).contains(status));
    let status = status.ok_or("`wire.status` is no status from 400 to 599")?;
    Ok(ServiceError {
        code: code.clone(),
        status: asked.status.unwrap_or(status),
        message: String::new(),
        query_code,
        fields: fields(item, asked)?,
    })
}

fn fields(item: &Item, asked: &ErrorFault) -> Result<Option<Document>, String> {
    let (Some(schema), false) = (item.get("schema"), asked.fields.is_empty()) else { return Ok(None) };
    let schema = to_node(schema).ok_or("`wire.schema` holds binary values")?.to_json();
    let schema: Schema =
        serde_json::from_value(schema).map_err(|error| format!("`wire.schema` is no schema: {error}"))?;
    let fields = serde_json::Value::Object(asked.fields.clone());
    match Document::fit(&schema, &fields, Fit::Fields) {
        Ok(fitted) => Ok(Some(fitted.document)),
        Err(misfits) => Err(format!(
            "`fields` do not fit `wire.schema`: {}",
            misfits.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        )),
    }
}

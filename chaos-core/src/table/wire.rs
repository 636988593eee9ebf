//! `wire`: an error as its publisher resolved it, so that a reader that never
//! heard of it, and has no catalogue, can send it all the same.
//!
//! The same for pills: see `wire_pills`; and for members of inputs: `wire_input`.
//!
//! `{error, only?, code, status, query?, schema?}` where all services that the
//! target may hit send the same; else `{error, by: [{only?, code?, ..}, ..]}`.
//! `only` are the services that it holds for, else it is for all others; without
//! `code` those have no such error.

use super::rules::refused;
use super::value::{Item, from_json, number, text, to_node, whole};
use super::{StoreError, wire_input, wire_pills};
use crate::effect::{Answer, Known, NamedError, PillAnswer};
use crate::names;
use crate::pill::PillFault;
use crate::spec::{ErrorFault, FaultSpec, Outcome, Patterns, is_error_name};
use crate::wire::{Document, Fit, Schema, ServiceError};
use aws_sdk_dynamodb::types::AttributeValue;

/// What was resolved already for one scenario: often it is one and the same, and
/// going through all services takes milliseconds.
#[derive(Debug, Default)]
pub(super) struct Memo {
    errors: Vec<((String, Option<Patterns>), AttributeValue)>,
    inputs: wire_input::Memo,
}

/// So many are remembered.
pub(super) const MEMO: usize = 16;

/// What `wire` is for a spec; `None` where it asks for no error, pill or member of
/// an input that has to be looked up.
///
/// # Errors
/// Where the error's name stands for nothing, or a pill fits nothing.
pub(super) fn written(spec: &FaultSpec, memo: &mut Memo) -> Result<Option<AttributeValue>, StoreError> {
    let outcome = outcome_written(spec, memo)?;
    let Some(input) = memo.inputs.written(spec) else { return Ok(outcome) };
    let mut wire = outcome.and_then(|wire| wire.as_m().ok().cloned()).unwrap_or_default();
    wire.insert("input".to_owned(), input);
    Ok(Some(AttributeValue::M(wire)))
}

fn outcome_written(spec: &FaultSpec, memo: &mut Memo) -> Result<Option<AttributeValue>, StoreError> {
    match &spec.fault.outcome {
        Some(Outcome::Error(asked)) => {
            let key = (serde_json::to_string(asked).unwrap_or_default(), spec.target.service.clone());
            if let Some((_, wire)) = memo.errors.iter().find(|(known, _)| *known == key) {
                return Ok(Some(wire.clone()));
            }
            let wire = error_written(spec, asked)?;
            if memo.errors.len() < MEMO {
                memo.errors.push((key, wire.clone()));
            }
            Ok(Some(wire))
        }
        Some(Outcome::Pill(pills)) => pills_written(spec, pills).map(Some),
        _ => Ok(None),
    }
}

fn pills_written(spec: &FaultSpec, pills: &PillFault) -> Result<AttributeValue, StoreError> {
    for entry in pills.entries() {
        names::playable(entry, &spec.target)
            .map_err(|why| refused(format!("the spec `{}`: {}", spec.id, names::does_not_fit(&why))))?;
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
        [one] => members(one),
        many => {
            let many = many.iter().map(|known| AttributeValue::M(members(known))).collect();
            Item::from([("by".to_owned(), AttributeValue::L(many))])
        }
    };
    wire.insert("error".to_owned(), text(&asked.name));
    Ok(AttributeValue::M(wire))
}

fn members(known: &Known) -> Item {
    let mut item = Item::new();
    if let Some(services) = &known.only {
        let services = services.iter().map(|service| text(&**service)).collect();
        item.insert("only".to_owned(), AttributeValue::L(services));
    }
    let Some(error) = &known.error else { return item };
    item.insert("code".to_owned(), text(&error.code));
    item.insert("status".to_owned(), number(error.status));
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
        None => vec![known(wire, asked)?],
        Some(by) => {
            let by = by.as_l().map_err(|_| "`wire.by` is no list")?;
            let maps =
                by.iter().map(|one| one.as_m().map_err(|_| "`wire.by` holds something that is no map"));
            maps.map(|one| known(one?, asked)).collect::<Result<_, _>>()?
        }
    };
    Ok(Some(NamedError::published(asked, known, full_name)))
}

fn known(item: &Item, asked: &ErrorFault) -> Result<Known, String> {
    let only = item.get("only").map(services).transpose()?;
    let error = if only.is_some() && !item.contains_key("code") { None } else { Some(error(item, asked)?) };
    Ok(Known { only, error })
}

fn services(value: &AttributeValue) -> Result<Vec<Box<str>>, &'static str> {
    let services = value.as_l().map_err(|_| "`wire.only` is no list of services")?;
    let names = services.iter().map(|value| value.as_s().map(|name| name.as_str().into()));
    let mut names: Vec<Box<str>> =
        names.collect::<Result<_, _>>().map_err(|_| "`wire.only` holds something that is no service")?;
    names.sort();
    Ok(names)
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
    if asked.fields.is_empty() {
        return Ok(None);
    }
    let schema = item.get("schema").ok_or("`wire` has no `schema` for the spec's `fields`; arm it anew")?;
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

//! `wire` of pills: for each operation that a pill fits, what of its output's
//! shape the pill uses, or its error, so that a reader needs no catalogue.
//!
//! `{pills: [{of, service, operation, output}, {of, service, operation, query?, schema?}]}`,
//! where `of` is the pill's place in the spec, from 0.

use super::value::to_node;
use crate::effect::{KnownPill, PillAnswer, Ready, recorded_error};
use crate::pill::{PillEntry, PillFault, Recorded};
use crate::wire::{Document, Fit, Output, Schema, ServiceError};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Serialize, Deserialize)]
struct Item {
    of: usize,
    service: Box<str>,
    operation: Box<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    output: Option<Output>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    query: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    schema: Option<Schema>,
}

/// What `wire.pills` is for a spec's pills.
pub(super) fn written(pills: &PillAnswer) -> Value {
    let items: Vec<_> = pills.known().iter().map(item).collect();
    serde_json::to_value(items).unwrap_or_default()
}

fn item(known: &KnownPill) -> Item {
    let (service, operation) = (known.service.clone(), known.operation.clone());
    let bare =
        Item { of: known.entry, service, operation, output: None, code: None, query: None, schema: None };
    match &known.ready {
        Ready::Output { output, .. } => Item { output: Some(output.clone()), ..bare },
        Ready::Error(error) => Item {
            code: Some(error.code.clone()),
            query: error.query_code.clone(),
            schema: error.fields.as_ref().map(|fields| fields.schema().clone()),
            ..bare
        },
    }
}

/// What `wire.pills` says of a spec's pills.
pub(super) fn read(pills: &AttributeValue, fault: &PillFault) -> Result<PillAnswer, String> {
    let json = to_node(pills).ok_or("`wire.pills` holds binary values")?.to_json();
    let items: Vec<Item> = serde_json::from_value(json)
        .map_err(|error| format!("`wire.pills` cannot be understood: {error}"))?;
    let known = items.into_iter().map(|item| {
        let entry = fault.entries().get(item.of);
        let entry =
            entry.ok_or_else(|| format!("`wire.pills` speaks of pill {}, which there is not", item.of))?;
        let (of, service, operation) = (item.of, item.service.clone(), item.operation.clone());
        let ready = ready(entry, item).map_err(|why| format!("pill {of} does not fit its `wire`: {why}"))?;
        Ok(KnownPill { entry: of, service, operation, ready })
    });
    Ok(PillAnswer::published(fault, known.collect::<Result<_, String>>()?))
}

fn ready(entry: &PillEntry, item: Item) -> Result<Ready, String> {
    match (&entry.pill.answer, item.output) {
        (Recorded::Output(members), Some(output)) => {
            let document = fitted(&output.schema, members)?;
            Ok(Ready::Output { output, document })
        }
        (Recorded::Error(recorded), None) => {
            let fields = item.schema.map(|schema| fitted(&schema, &recorded.members)).transpose()?;
            let bare = recorded_error(entry.pill.status, recorded);
            let code = item.code.unwrap_or_else(|| recorded.code.clone());
            Ok(Ready::Error(ServiceError { code, query_code: item.query, fields, ..bare }))
        }
        _ => Err("one is an answer, the other an error".to_owned()),
    }
}

fn fitted(schema: &Schema, members: &serde_json::Map<String, Value>) -> Result<Document, String> {
    let fitted = Document::fit(schema, &Value::Object(members.clone()), Fit::Pill);
    fitted
        .map(|fitted| fitted.document)
        .map_err(|misfits| misfits.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

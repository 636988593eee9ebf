//! `wire.input`: where the members lie that a spec's target names, in the
//! requests of the operations that it may hit, so that a reader needs no
//! catalogue.
//!
//! `{input: [{member, at, service, operations}, ..]}`; members that lie in the
//! body under their own names are not in it.

use super::value::{Item, from_json, to_node};
use super::wire::MEMO;
use crate::input::{Group, Published};
use crate::names;
use crate::spec::{FaultSpec, Patterns};
use aws_sdk_dynamodb::types::AttributeValue;

/// What is asked: operations, by service and name, and members.
type Asked = (Option<Patterns>, Option<Patterns>, Vec<String>);

/// What was found already for one scenario.
#[derive(Debug, Default)]
pub(super) struct Memo(Vec<(Asked, Option<AttributeValue>)>);

impl Memo {
    /// What `wire.input` is for a spec; `None` where there is nothing to say.
    pub(super) fn written(&mut self, spec: &FaultSpec) -> Option<AttributeValue> {
        let target = &spec.target;
        if target.input.is_empty() {
            return None;
        }
        let members = target.input.keys().cloned().collect();
        let asked = (target.service.clone(), target.operation.clone(), members);
        if let Some((_, wire)) = self.0.iter().find(|(known, _)| *known == asked) {
            return wire.clone();
        }
        let wire = written(spec);
        if self.0.len() < MEMO {
            self.0.push((asked, wire.clone()));
        }
        wire
    }
}

fn written(spec: &FaultSpec) -> Option<AttributeValue> {
    let groups = names::places(&spec.target);
    let json = serde_json::to_value(&groups).unwrap_or_default();
    (!groups.is_empty()).then(|| from_json(&json))
}

/// What `wire.input` says.
pub(super) fn read(item: &Item) -> Result<Published, String> {
    let wire = item.get("wire").and_then(|wire| wire.as_m().ok());
    let Some(input) = wire.and_then(|wire| wire.get("input")) else { return Ok(Published::default()) };
    let json = to_node(input).ok_or("`wire.input` holds binary values")?.to_json();
    let groups: Vec<Group> = serde_json::from_value(json)
        .map_err(|error| format!("`wire.input` cannot be understood: {error}"))?;
    Ok(Published::new(groups))
}

//! Values with parts.

use super::misfit::{At, nearest};
use super::{Fit, Fitter, MAX_DEPTH};
use crate::wire::document::Value;
use crate::wire::schema::{Member, ShapeId};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

impl Fitter<'_> {
    pub(super) fn structure(
        &mut self,
        id: ShapeId,
        members: &[Member],
        object: &Map<String, Json>,
        at: &At<'_>,
    ) -> Option<Value> {
        self.unknown(members, object, at);
        let mut values = BTreeMap::new();
        for (position, member) in members.iter().enumerate() {
            let Some(json) = object.get(&*member.name).filter(|json| !json.is_null()) else { continue };
            self.used.member(id, position);
            let value = self.value(member.shape, json, &at.member(&member.name));
            values.extend(value.map(|value| (member.name.clone(), value)));
        }
        Some(Value::Structure(values))
    }

    pub(super) fn list(&mut self, of: ShapeId, items: &[Json], at: &At<'_>) -> Option<Value> {
        let mut values = Vec::with_capacity(items.len());
        for (position, json) in items.iter().enumerate() {
            let at = at.item(position);
            match json {
                Json::Null => self.note(&at, "null", "left out"),
                json => values.extend(self.value(of, json, &at)),
            }
        }
        Some(Value::List(values))
    }

    pub(super) fn map(&mut self, of: ShapeId, object: &Map<String, Json>, at: &At<'_>) -> Option<Value> {
        let mut values = BTreeMap::new();
        for (key, json) in object {
            let at = at.member(key);
            match json {
                Json::Null => self.note(&at, "null", "left out"),
                json => values.extend(self.value(of, json, &at).map(|value| (key.clone(), value))),
            }
        }
        Some(Value::Map(values))
    }

    pub(super) fn free(&mut self, json: &Json, at: &At<'_>) -> Option<Value> {
        match fits_within(json, MAX_DEPTH.saturating_sub(at.depth())) {
            true => Some(Value::Document(json.clone())),
            false => self.refuse(at, "too deep".to_owned(), &format!("within {MAX_DEPTH} levels")),
        }
    }

    fn unknown(&mut self, members: &[Member], object: &Map<String, Json>, at: &At<'_>) {
        for name in object.keys().filter(|name| !members.iter().any(|member| *member.name == **name)) {
            let at = at.member(name);
            match self.mode {
                Fit::Pill => self.note(&at, "not a member", "left out"),
                Fit::Fields => {
                    let known = nearest(name, members.iter().map(|member| &*member.name));
                    self.refuse(&at, "not a member".to_owned(), &known);
                }
            }
        }
    }
}

fn fits_within(json: &Json, levels: usize) -> bool {
    let Some(below) = levels.checked_sub(1) else { return false };
    match json {
        Json::Array(items) => items.iter().all(|item| fits_within(item, below)),
        Json::Object(object) => object.values().all(|value| fits_within(value, below)),
        _ => true,
    }
}

//! Making JSON fit a schema: the door through which values come in.

mod leaf;
mod misfit;

pub use misfit::Misfit;

use super::document::{Document, Value};
use super::prune::{Used, prune};
use super::schema::{Member, Place, Schema, Shape, ShapeId};
use misfit::{At, described, nearest};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// Values deeper than this do not fit.
const MAX_DEPTH: usize = 64;

/// Where JSON comes from, which says how to read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// A recorded pill, in placebo's format. Lenient as recordings are old:
    /// members that the shape does not know are left out, times may be texts or
    /// numbers, bytes may be raw text; all with a note.
    Pill,
    /// Written by hand in a spec: times in RFC 3339 or as seconds since 1970,
    /// bytes in base64, no unknown members.
    Fields,
}

/// What came of a fitting.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// The value.
    pub document: Document,
    /// What was left out, or read as something else than it is.
    pub notes: Vec<Misfit>,
}

impl Document {
    /// Makes `json` fit the root of `schema`. A `null` is an absence. At most 64
    /// levels deep; the caller bounds the size.
    ///
    /// # Errors
    /// Everything that does not fit, with its path; at least one.
    pub fn fit(schema: &Schema, json: &Json, mode: Fit) -> Result<Fitted, Vec<Misfit>> {
        let mut fitter =
            Fitter { schema, mode, used: Used::default(), notes: Vec::new(), misfits: Vec::new() };
        fitter.keep();
        let value = fitter.value(ShapeId(0), json, &At::root());
        match value {
            Some(value) if fitter.misfits.is_empty() => {
                let document = Self { schema: prune(schema, &fitter.used), value };
                Ok(Fitted { document, notes: fitter.notes })
            }
            _ => Err(fitter.misfits),
        }
    }
}

struct Fitter<'a> {
    schema: &'a Schema,
    mode: Fit,
    used: Used,
    notes: Vec<Misfit>,
    misfits: Vec<Misfit>,
}

impl Fitter<'_> {
    /// How an error calls its message, and that the body is one member, counts
    /// even where the value has none.
    fn keep(&mut self) {
        let Shape::Structure(members) = self.schema.root() else { return };
        for (position, member) in members.iter().enumerate() {
            if member.is_message() || member.place == Place::Payload {
                self.used.member(ShapeId(0), position);
            }
        }
    }

    /// `None` where a misfit was recorded.
    fn value(&mut self, id: ShapeId, json: &Json, at: &At<'_>) -> Option<Value> {
        if at.depth() > MAX_DEPTH {
            return self.refuse(at, "too deep".to_owned(), &format!("within {MAX_DEPTH} levels"));
        }
        self.used.shape(id);
        match (self.schema.shape(id), json) {
            (Shape::Structure(members), Json::Object(object)) => self.structure(id, members, object, at),
            (Shape::List { of, .. }, Json::Array(items)) => self.list(*of, items, at),
            (Shape::Map { of, .. }, Json::Object(object)) => self.map(*of, object, at),
            (Shape::Document, json) => self.free(json, at),
            (shape, json) => self.leaf(shape, json, at),
        }
    }

    fn structure(
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

    fn list(&mut self, of: ShapeId, items: &[Json], at: &At<'_>) -> Option<Value> {
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

    fn map(&mut self, of: ShapeId, object: &Map<String, Json>, at: &At<'_>) -> Option<Value> {
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

    fn free(&mut self, json: &Json, at: &At<'_>) -> Option<Value> {
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

    fn note(&mut self, at: &At<'_>, is: &str, should: &str) {
        self.notes.push(Misfit { path: at.to_string(), is: is.to_owned(), should: should.to_owned() });
    }

    fn refuse(&mut self, at: &At<'_>, is: String, should: &str) -> Option<Value> {
        self.misfits.push(Misfit { path: at.to_string(), is, should: should.to_owned() });
        None
    }

    fn wrong(&mut self, json: &Json, should: &str, at: &At<'_>) -> Option<Value> {
        self.refuse(at, described(json), should)
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

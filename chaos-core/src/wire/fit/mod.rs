//! Making JSON fit a schema: the door through which values come in.

mod branch;
mod leaf;
mod misfit;

pub use misfit::Misfit;

use super::document::{Document, Value};
use super::prune::{Used, prune};
use super::schema::{Place, Schema, Shape, ShapeId};
use misfit::{At, described};
use serde_json::Value as Json;

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

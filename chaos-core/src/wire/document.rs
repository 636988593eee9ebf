//! A value together with the schema that it fits.

use super::fit::{Fit, Misfit};
use super::json::{self, Form};
use super::schema::{Schema, ShapeId};
use super::view::View;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A value with the shape that it fits.
///
/// Its schema has only the shapes and members that the value uses (and the
/// message of an error), so that both travel in little space. As JSON or TOML:
/// `{"schema": [...], "value": ...}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Document {
    pub(super) schema: Schema,
    pub(super) value: Value,
}

/// A value that fits the shape that it was read for.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Structure(BTreeMap<Box<str>, Value>),
    List(Vec<Value>),
    Map(BTreeMap<String, Value>),
    Text(String),
    Blob(Vec<u8>),
    Boolean(bool),
    Integer(i64),
    Float(f32),
    Double(f64),
    Timestamp(Timestamp),
    Document(Json),
}

/// Not a number equals itself here: a document equals its own copy.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Structure(a), Self::Structure(b)) => a == b,
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Map(a), Self::Map(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Blob(a), Self::Blob(b)) => a == b,
            (Self::Boolean(a), Self::Boolean(b)) => a == b,
            (Self::Integer(a), Self::Integer(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a == b || (a.is_nan() && b.is_nan()),
            (Self::Double(a), Self::Double(b)) => a == b || (a.is_nan() && b.is_nan()),
            (Self::Timestamp(a), Self::Timestamp(b)) => a == b,
            (Self::Document(a), Self::Document(b)) => a == b,
            _ => false,
        }
    }
}

impl Document {
    /// The schema, cut down to what the value uses.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The value as JSON, members by their own names, times in RFC 3339, bytes
    /// in base64. With [`Document::schema`] and [`Fit::Fields`] it makes an
    /// equal document again.
    pub fn to_json(&self) -> Json {
        json::value(self.view(), Form::Stored)
    }

    /// Whether it is a structure without members.
    pub fn is_empty(&self) -> bool {
        matches!(&self.value, Value::Structure(members) if members.is_empty())
    }

    pub(super) fn view(&self) -> View<'_> {
        View::new(&self.schema, ShapeId(0), &self.value)
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    schema: Schema,
    value: Json,
}

impl From<Document> for Stored {
    fn from(document: Document) -> Self {
        Self { value: document.to_json(), schema: document.schema }
    }
}

impl TryFrom<Stored> for Document {
    type Error = Misfit;

    fn try_from(stored: Stored) -> Result<Self, Misfit> {
        let fitted = Self::fit(&stored.schema, &stored.value, Fit::Fields);
        fitted.map(|fitted| fitted.document).map_err(|misfits| {
            // A refusal names at least one.
            misfits.into_iter().next().unwrap_or_default()
        })
    }
}

//! Reading a document: value and shape side by side, the one place that puts
//! them together.

use super::document::Value;
use super::schema::{Member, Schema, Shape, ShapeId, TimeFormat};
use super::time;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::Value as Json;

/// A value within a document.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    schema: &'a Schema,
    shape: &'a Shape,
    value: &'a Value,
}

/// Members that are there, in the order of the schema.
pub(super) type Fields<'a> = Vec<(&'a Member, View<'a>)>;

/// What a value is, with what its shape says about writing it.
#[derive(Debug)]
pub(super) enum Kind<'a> {
    Structure(Fields<'a>),
    List { items: Vec<View<'a>>, element: Option<&'a str>, flattened: bool },
    Map { entries: Vec<(&'a str, View<'a>)>, names: (&'a str, &'a str), flattened: bool },
    Leaf(Leaf<'a>),
}

/// A value without parts.
#[derive(Clone, Copy, Debug)]
pub(super) enum Leaf<'a> {
    Text(&'a str),
    Blob(&'a [u8]),
    Boolean(bool),
    Integer(i64),
    Float(f32),
    Double(f64),
    Timestamp(Timestamp, Option<TimeFormat>),
    Document(&'a Json),
}

impl<'a> View<'a> {
    pub(super) fn new(schema: &'a Schema, id: ShapeId, value: &'a Value) -> Self {
        Self { schema, shape: schema.shape(id), value }
    }

    pub(super) fn kind(&self) -> Kind<'a> {
        match (self.shape, self.value) {
            (Shape::List { of, element, flattened }, Value::List(items)) => Kind::List {
                items: items.iter().map(|item| self.part(*of, item)).collect(),
                element: element.as_deref(),
                flattened: *flattened,
            },
            (Shape::Map { of, names, flattened }, Value::Map(entries)) => Kind::Map {
                entries: entries.iter().map(|(key, value)| (key.as_str(), self.part(*of, value))).collect(),
                names: names.as_ref().map_or(("key", "value"), |(key, value)| (key, value)),
                flattened: *flattened,
            },
            _ => self.leaf().map_or_else(|| Kind::Structure(self.fields()), Kind::Leaf),
        }
    }

    /// The members of a structure; none where it is none.
    pub(super) fn fields(&self) -> Fields<'a> {
        match (self.shape, self.value) {
            (Shape::Structure(members), Value::Structure(values)) => members
                .iter()
                .filter_map(|member| Some((member, self.part(member.shape, values.get(&member.name)?))))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn part(&self, id: ShapeId, value: &'a Value) -> Self {
        Self::new(self.schema, id, value)
    }

    fn leaf(&self) -> Option<Leaf<'a>> {
        Some(match self.value {
            Value::Text(text) => Leaf::Text(text),
            Value::Blob(bytes) => Leaf::Blob(bytes),
            Value::Boolean(value) => Leaf::Boolean(*value),
            Value::Integer(value) => Leaf::Integer(*value),
            Value::Float(value) => Leaf::Float(*value),
            Value::Double(value) => Leaf::Double(*value),
            Value::Timestamp(time) => Leaf::Timestamp(*time, self.time_format()),
            Value::Document(json) => Leaf::Document(json),
            Value::Structure(_) | Value::List(_) | Value::Map(_) => return None,
        })
    }

    fn time_format(&self) -> Option<TimeFormat> {
        match self.shape {
            Shape::Timestamp(format) => *format,
            _ => None,
        }
    }
}

impl Leaf<'_> {
    /// As XML and headers write it; times as their shape says, else as `usual`.
    pub(super) fn text(&self, usual: TimeFormat) -> String {
        match self {
            Self::Text(text) => (*text).to_owned(),
            Self::Blob(bytes) => STANDARD.encode(bytes),
            Self::Boolean(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Float(value) => {
                irregular(f64::from(*value)).map_or_else(|| format!("{value:?}"), str::to_owned)
            }
            Self::Double(value) => irregular(*value).map_or_else(|| format!("{value:?}"), str::to_owned),
            Self::Timestamp(time, format) => time::text(*time, format.unwrap_or(usual)),
            Self::Document(json) => json.to_string(),
        }
    }
}

/// What every protocol without such numbers writes for them.
pub(super) fn irregular(number: f64) -> Option<&'static str> {
    match number {
        _ if number.is_nan() => Some("NaN"),
        f64::INFINITY => Some("Infinity"),
        f64::NEG_INFINITY => Some("-Infinity"),
        _ => None,
    }
}

//! The shape of an output or of an error, as far as the wire needs it: enough
//! to write a value in any protocol, and to say what does not fit.
//!
//! A schema stands on its own. It is cut out of the catalogue, and travels in
//! the table with what it belongs to, so that an application that reads the
//! table needs no catalogue.

use serde::{Deserialize, Serialize};

/// Shapes that refer to each other by number; the root is the first.
///
/// Every number within is one of this schema's shapes: what reads a schema from
/// elsewhere checks that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Shape>", into = "Vec<Shape>")]
pub struct Schema {
    shapes: Vec<Shape>,
}

/// The number of a shape within its schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShapeId(pub u32);

/// What a value is like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Named members.
    Structure(Vec<Member>),
    /// Values of one shape.
    List {
        /// The shape of each.
        of: ShapeId,
        /// The name of an element in XML, where it is not `member`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        element: Option<Box<str>>,
        /// In XML, the elements stand where the list would.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        flattened: bool,
    },
    /// Values of one shape by name.
    Map {
        /// The shape of each value.
        of: ShapeId,
        /// The names of key and value in XML, where they are not `key` and `value`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        names: Option<(Box<str>, Box<str>)>,
        /// In XML, the entries stand where the map would.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        flattened: bool,
    },
    /// A text.
    Text,
    /// Bytes.
    Blob,
    /// True or false.
    Boolean,
    /// A whole number of up to 64 bits.
    Integer,
    /// A number of 32 bits; CBOR tells it from [`Shape::Double`].
    Float,
    /// A number of 64 bits.
    Double,
    /// A point in time.
    Timestamp(
        /// How it is written, where that is not the protocol's usual way.
        Option<TimeFormat>,
    ),
    /// Any JSON.
    Document,
}

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeFormat {
    /// `2026-11-23T12:00:00Z`.
    Iso8601,
    /// `Mon, 23 Nov 2026 12:00:00 GMT`.
    HttpDate,
    /// Seconds since 1970.
    Epoch,
}

/// One member of a structure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its name in the service's definition, and in pills.
    pub name: Box<str>,
    /// Its name on the wire, where it is another. CBOR and awsJson do not use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire: Option<Box<str>>,
    /// Its shape.
    pub shape: ShapeId,
    /// Where a REST protocol carries it.
    #[serde(default, skip_serializing_if = "Place::is_body")]
    pub place: Place,
    /// An XML attribute of the structure's element.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub attribute: bool,
}

/// Where a REST protocol carries a member; the others carry all of them in the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Among the others in the body.
    #[default]
    Body,
    /// The member *is* the body.
    Payload,
    /// The header that [`Member::wire`] names.
    Header,
    /// All headers with the prefix that [`Member::wire`] names.
    Headers,
    /// The status code.
    Status,
}

impl Place {
    fn is_body(&self) -> bool {
        *self == Self::Body
    }
}

impl Member {
    /// The message of an error: services do not agree on its capitals.
    pub(super) fn is_message(&self) -> bool {
        self.name.eq_ignore_ascii_case("message")
    }
}

impl Schema {
    /// A schema of these shapes, the root first.
    ///
    /// # Errors
    /// Where there is no shape, or one refers to a number that there is not.
    pub fn new(shapes: Vec<Shape>) -> Result<Self, SchemaError> {
        let known = |id: &ShapeId| usize::try_from(id.0).is_ok_and(|at| at < shapes.len());
        match shapes.iter().flat_map(Shape::refers_to).find(|id| !known(id)) {
            _ if shapes.is_empty() => Err(SchemaError::Empty),
            Some(id) => Err(SchemaError::NoShape(id)),
            None => Ok(Self { shapes }),
        }
    }

    /// The root.
    pub fn root(&self) -> &Shape {
        self.shape(ShapeId(0))
    }

    /// The shape of this number.
    pub fn shape(&self, id: ShapeId) -> &Shape {
        // Unreachable for numbers of this schema.
        usize::try_from(id.0).ok().and_then(|at| self.shapes.get(at)).unwrap_or(&Shape::Document)
    }

    /// All shapes, the root first.
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }
}

impl Shape {
    fn refers_to(&self) -> Vec<ShapeId> {
        match self {
            Self::Structure(members) => members.iter().map(|member| member.shape).collect(),
            Self::List { of, .. } | Self::Map { of, .. } => vec![*of],
            _ => Vec::new(),
        }
    }
}

/// Why shapes make no schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaError {
    /// There is none.
    Empty,
    /// One refers to a number that there is not.
    NoShape(ShapeId),
}

impl std::fmt::Display for SchemaError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => f.write_str("a schema needs a shape"),
            Self::NoShape(id) => write!(f, "a shape refers to number {}, which there is not", id.0),
        }
    }
}

impl std::error::Error for SchemaError {}

impl TryFrom<Vec<Shape>> for Schema {
    type Error = SchemaError;

    fn try_from(shapes: Vec<Shape>) -> Result<Self, SchemaError> {
        Self::new(shapes)
    }
}

impl From<Schema> for Vec<Shape> {
    fn from(schema: Schema) -> Self {
        schema.shapes
    }
}

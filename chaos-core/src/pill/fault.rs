//! Pills in a spec.

use super::Pill;
use super::named_path::Field;
use super::read::{Reader, parse};
use crate::caps;
use crate::door::{At, Door, Known, Node, Problems, Value, read_json};
use crate::names;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// Recorded answers that calls get in turn: one or more, in the order of playing.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct PillFault(Vec<PillEntry>);

/// One recorded answer, and whose it is.
#[derive(Clone, Debug, PartialEq)]
pub struct PillEntry {
    /// The service by any of its names; where it is not given, those that the
    /// target names without a wildcard.
    pub service: Option<String>,
    /// The operation; where it is not given, those that the target names without
    /// a wildcard, all of which it must fit.
    pub operation: Option<String>,
    /// The answer.
    pub pill: Pill,
}

const KNOWN: Known = Known { now: &["service", "operation", "status_code", "data"], later: &[] };

impl PillFault {
    /// Reads one pill, or a list of them.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn from_node(node: &Node) -> Result<Self, Problems> {
        let mut door = Door::default();
        let fault = Self::parse(&mut door, &At::root(node));
        door.close(fault)
    }

    /// Reads one pill, or a list of up to 100, of 256 KiB each, from a JSON text.
    ///
    /// # Errors
    /// Every problem at once.
    ///
    /// ```
    /// use chaos_core::pill::PillFault;
    /// let none = PillFault::from_json(r#"{"status_code": 200, "data": {"Items": [], "Count": 0}}"#)?;
    /// assert_eq!(none.entries().len(), 1);
    /// # Ok::<(), chaos_core::door::Problems>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        Self::from_node(&read_json(text)?)
    }

    /// Reads a file, which stands for itself, or all pills of a folder or (with
    /// the feature `zip`) a zip, in the order of playing: up to 100, of 256 KiB each.
    ///
    /// # Errors
    /// Every problem of every file.
    pub fn read(path: &std::path::Path) -> Result<Self, Problems> {
        let node = Node::new(Value::Text(path.display().to_string()));
        let at = At::root(&node);
        let entries = Field::new(at.clone()).read(path, &names::is_endpoint_prefix).map_err(Problems)?;
        let mut door = Door::default();
        let fault = Self::bounded(&mut door, &at, entries);
        door.close(fault)
    }

    /// The answers, in order.
    pub fn entries(&self) -> &[PillEntry] {
        &self.0
    }

    pub(crate) fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        if let Value::Text(_) = at.node.value {
            door.refuse(
                at,
                "is a path, which is read where files are: in spec files and by `monkeyless apply`",
                "write the pill itself: { status_code = 200, data = { ... } }",
            );
            return None;
        }
        let items = at.one_or_many();
        if items.is_empty() || items.len() > caps::MAX_PILLS {
            let remedy = format!("give 1 to {}", caps::MAX_PILLS);
            door.refuse_whole(at, format!("holds {} pills", items.len()), remedy);
            return None;
        }
        let entries: Vec<_> = items.iter().map(|item| PillEntry::parse(door, item)).collect();
        let entries = entries.into_iter().collect::<Option<Vec<_>>>()?;
        Self::bounded(door, at, entries)
    }

    fn bounded(door: &mut Door, at: &At<'_>, entries: Vec<PillEntry>) -> Option<Self> {
        if entries.iter().map(PillEntry::bytes).sum::<usize>() > caps::MAX_SPEC_BYTES {
            door.refuse_whole(at, "has more than 4 MiB", "give fewer pills, or shorter ones");
            return None;
        }
        Some(Self(entries))
    }
}

impl PillEntry {
    fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        let fields = door.object(at, KNOWN)?;
        let service = fields.get("service").map(|at| name(door, &at, "write the service, such as \"s3\""));
        let operation =
            fields.get("operation").map(|at| name(door, &at, "write the operation, such as \"GetObject\""));
        let status = door.required(&fields, "status_code", "write the HTTP status, such as 200");
        let data = door.required(&fields, "data", "write the members of the answer, or {}");
        let mut reader = Reader { door, notes: Vec::new() };
        let pill = parse(&mut reader, &status?, &data?)?;
        let entry = Self { service: service.flatten(), operation: operation.flatten(), pill };
        if entry.bytes() > caps::MAX_PILL_BYTES {
            door.refuse_whole(at, "has more than 256 KiB", "give a shorter answer");
            return None;
        }
        Some(entry)
    }

    /// How long it is as JSON.
    fn bytes(&self) -> usize {
        serde_json::to_string(self).map_or(usize::MAX / caps::MAX_SPEC_BYTES, |json| json.len())
    }
}

fn name(door: &mut Door, at: &At<'_>, remedy: &str) -> Option<String> {
    let text = door.text(at, remedy)?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ' ');
    if text.is_empty() || text.len() > caps::MAX_NAME_BYTES || !text.chars().all(fits) {
        door.refuse(at, "is no name", remedy);
        return None;
    }
    Some(text.to_owned())
}

impl Serialize for PillEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entry = serializer.serialize_struct("PillEntry", 4)?;
        for (field, name) in [("service", &self.service), ("operation", &self.operation)] {
            match name {
                Some(name) => entry.serialize_field(field, name)?,
                None => entry.skip_field(field)?,
            }
        }
        entry.serialize_field("status_code", &self.pill.status)?;
        entry.serialize_field("data", &self.pill.data())?;
        entry.end()
    }
}

#[cfg(feature = "schema")]
mod schema {
    #![allow(dead_code, reason = "these types are only described, never made")]

    use schemars::JsonSchema;

    /// Recorded answers: a file, folder or zip beside the spec file, or the answers themselves.
    #[derive(JsonSchema)]
    #[serde(untagged)]
    #[schemars(rename = "PillFault")]
    pub(super) enum Fault {
        Path(String),
        One(Entry),
        Many(#[schemars(length(min = 1, max = 100))] Vec<Entry>),
    }

    /// One recorded answer, and whose it is.
    #[derive(JsonSchema)]
    #[schemars(rename = "PillEntry", deny_unknown_fields)]
    pub(super) struct Entry {
        /// The service by any of its names; where it is not given, those that the target names without a wildcard.
        service: Option<String>,
        /// The operation; where it is not given, those that the target names without a wildcard.
        operation: Option<String>,
        /// The HTTP status; from 300 on it is an error's.
        #[schemars(range(min = 100, max = 599))]
        status_code: u16,
        /// The members of the answer, as placebo records them.
        data: serde_json::Map<String, serde_json::Value>,
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for PillFault {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        schema::Fault::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schema::Fault::json_schema(generator)
    }
}

//! Whether a value came through: held member by member against what the SDK's
//! types show of themselves.

use crate::printed::{Printed, plain};
use aws_smithy_types::date_time::{DateTime, Format};
use aws_smithy_types::{Blob, base64};
use chaos_core::wire::{Schema, Shape, ShapeId};
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;
use std::fmt::{self, Debug};

/// What stands for values that must not be printed.
const REDACTED: &str = "*** Sensitive Data Redacted ***";

/// What was looked for, and what was found.
#[derive(Default)]
pub(crate) struct Count {
    values: usize,
    found: usize,
    redacted: usize,
    /// Members that the client's own types lack.
    lacking: BTreeSet<String>,
}

impl Count {
    /// Hardly any member is looked for in vain, for the lack of a field.
    pub(crate) fn shows_most(&self) -> bool {
        self.found > self.lacking.len() * 20
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { values, found, redacted, lacking } = self;
        write!(
            f,
            "{values} values: {found} leaves came through, {redacted} parts are redacted by the client, "
        )?;
        write!(f, "{} members unknown to it {lacking:?}", lacking.len())
    }
}

/// Holds `value` against what was read.
///
/// # Errors
/// The first difference.
pub(crate) fn check(schema: &Schema, value: &Json, read: &str, count: &mut Count) -> Result<(), String> {
    count.values += 1;
    let (output, body) = match Printed::read(read) {
        Printed::Tuple(_, mut parts) if parts.len() == 2 => (parts.remove(0), parts.pop()),
        output => (output, None),
    };
    Check { schema, body, count }.value(ShapeId(0), value, &output, "")
}

struct Check<'a> {
    schema: &'a Schema,
    /// A streamed body, once it was read.
    body: Option<Printed>,
    count: &'a mut Count,
}

impl Check<'_> {
    fn value(&mut self, id: ShapeId, value: &Json, read: &Printed, path: &str) -> Result<(), String> {
        match (self.schema.shape(id), value, read) {
            (_, _, Printed::Text(text)) if text == REDACTED => self.count.redacted += 1,
            (Shape::Structure(_), Json::Object(values), read) => return self.members(id, values, read, path),
            (Shape::List { of, .. }, Json::Array(values), Printed::List(items))
                if values.len() == items.len() =>
            {
                for (at, (value, item)) in values.iter().zip(items).enumerate() {
                    self.value(*of, value, item, &format!("{path}[{at}]"))?;
                }
            }
            // In XML, and in the client, no list and an empty one are the same.
            (Shape::List { .. } | Shape::Map { .. }, value, Printed::Token(_)) if is_empty(value) => {}
            (Shape::Map { of, .. }, Json::Object(values), Printed::Map(items))
                if values.len() == items.len() =>
            {
                for (key, value) in values {
                    let printed = Printed::read(&format!("{key:?}"));
                    let item = items.iter().find(|(key, _)| *key == printed);
                    let (_, item) = item.ok_or_else(|| format!("{path} lacks the key {key:?}"))?;
                    self.value(*of, value, item, &format!("{path}.{key}"))?;
                }
            }
            (shape, value, read) => return self.leaf(shape, value, read, path),
        }
        Ok(())
    }

    fn members(
        &mut self,
        id: ShapeId,
        values: &Map<String, Json>,
        read: &Printed,
        path: &str,
    ) -> Result<(), String> {
        let Shape::Structure(members) = self.schema.shape(id) else { return Ok(()) };
        for (member, value) in members.iter().filter_map(|member| Some((member, values.get(&*member.name)?)))
        {
            let path = format!("{path}.{}", member.name);
            match read {
                Printed::Tuple(variant, held) if plain(variant) == plain(&member.name) && held.len() == 1 => {
                    self.value(member.shape, value, &held[0], &path)?;
                }
                read => match read.field(&member.name) {
                    Some(read) => self.value(member.shape, value, read, &path)?,
                    None if matches!(read, Printed::Structure(_)) => {
                        self.count.lacking.insert(path.replace(|one: char| "[0123456789]".contains(one), ""));
                    }
                    None => return Err(format!("{path} cannot be in {read:?}")),
                },
            }
        }
        Ok(())
    }

    fn leaf(&mut self, shape: &Shape, value: &Json, read: &Printed, path: &str) -> Result<(), String> {
        let is_stream =
            *shape == Shape::Blob && read.field("inner").is_some_and(|inner| inner.field("body").is_some());
        let read = if is_stream { self.body.as_ref().unwrap_or(read) } else { read };
        let expected = debug(shape, value).map(|debug| Printed::read(&debug));
        if !expected.as_ref().is_some_and(|expected| is_same(expected, read)) {
            return Err(format!("{path} is {read:?}, not {expected:?}"));
        }
        self.count.found += 1;
        Ok(())
    }
}

/// One of AWS's definitions has numbers for what another has texts for.
fn is_same(expected: &Printed, read: &Printed) -> bool {
    match (expected, read) {
        (Printed::Text(a), Printed::Token(b)) | (Printed::Token(a), Printed::Text(b)) => a == b,
        (expected, read) => expected == read,
    }
}

fn is_empty(value: &Json) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty)
}

/// What the SDK's type for a leaf writes; `None` for what is no leaf.
fn debug(shape: &Shape, value: &Json) -> Option<String> {
    let of = |value: &dyn Debug| Some(format!("{value:?}"));
    match (shape, value) {
        (Shape::Text, Json::String(text)) => of(text),
        (Shape::Blob, Json::String(text)) => of(&Blob::new(base64::decode(text).unwrap())),
        (Shape::Timestamp(_), Json::String(text)) => of(&DateTime::from_str(text, Format::DateTime).unwrap()),
        (Shape::Boolean, value) => of(&value.as_bool()?),
        (Shape::Integer, value) => of(&value.as_i64()?),
        (Shape::Float | Shape::Double, value) => of(&value.as_f64()?),
        _ => None,
    }
}

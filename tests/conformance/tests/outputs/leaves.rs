//! Whether a value came through, as far as the `Debug` of the SDK's types shows:
//! each text, number, time and the like under its own name.

use aws_smithy_types::date_time::{DateTime, Format};
use aws_smithy_types::{Blob, base64};
use chaos_core::wire::{Schema, Shape, ShapeId};
use serde_json::Value as Json;
use std::fmt::{self, Debug};

/// What stands for values that must not be printed.
const REDACTED: &str = "\"*** sensitive data redacted ***\"";

/// What was looked for, and what was found.
#[derive(Default)]
pub(crate) struct Count {
    values: usize,
    found: usize,
    redacted: usize,
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { values, found, redacted } = self;
        write!(f, "{values} values, {found} leaves found, {redacted} within what the SDK redacts")
    }
}

/// A value without parts, or a list of such.
struct Leaf {
    /// The members and keys that lead to it, as they look in a plain text.
    path: Vec<String>,
    /// As its own type's `Debug` writes it.
    debug: String,
}

/// Looks for every leaf of `value` in `read`.
///
/// # Errors
/// Which is not there.
pub(crate) fn check(schema: &Schema, value: &Json, read: &str, count: &mut Count) -> Result<(), String> {
    let plain_read = plain(read);
    let mut leaves = Vec::new();
    collect(schema, ShapeId(0), value, &mut Vec::new(), &mut leaves);
    count.values += 1;
    for leaf in leaves {
        if leaf.is_in(&plain_read) {
            count.found += 1;
        } else if leaf.path.iter().any(|name| plain_read.contains(&format!("{name}: {REDACTED}"))) {
            count.redacted += 1;
        } else {
            return Err(format!("{} is not there: {}", leaf.path.join("."), leaf.debug));
        }
    }
    Ok(())
}

impl Leaf {
    /// `name: value`, or, in a union, `name(value`; neither part of something longer.
    fn is_in(&self, read: &str) -> bool {
        let (name, value) = (self.path.last().map_or("", String::as_str), plain(&self.debug));
        [": ", "("].iter().any(|sign| {
            let wanted = format!("{name}{sign}{value}");
            let ends =
                |at: usize| read[at + wanted.len()..].chars().next().is_none_or(|next| ",}] ".contains(next));
            let starts =
                |at: usize| read[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
            read.match_indices(&wanted).any(|(at, _)| starts(at) && ends(at))
        })
    }
}

/// Names without case and underscores, as AWS and Rust spell them differently;
/// values without what the SDK wraps them in.
fn plain(text: &str) -> String {
    let text = text.to_lowercase().replace("unknown(unknownvariantvalue(", "").replace("some(", "");
    text.replace(['_', ')'], "").replace("r#", "")
}

fn collect(schema: &Schema, id: ShapeId, value: &Json, path: &mut Vec<String>, leaves: &mut Vec<Leaf>) {
    let mut within = |name: String, id: ShapeId, value: &Json| {
        path.push(name);
        collect(schema, id, value, path, leaves);
        path.pop();
    };
    match (schema.shape(id), value) {
        (Shape::Structure(members), Json::Object(values)) => {
            for member in members {
                values
                    .get(&*member.name)
                    .into_iter()
                    .for_each(|value| within(plain(&member.name), member.shape, value));
            }
        }
        (Shape::Map { of, .. }, Json::Object(values)) => {
            values.iter().for_each(|(key, value)| within(plain(&format!("{key:?}")), *of, value));
        }
        (Shape::List { of, .. }, Json::Array(values)) => {
            match values.iter().map(|value| debug(schema.shape(*of), value)).collect::<Option<Vec<_>>>() {
                // In XML, and in the client, no list and an empty one are the same.
                Some(_) if values.is_empty() => {}
                Some(items) => {
                    leaves.push(Leaf { path: path.clone(), debug: format!("[{}]", items.join(", ")) })
                }
                None => values.iter().for_each(|value| collect(schema, *of, value, path, leaves)),
            }
        }
        (shape, value) => {
            leaves.extend(debug(shape, value).map(|debug| Leaf { path: path.clone(), debug }));
        }
    }
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

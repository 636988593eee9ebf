//! JSON, taken apart one level at a time and only where a path leads.

use super::Reason;
use super::out::Out;
use super::path::Paths;
use super::tree::{Format, Node, Parts, Slot};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

const NOT_JSON: Reason = Reason::Borrowed("the body of the answer is not JSON");

pub(super) fn edit(body: &[u8], paths: &Paths<'_>) -> Result<Vec<u8>, Reason> {
    let text = std::str::from_utf8(body).map_err(|_| NOT_JSON)?;
    let value = serde_json::from_str::<&RawValue>(text).map_err(|_| NOT_JSON)?.get();
    let start = offset(text, value);
    let mut root = Node::new(value.as_bytes(), None);
    paths.mark_all(|path, change| root.mark(&Json, path, change))?;
    let mut out = Out::instead_of(body);
    out.push(body.get(..start).unwrap_or_default())?;
    root.write(&Json, &mut out)?;
    out.push(body.get(start + value.len()..).unwrap_or_default())?;
    Ok(out.into_bytes())
}

struct Json;

impl Format for Json {
    const JOIN: &'static [u8] = b",";

    fn open<'a>(&self, raw: &'a [u8]) -> Result<Option<Parts<'a>>, Reason> {
        let named = match raw.first() {
            Some(b'{') => true,
            Some(b'[') => false,
            _ => return Ok(None),
        };
        let text = std::str::from_utf8(raw).map_err(|_| NOT_JSON)?;
        let Values(values) = serde_json::from_str(text).map_err(|_| NOT_JSON)?;
        slots(text, values, named).ok_or(NOT_JSON).map(Some)
    }

    fn around<'p>(&self, parts: &'p Parts<'_>, _count: usize) -> (Cow<'p, [u8]>, Cow<'p, [u8]>) {
        (Cow::Borrowed(parts.head), Cow::Borrowed(parts.foot))
    }

    fn value(&self, _old: &Node<'_>, new: &Value, out: &mut Out) -> Result<(), Reason> {
        out.push(new.to_string().as_bytes())
    }

    fn member(&self, name: &str, new: &Value, out: &mut Out) -> Result<(), Reason> {
        out.push(format!("{}:{new}", Value::from(name)).as_bytes())
    }
}

/// The slots are what stands between the commas.
fn slots<'a>(text: &'a str, values: Vec<(Option<String>, &'a RawValue)>, named: bool) -> Option<Parts<'a>> {
    let (raw, last) = (text.as_bytes(), text.len().checked_sub(1)?);
    let mut slots = Vec::with_capacity(values.len());
    let mut from = 1;
    for (name, value) in values {
        let (start, value) = (offset(text, value.get()), value.get().as_bytes());
        let end = start + value.len();
        let rest = raw.get(end..last)?;
        let tail =
            rest.iter().position(|byte| *byte == b',').and_then(|comma| rest.get(..comma)).unwrap_or(rest);
        let lead = raw.get(from..start)?;
        slots.push(Slot { lead, name: name.map(Cow::Owned), node: Node::new(value, None), tail });
        from = end + tail.len() + 1;
    }
    let foot = raw.get(from.min(last)..)?;
    Some(Parts::new(raw.get(..1)?, slots, foot, named))
}

/// Where a piece of the text stands in it.
fn offset(text: &str, piece: &str) -> usize {
    piece.as_ptr().addr().saturating_sub(text.as_ptr().addr())
}

/// The values of an object or a list, as written.
struct Values<'a>(Vec<(Option<String>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Values<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visit)
    }
}

struct Visit;

impl<'de> Visitor<'de> for Visit {
    type Value = Values<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            values.push((Some(name), value));
        }
        Ok(Values(values))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element::<&RawValue>()? {
            values.push((None, value));
        }
        Ok(Values(values))
    }
}

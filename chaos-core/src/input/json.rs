//! Members of JSON, without a tree: what is not asked for is passed over, and
//! nothing is read beyond what is.

use super::path::{Names, number};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

pub(super) fn member(body: &[u8], path: &[&str], names: Names) -> Option<String> {
    let found = seek(body, path, Names::Exact);
    // A name that is exact comes before one that is like it.
    if found.is_none() && names != Names::Exact { seek(body, path, names) } else { found }
}

fn seek(body: &[u8], path: &[&str], names: Names) -> Option<String> {
    let mut found = None;
    let mut json = serde_json::Deserializer::from_slice(body);
    // An error is how a reader is stopped: at what was sought, or what is no JSON.
    let _stopped = Seek { path, names, found: &mut found }.deserialize(&mut json);
    found
}

struct Seek<'p> {
    path: &'p [&'p str],
    names: Names,
    found: &'p mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Seek<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        if !self.path.is_empty() {
            return json.deserialize_any(self);
        }
        let value: &RawValue = serde::Deserialize::deserialize(json)?;
        *self.found = scalar(value.get());
        Err(D::Error::custom("found"))
    }
}

impl<'de> Visitor<'de> for Seek<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((first, rest)) = self.path.split_first() else { return Ok(()) };
        while let Some(is_meant) = map.next_key_seed(Key { name: first, names: self.names })? {
            if is_meant {
                map.next_value_seed(Seek { path: rest, names: self.names, found: &mut *self.found })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Some((first, rest)) = self.path.split_first() else { return Ok(()) };
        let wanted = number(first).ok_or_else(|| A::Error::custom("a list has numbers"))?;
        for _ in 0..wanted {
            if list.next_element::<IgnoredAny>()?.is_none() {
                return Ok(());
            }
        }
        list.next_element_seed(Seek { path: rest, names: self.names, found: self.found })?;
        Err(A::Error::custom("passed"))
    }
}

struct Key<'p> {
    name: &'p str,
    names: Names,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<bool, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<bool, E> {
        Ok(self.names.same(self.name, name))
    }
}

/// A value as it is written, strings without their quotes.
fn scalar(json: &str) -> Option<String> {
    match json.bytes().next()? {
        b'"' => serde_json::from_str(json).ok(),
        b't' | b'f' | b'-' | b'0'..=b'9' => Some(json.to_owned()),
        _ => None,
    }
}

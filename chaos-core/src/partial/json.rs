//! JSON of which only the outermost layers are taken apart: all within goes
//! through as it was written.

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use std::collections::BTreeMap;

/// A value as it was written.
pub(super) type Raw = Box<RawValue>;

/// An object by its members.
pub(super) type Object = BTreeMap<String, Raw>;

pub(super) fn read<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Option<T> {
    serde_json::from_slice(text).ok()
}

pub(super) fn parse<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Option<T> {
    serde_json::from_str(raw.get()).ok()
}

/// A member that may be absent or null: then it is empty.
pub(super) fn member<'a, T: Deserialize<'a> + Default>(object: &'a Object, name: &str) -> Option<T> {
    match object.get(name) {
        Some(raw) => parse::<Option<T>>(raw).map(Option::unwrap_or_default),
        None => Some(T::default()),
    }
}

/// An object, and apart from it a member as [`member`] reads it: bodies are
/// large, and need not be kept twice.
pub(super) fn taken_apart<T: for<'a> Deserialize<'a> + Default>(
    text: &[u8],
    name: &str,
) -> Option<(Object, T)> {
    let mut object: Object = read(text)?;
    let value = member(&object, name)?;
    object.remove(name);
    Some((object, value))
}

pub(super) fn raw<T: Serialize + ?Sized>(value: &T) -> Option<Raw> {
    to_raw_value(value).ok()
}

/// The object with one member set anew, as text.
pub(super) fn with<T: Serialize + ?Sized>(mut object: Object, name: &str, value: &T) -> Option<Vec<u8>> {
    object.insert(name.to_owned(), raw(value)?);
    serde_json::to_vec(&object).ok()
}

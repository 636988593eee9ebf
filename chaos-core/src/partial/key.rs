//! Keys of DynamoDB items.

use super::json;
use serde::Deserialize;
use serde::de::Deserializer;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The attributes of a key by name. Two are the same where DynamoDB takes them
/// for the same, however they are written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
pub(super) struct Key(BTreeMap<String, Scalar>);

/// The value of a key's attribute.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Scalar {
    Number(Number),
    Other(Value),
}

/// Sign, digits and exponent.
type Number = (bool, String, i64);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let as_number = value.get("N").and_then(Value::as_str).and_then(number);
        Ok(as_number.map_or(Self::Other(value), Self::Number))
    }
}

impl Key {
    /// The names of its attributes, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// Some keys of a table, of which is asked whose an item is.
#[derive(Debug, Default)]
pub(super) struct Keys<'a>(HashMap<Vec<&'a str>, HashSet<&'a Key>>);

impl<'a> Keys<'a> {
    pub(super) fn of(keys: impl Iterator<Item = &'a Key>) -> Self {
        let mut of = Self::default();
        for key in keys {
            // The keys of a table have the same names, so there is one set.
            of.0.entry(key.names().collect()).or_default().insert(key);
        }
        of
    }

    /// Whether an item, as it was written, has one of these keys; its other
    /// attributes are not looked at.
    pub(super) fn has(&self, item: &RawValue) -> bool {
        let Some(item) = json::parse::<HashMap<String, &RawValue>>(item) else { return false };
        let attribute = |name: &&str| Some(((*name).to_owned(), json::parse(item.get(*name)?)?));
        self.0.iter().any(|(names, keys)| {
            let key = names.iter().map(attribute).collect::<Option<_>>();
            key.is_some_and(|key| keys.contains(&Key(key)))
        })
    }
}

/// DynamoDB gives back `1.0` and `10e-1` as `1`.
fn number(text: &str) -> Option<Number> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse().ok()?),
        None => (text, 0i64),
    };
    let (negative, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_end_matches('0');
    let zeros = i64::try_from(digits.len() - significant.len()).ok()?;
    let exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?.checked_add(zeros)?;
    match significant.trim_start_matches('0') {
        "" => Some((false, String::new(), 0)),
        digits => Some((negative, digits.to_owned(), exponent)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::{Key, Keys, number};
    use crate::partial::json::raw;
    use serde_json::{Value, json};

    fn key(key: Value) -> Key {
        serde_json::from_value(key).unwrap()
    }

    #[test]
    fn numbers_are_the_same_however_they_are_written() {
        let same = [
            ["1", "1.0"],
            ["10", "1e1"],
            ["0", "-0.000"],
            ["-5", "-50E-1"],
            ["0.5", ".5"],
            ["+7", "007"],
            ["1e-130", "0.1e-129"],
        ];
        for [a, b] in same {
            assert_eq!(number(a), number(b), "{a} {b}");
        }
        let different = [["1", "10"], ["1", "-1"], ["0.1", "0.01"], ["12", "21"]];
        for [a, b] in different {
            assert_ne!(number(a), number(b), "{a} {b}");
        }
    }

    #[test]
    fn an_item_belongs_to_the_key_that_it_has() {
        let (one, other) =
            (key(json!({"id": {"N": "1.0"}, "at": {"S": "x"}})), key(json!({"only": {"N": "one"}})));
        let keys = Keys::of([&one, &other].into_iter());
        let cases = [
            (json!({"id": {"N": "1"}, "at": {"S": "x"}, "more": {"BOOL": true}}), true),
            (json!({"id": {"N": "1"}, "at": {"S": "y"}}), false),
            (json!({"id": {"S": "1"}, "at": {"S": "x"}}), false),
            (json!({"id": {"N": "1"}}), false),
            (json!({"only": {"N": "one"}, "id": {"N": "1"}}), true),
            (json!({"only": {"N": "1"}}), false),
            (json!({}), false),
            (json!([]), false),
        ];
        for (item, expected) in cases {
            assert_eq!(keys.has(&raw(&item).unwrap()), expected, "{item}");
        }
    }
}

//! DynamoDB values to and from the project's own.

use crate::door::{Node, Value};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde_json::Value as Json;
use std::collections::HashMap;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// An item, by attribute.
pub(super) type Item = HashMap<String, AttributeValue>;

pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

#[allow(clippy::needless_pass_by_value, reason = "numbers and texts about to be sent")]
pub(super) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// The same value as native DynamoDB types, for people to edit.
pub(super) fn from_json(value: &Json) -> AttributeValue {
    match value {
        Json::Null => AttributeValue::Null(true),
        Json::Bool(value) => AttributeValue::Bool(*value),
        Json::Number(value) => number(value),
        Json::String(value) => text(value),
        Json::Array(items) => AttributeValue::L(items.iter().map(from_json).collect()),
        Json::Object(members) => {
            AttributeValue::M(members.iter().map(|(name, value)| (name.clone(), from_json(value))).collect())
        }
    }
}

/// About how many bytes a value takes in the table, as DynamoDB counts them.
pub(super) fn size(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => text.len(),
        AttributeValue::L(items) => 3 + items.iter().map(|item| 1 + size(item)).sum::<usize>(),
        AttributeValue::M(members) => {
            3 + members.iter().map(|(name, member)| 1 + name.len() + size(member)).sum::<usize>()
        }
        _ => 1,
    }
}

/// The value for the door; `None` for what a spec never holds, such as binary.
pub(super) fn to_node(value: &AttributeValue) -> Option<Node> {
    let value = match value {
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::Bool(value) => Value::Bool(*value),
        AttributeValue::N(digits) => numeral(digits)?,
        AttributeValue::S(text) => Value::Text(text.clone()),
        AttributeValue::L(items) => Value::List(items.iter().map(to_node).collect::<Option<_>>()?),
        // What a person types as a set is a list to us.
        AttributeValue::Ss(items) => {
            Value::List(items.iter().map(|text| Node::new(Value::Text(text.clone()))).collect())
        }
        AttributeValue::M(members) => {
            let mut members: Vec<_> = members.iter().collect();
            // A map has no order; problems are to be told in the same one each time.
            members.sort_by_key(|(name, _)| *name);
            let node = |(name, value): (&String, _)| Some((name.clone(), to_node(value)?));
            Value::Object(members.into_iter().map(node).collect::<Option<_>>()?)
        }
        _ => return None,
    };
    Some(Node::new(value))
}

/// The same for the same value, whatever order its maps come in.
pub(super) fn fingerprint(value: &AttributeValue) -> u64 {
    let of = |kind: u64, bytes: &[u8]| xxh3_64_with_seed(bytes, kind);
    let fold = |kind, parts: &mut dyn Iterator<Item = u64>| {
        parts.fold(kind, |hash, part| xxh3_64_with_seed(&part.to_le_bytes(), hash))
    };
    match value {
        AttributeValue::S(text) => of(1, text.as_bytes()),
        AttributeValue::N(digits) => of(2, digits.as_bytes()),
        AttributeValue::Bool(value) => of(3, &[u8::from(*value)]),
        AttributeValue::Null(_) => of(4, &[]),
        AttributeValue::L(items) => fold(5, &mut items.iter().map(fingerprint)),
        AttributeValue::Ss(texts) => {
            let mut texts: Vec<_> = texts.iter().map(|text| of(1, text.as_bytes())).collect();
            texts.sort_unstable();
            fold(6, &mut texts.into_iter())
        }
        AttributeValue::M(members) => {
            // A sum has no order either.
            let member = |(name, value): (&String, _)| of(fingerprint(value), name.as_bytes());
            of(7, &members.iter().map(member).fold(0_u64, u64::wrapping_add).to_le_bytes())
        }
        // No spec holds the rest: it is read as broken, whatever is in it.
        _ => 8,
    }
}

/// DynamoDB has one kind of number; whole ones are those written without a
/// fraction or exponent, as in JSON.
fn numeral(digits: &str) -> Option<Value> {
    match digits.parse() {
        Ok(whole) => Some(Value::Int(whole)),
        Err(_) => digits.parse().ok().filter(|float: &f64| float.is_finite()).map(Value::Float),
    }
}

/// A whole number, not negative.
pub(super) fn whole(item: &Item, name: &str) -> Option<u64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

/// A text; empty where there is none.
pub(super) fn string(item: &Item, name: &str) -> String {
    item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default()
}

/// A time in seconds since 1970, with up to three decimals.
pub(super) fn time(item: &Item, name: &str) -> Option<Timestamp> {
    let digits = item.get(name)?.as_n().ok()?;
    let (seconds, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
    let milliseconds = seconds.parse::<u32>().map(i64::from).ok()? * 1000 + fraction.parse::<i64>().ok()?;
    Timestamp::from_millisecond(milliseconds).ok()
}

/// A time as [`time`] reads it.
pub(super) fn seconds(at: Timestamp) -> AttributeValue {
    let milliseconds = at.as_millisecond();
    let whole = milliseconds.div_euclid(1000);
    match milliseconds.rem_euclid(1000) {
        0 => number(whole),
        rest => number(format!("{whole}.{rest:03}").trim_end_matches('0')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_their_milliseconds() {
        for milliseconds in [1_795_443_600_000, 1_795_443_600_250, 1_795_443_600_001, 1] {
            let at = Timestamp::from_millisecond(milliseconds).unwrap();
            let item = Item::from([("x".to_owned(), seconds(at))]);
            assert_eq!(time(&item, "x"), Some(at));
        }
        for wrong in ["-1", "soon", "1.x", "99999999999", "1e3"] {
            assert_eq!(time(&Item::from([("x".to_owned(), number(wrong))]), "x"), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_are_told_apart_by_their_text() {
        for (digits, value) in
            [("3", Value::Int(3)), ("0.6", Value::Float(0.6)), ("1e-7", Value::Float(1e-7))]
        {
            assert_eq!(to_node(&number(digits)), Some(Node::new(value)));
        }
        assert_eq!(to_node(&AttributeValue::N("1e999".to_owned())), None);
    }

    #[test]
    fn a_fingerprint_hangs_on_every_part_and_not_on_the_order_of_maps() {
        let of = |json: &str| fingerprint(&from_json(&serde_json::from_str(json).unwrap()));
        let base = r#"{"a": [1, 0.5, "x", true, null], "b": {"c": {}}}"#;
        for _ in 0..20 {
            assert_eq!(of(base), of(r#"{"b": {"c": {}}, "a": [1, 0.5, "x", true, null]}"#));
        }
        let others = [
            r#"{"a": [1, 0.5, "x", false, null], "b": {"c": {}}}"#,
            r#"{"a": [0.5, 1, "x", true, null], "b": {"c": {}}}"#,
            r#"{"a": ["1", 0.5, "x", true, null], "b": {"c": {}}}"#,
            r#"{"a": [1, 0.5, "x", true], "b": {"c": {}}}"#,
            r#"{"a": [1, 0.5, "x", true, null], "b": {"d": {}}}"#,
            r#"{"b": [1, 0.5, "x", true, null], "a": {"c": {}}}"#,
            "{}",
        ];
        for other in others {
            assert_ne!(of(base), of(other), "{other}");
        }
    }

    #[test]
    fn json_survives_the_table() {
        let json: Json = serde_json::json!({"a": [1, 0.5, "x", true, null], "b": {"c": {}}});
        assert_eq!(to_node(&from_json(&json)).unwrap().to_json(), json);
    }
}

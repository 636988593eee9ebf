//! Keys of DynamoDB items.

use serde_json::{Map, Value};

/// Key attributes by name.
pub(super) type Key = Map<String, Value>;

/// Whether an item has this key; other attributes do not matter.
pub(super) fn belongs(item: &Key, key: &Key) -> bool {
    key.iter().all(|(name, value)| item.get(name).is_some_and(|other| same(value, other)))
}

fn same(a: &Value, b: &Value) -> bool {
    let numbers = (a.get("N").and_then(Value::as_str), b.get("N").and_then(Value::as_str));
    match numbers {
        (Some(a), Some(b)) => number(a).is_some_and(|a| Some(a) == number(b)),
        _ => a == b,
    }
}

/// Sign, digits and exponent: DynamoDB gives back `1.0` and `10e-1` as `1`.
fn number(text: &str) -> Option<(bool, String, i64)> {
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

    use super::{belongs, number};
    use serde_json::json;

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
        let key = json!({"id": {"N": "1.0"}, "at": {"S": "x"}});
        let key = key.as_object().unwrap();
        let cases = [
            (json!({"id": {"N": "1"}, "at": {"S": "x"}, "more": {"BOOL": true}}), true),
            (json!({"id": {"N": "1"}, "at": {"S": "y"}}), false),
            (json!({"id": {"S": "1"}, "at": {"S": "x"}}), false),
            (json!({"id": {"N": "1"}}), false),
            (json!({}), false),
        ];
        for (item, expected) in cases {
            assert_eq!(belongs(item.as_object().unwrap(), key), expected, "{item}");
        }
    }
}

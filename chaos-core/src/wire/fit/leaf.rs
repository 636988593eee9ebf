//! Values without parts, strict as written by hand and lenient as recorded.

use super::misfit::{At, described};
use super::{Fit, Fitter};
use crate::wire::document::Value;
use crate::wire::schema::Shape;
use crate::wire::time;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Number, Value as Json};

const TIME: &str = "a time in RFC 3339, or a number of seconds since 1970";
const DATETIME: &str = "a datetime";

impl Fitter<'_> {
    pub(super) fn leaf(&mut self, shape: &Shape, json: &Json, at: &At<'_>) -> Option<Value> {
        match shape {
            Shape::Text => match json {
                Json::String(text) => Some(Value::Text(text.clone())),
                _ => self.wrong(json, "a text", at),
            },
            Shape::Boolean => match json {
                Json::Bool(value) => Some(Value::Boolean(*value)),
                _ => self.wrong(json, "true or false", at),
            },
            Shape::Blob => self.blob(json, at),
            Shape::Integer => self.integer(json, at),
            Shape::Float => self.float(json, at),
            Shape::Double => self.double(json, at),
            Shape::Timestamp(_) => self.timestamp(json, at),
            Shape::Structure(_) => self.wrong(json, "a structure", at),
            Shape::List { .. } => self.wrong(json, "a list", at),
            Shape::Map { .. } | Shape::Document => self.wrong(json, "a map", at),
        }
    }

    fn blob(&mut self, json: &Json, at: &At<'_>) -> Option<Value> {
        match (self.mode, json) {
            (_, Json::String(text)) => self.bytes(text, at),
            (Fit::Pill, Json::Object(object)) if class(object) == Some("StreamingBody") => {
                match object.get("body") {
                    Some(Json::String(text)) => self.bytes(text, at),
                    _ => {
                        self.refuse(at, "a StreamingBody without `body`".to_owned(), "one with a text there")
                    }
                }
            }
            (Fit::Pill, _) => self.wrong(json, "bytes in base64, a StreamingBody, or raw text", at),
            (Fit::Fields, _) => self.wrong(json, "bytes in base64", at),
        }
    }

    fn bytes(&mut self, text: &str, at: &At<'_>) -> Option<Value> {
        match (STANDARD.decode(text), self.mode) {
            (Ok(bytes), _) => Some(Value::Blob(bytes)),
            (Err(_), Fit::Pill) => {
                self.note(at, "raw text", "bytes in base64");
                Some(Value::Blob(text.as_bytes().to_vec()))
            }
            (Err(_), Fit::Fields) => self.refuse(at, "not base64".to_owned(), "bytes in base64"),
        }
    }

    fn integer(&mut self, json: &Json, at: &At<'_>) -> Option<Value> {
        if let (Fit::Pill, Some(whole)) = (self.mode, whole(json)) {
            self.note(at, &described(json), "a whole number");
            return Some(Value::Integer(whole));
        }
        match json.as_i64() {
            Some(number) => Some(Value::Integer(number)),
            None => self.wrong(json, "a whole number of 64 bits", at),
        }
    }

    fn float(&mut self, json: &Json, at: &At<'_>) -> Option<Value> {
        match real(json) {
            // What is finite must not become infinite.
            Some(number) if number.is_finite() == (number as f32).is_finite() => {
                Some(Value::Float(number as f32))
            }
            _ => self.wrong(json, "a number of 32 bits", at),
        }
    }

    fn double(&mut self, json: &Json, at: &At<'_>) -> Option<Value> {
        match real(json) {
            Some(number) => Some(Value::Double(number)),
            None => self.wrong(json, "a number", at),
        }
    }

    fn timestamp(&mut self, json: &Json, at: &At<'_>) -> Option<Value> {
        let (should, time) = match self.mode {
            Fit::Pill => (DATETIME, self.recorded(json, at)),
            Fit::Fields => (TIME, written(json)),
        };
        match time {
            Some(time) => Some(Value::Timestamp(time)),
            None if json.as_object().and_then(class) == Some("datetime") => {
                self.wrong(json, "one that there is: year to microsecond, in range", at)
            }
            None => self.wrong(json, should, at),
        }
    }

    fn recorded(&mut self, json: &Json, at: &At<'_>) -> Option<Timestamp> {
        let time = match json {
            Json::Object(object) if class(object) == Some("datetime") => return time::from_datetime(object),
            Json::String(text) => time::lenient(text),
            Json::Number(number) => time::from_epoch(number),
            _ => None,
        }?;
        self.note(at, &described(json), DATETIME);
        Some(time)
    }
}

fn written(json: &Json) -> Option<Timestamp> {
    match json {
        Json::String(text) => time::strict(text),
        Json::Number(number) => time::from_epoch(number),
        _ => None,
    }
}

fn class(object: &Map<String, Json>) -> Option<&str> {
    object.get("__class__").and_then(Json::as_str)
}

/// The whole number that `3.0` stands for.
fn whole(json: &Json) -> Option<i64> {
    // From here on a float has gaps between whole numbers.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let number = json.as_number().filter(|number| number.is_f64()).and_then(Number::as_f64)?;
    (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64)
}

fn real(json: &Json) -> Option<f64> {
    match json {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => match text.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        _ => None,
    }
}

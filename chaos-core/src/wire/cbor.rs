//! Documents as CBOR, as rpcv2Cbor wants it.

use super::time::{self, Epoch};
use super::view::{Fields, Kind, Leaf, View};
use jiff::Timestamp;
use minicbor::Encoder;
use minicbor::data::IanaTag;
use minicbor::encode::Error;
use serde_json::Value as Json;
use std::convert::Infallible;

pub(crate) type Out = Encoder<Vec<u8>>;
pub(crate) type Written = Result<(), Error<Infallible>>;

/// A map of `texts` and then of members.
pub(super) fn object(texts: &[(&str, &str)], fields: &Fields<'_>) -> Vec<u8> {
    let mut out = Encoder::new(Vec::new());
    // Writing to memory does not fail.
    let _ = entries(&mut out, texts, fields);
    out.into_writer()
}

fn entries(out: &mut Out, texts: &[(&str, &str)], fields: &Fields<'_>) -> Written {
    out.map(length(texts.len() + fields.len()))?;
    for (name, text) in texts {
        out.str(name)?.str(text)?;
    }
    for (member, part) in fields {
        out.str(&member.name)?;
        value(out, *part)?;
    }
    Ok(())
}

fn value(out: &mut Out, view: View<'_>) -> Written {
    match view.kind() {
        Kind::Structure(fields) => entries(out, &[], &fields),
        Kind::List { items, .. } => {
            out.array(length(items.len()))?;
            items.into_iter().try_for_each(|item| value(out, item))
        }
        Kind::Map { entries, .. } => {
            out.map(length(entries.len()))?;
            entries.into_iter().try_for_each(|(key, part)| {
                out.str(key)?;
                value(out, part)
            })
        }
        Kind::Leaf(leaf) => self::leaf(out, leaf),
    }
}

fn leaf(out: &mut Out, leaf: Leaf<'_>) -> Written {
    match leaf {
        Leaf::Text(text) => out.str(text)?.ok(),
        Leaf::Blob(bytes) => out.bytes(bytes)?.ok(),
        Leaf::Boolean(value) => out.bool(value)?.ok(),
        Leaf::Integer(value) => out.i64(value)?.ok(),
        Leaf::Float(value) => out.f32(value)?.ok(),
        Leaf::Double(value) => out.f64(value)?.ok(),
        Leaf::Timestamp(time, _) => moment(out, time),
        Leaf::Document(json) => free(out, json),
    }
}

/// Seconds since 1970, whatever the shape says: CBOR knows no other way.
fn moment(out: &mut Out, time: Timestamp) -> Written {
    out.tag(IanaTag::Timestamp)?;
    match time::epoch(time) {
        Epoch::Whole(seconds) => out.i64(seconds)?.ok(),
        Epoch::Fraction(seconds) => out.f64(seconds)?.ok(),
    }
}

/// As JSON has it.
pub(crate) fn free(out: &mut Out, json: &Json) -> Written {
    match json {
        Json::Null => out.null()?.ok(),
        Json::Bool(value) => out.bool(*value)?.ok(),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => out.i64(whole)?.ok(),
            (None, Some(whole)) => out.u64(whole)?.ok(),
            (None, None) => out.f64(number.as_f64().unwrap_or_default())?.ok(),
        },
        Json::String(text) => out.str(text)?.ok(),
        Json::Array(items) => {
            out.array(length(items.len()))?;
            items.iter().try_for_each(|item| free(out, item))
        }
        Json::Object(object) => {
            out.map(length(object.len()))?;
            object.iter().try_for_each(|(key, value)| {
                out.str(key)?;
                free(out, value)
            })
        }
    }
}

/// Lossless: no platform counts in more than 64 bits.
fn length(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

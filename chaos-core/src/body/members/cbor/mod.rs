//! CBOR, as rpcv2Cbor has it.

mod read;

use super::Reason;
use super::out::Out;
use super::path::Paths;
use super::tree::{Format, Node, Parts};
use crate::wire::cbor::{Written, free};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minicbor::data::Type;
use minicbor::{Decoder, Encoder};
use read::{NOT_CBOR, between, untagged};
use serde_json::{Number, Value as Json};
use std::borrow::Cow;

pub(super) fn edit(body: &[u8], paths: &Paths<'_>) -> Result<Vec<u8>, Reason> {
    let mut root = read::read(body)?;
    paths.mark_all(|path, change| root.mark(&Cbor, path, change))?;
    let mut out = Out::instead_of(body);
    root.write(&Cbor, &mut out)?;
    Ok(out.into_bytes())
}

struct Cbor;

impl Format for Cbor {
    fn open<'a>(&self, _raw: &'a [u8]) -> Result<Option<Parts<'a>>, Reason> {
        Ok(None)
    }

    fn around<'p>(&self, parts: &'p Parts<'_>, count: usize) -> (Cow<'p, [u8]>, Cow<'p, [u8]>) {
        let counted = parts.foot.is_empty() && count != parts.slots.len();
        let head = counted.then(|| recounted(parts, count)).flatten();
        (head.map_or(Cow::Borrowed(parts.head), Cow::Owned), Cow::Borrowed(parts.foot))
    }

    /// A number keeps the tag and the kind of the number it replaces: clients read
    /// no float from an integer, and no time without its tag. Text in place of
    /// bytes is base64, as in JSON.
    fn value(&self, old: &Node<'_>, new: &Json, out: &mut Out) -> Result<(), Reason> {
        let mut decoder = Decoder::new(old.raw);
        let kind = untagged(&mut decoder).map_err(|_| NOT_CBOR)?;
        let mut encoder = Encoder::new(Vec::new());
        // Writing to memory does not fail.
        let _ = match new {
            Json::Number(number) if is_number(kind) => {
                out.push(between(&decoder, 0)?)?;
                as_kind(&mut encoder, kind, number)
            }
            Json::String(text) if matches!(kind, Type::Bytes | Type::BytesIndef) => {
                match STANDARD.decode(text) {
                    Ok(bytes) => encoder.bytes(&bytes).map(|_| ()),
                    Err(_) => free(&mut encoder, new),
                }
            }
            _ => free(&mut encoder, new),
        };
        out.push(encoder.writer())
    }

    fn member(&self, name: &str, new: &Json, out: &mut Out) -> Result<(), Reason> {
        let mut encoder = Encoder::new(Vec::new());
        // Writing to memory does not fail.
        let _ = encoder.str(name).map(|_| ());
        let _ = free(&mut encoder, new);
        out.push(encoder.writer())
    }
}

fn is_number(kind: Type) -> bool {
    use Type::{F16, F32, F64, I8, I16, I32, I64, Int, U8, U16, U32, U64};
    matches!(kind, F16 | F32 | F64 | I8 | I16 | I32 | I64 | Int | U8 | U16 | U32 | U64)
}

/// A float where one was; else whatever the number is.
fn as_kind(encoder: &mut Encoder<Vec<u8>>, kind: Type, number: &Number) -> Written {
    let float = number.as_f64().unwrap_or_default();
    match kind {
        Type::F16 | Type::F32 => encoder.f32(float as f32)?.ok(),
        Type::F64 => encoder.f64(float)?.ok(),
        _ => free(encoder, &Json::Number(number.clone())),
    }
}

/// The head of an array or a map with another length, its tags as they are.
fn recounted(parts: &Parts<'_>, count: usize) -> Option<Vec<u8>> {
    let count = u64::try_from(count).ok()?;
    let mut decoder = Decoder::new(parts.head);
    untagged(&mut decoder).ok()?;
    let mut encoder = Encoder::new(between(&decoder, 0).ok()?.to_vec());
    if parts.named { encoder.map(count) } else { encoder.array(count) }.ok()?;
    Some(encoder.into_writer())
}

//! The pieces of CBOR.

use super::super::Reason;
use super::super::tree::{Node, Parts, Slot};
use minicbor::Decoder;
use minicbor::data::Type;
use minicbor::decode::Error;
use std::borrow::Cow;

pub(super) const NOT_CBOR: Reason = Reason::Borrowed("the body of the answer is not CBOR");
const TOO_DEEP: Reason = Reason::Borrowed("the answer is nested more than 64 deep");
const MAX_DEPTH: usize = 64;

/// The value that these bytes are, and no more.
pub(super) fn read(body: &[u8]) -> Result<Node<'_>, Reason> {
    let mut decoder = Decoder::new(body);
    let root = node(&mut decoder, MAX_DEPTH)?;
    if decoder.position() == body.len() { Ok(root) } else { Err(NOT_CBOR) }
}

/// The next value, its tags included.
fn node<'a>(decoder: &mut Decoder<'a>, depth: usize) -> Result<Node<'a>, Reason> {
    let depth = depth.checked_sub(1).ok_or(TOO_DEEP)?;
    let start = decoder.position();
    let kind = untagged(decoder).map_err(|_| NOT_CBOR)?;
    let (length, named) = match kind {
        Type::Map | Type::MapIndef => (decoder.map(), true),
        Type::Array | Type::ArrayIndef => (decoder.array(), false),
        Type::Break => return Err(NOT_CBOR),
        _ => {
            decoder.skip().map_err(|_| NOT_CBOR)?;
            return Ok(Node::new(between(decoder, start)?, None));
        }
    };
    let length = length.map_err(|_| NOT_CBOR)?;
    let head = between(decoder, start)?;
    let mut slots = Vec::new();
    while more(decoder, length, slots.len())? {
        slots.push(slot(decoder, named, depth)?);
    }
    let end = decoder.position();
    if length.is_none() {
        decoder.set_position(end + 1);
    }
    let parts = Parts::new(head, slots, between(decoder, end)?, named);
    Ok(Node::new(between(decoder, start)?, Some(parts)))
}

fn slot<'a>(decoder: &mut Decoder<'a>, named: bool, depth: usize) -> Result<Slot<'a>, Reason> {
    let start = decoder.position();
    let name = if named { key(decoder, depth)? } else { None };
    let lead = between(decoder, start)?;
    Ok(Slot { lead, name: name.map(Cow::Owned), node: node(decoder, depth)?, tail: b"" })
}

/// A key that is text; any other has no name that a path could have.
fn key(decoder: &mut Decoder<'_>, depth: usize) -> Result<Option<String>, Reason> {
    match decoder.datatype() {
        Ok(Type::String | Type::StringIndef) => {
            let pieces = decoder.str_iter().map_err(|_| NOT_CBOR)?;
            pieces.collect::<Result<String, _>>().map(Some).map_err(|_| NOT_CBOR)
        }
        _ => node(decoder, depth).map(|_| None),
    }
}

fn more(decoder: &Decoder<'_>, length: Option<u64>, read: usize) -> Result<bool, Reason> {
    match length {
        Some(length) => Ok(u64::try_from(read).unwrap_or(u64::MAX) < length),
        None => decoder.datatype().map(|kind| kind != Type::Break).map_err(|_| NOT_CBOR),
    }
}

/// Steps over tags; what they are on.
pub(super) fn untagged(decoder: &mut Decoder<'_>) -> Result<Type, Error> {
    while decoder.datatype()? == Type::Tag {
        decoder.tag()?;
    }
    decoder.datatype()
}

pub(super) fn between<'a>(decoder: &Decoder<'a>, start: usize) -> Result<&'a [u8], Reason> {
    decoder.input().get(start..decoder.position()).ok_or(NOT_CBOR)
}

//! Members of CBOR, without a tree.

use super::path::number;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minicbor::Decoder;
use minicbor::data::Type;

/// The member, and how many bytes it took to find it.
pub(super) fn member(body: &[u8], path: &[&str]) -> (Option<String>, usize) {
    let mut cbor = Decoder::new(body);
    let found = seek(&mut cbor, path);
    (found, cbor.position())
}

fn seek(cbor: &mut Decoder<'_>, path: &[&str]) -> Option<String> {
    for step in path {
        match untagged(cbor)? {
            Type::Map | Type::MapIndef => enter_map(cbor, step)?,
            Type::Array | Type::ArrayIndef => enter_list(cbor, number(step)?)?,
            _ => return None,
        }
    }
    scalar(cbor)
}

/// The type of the next value, behind what tags it.
fn untagged(cbor: &mut Decoder<'_>) -> Option<Type> {
    loop {
        match cbor.datatype().ok()? {
            Type::Tag => drop(cbor.tag().ok()?),
            other => return Some(other),
        }
    }
}

/// Up to the value of this name.
fn enter_map(cbor: &mut Decoder<'_>, name: &str) -> Option<()> {
    let length = cbor.map().ok()?;
    let mut read = 0;
    while length.is_none_or(|length| read < length) {
        // At the end of a map without a length, this is no text.
        let is_meant = key(cbor)? == name;
        if is_meant {
            return Some(());
        }
        cbor.skip().ok()?;
        read += 1;
    }
    None
}

fn key<'b>(cbor: &mut Decoder<'b>) -> Option<&'b str> {
    cbor.str().ok()
}

/// Up to the entry of this number.
fn enter_list(cbor: &mut Decoder<'_>, wanted: usize) -> Option<()> {
    let length = cbor.array().ok()?;
    let wanted = u64::try_from(wanted).ok()?;
    if length.is_some_and(|length| wanted >= length) {
        return None;
    }
    for _ in 0..wanted {
        if cbor.datatype().ok()? == Type::Break {
            return None;
        }
        cbor.skip().ok()?;
    }
    Some(())
}

fn scalar(cbor: &mut Decoder<'_>) -> Option<String> {
    match untagged(cbor)? {
        Type::String => cbor.str().ok().map(str::to_owned),
        Type::StringIndef => cbor.str_iter().ok()?.collect::<Result<String, _>>().ok(),
        Type::Bytes => cbor.bytes().ok().map(|bytes| STANDARD.encode(bytes)),
        Type::BytesIndef => {
            let parts = cbor.bytes_iter().ok()?.collect::<Result<Vec<_>, _>>().ok()?;
            Some(STANDARD.encode(parts.concat()))
        }
        Type::Bool => cbor.bool().ok().map(|value| value.to_string()),
        Type::F32 => cbor.f32().ok().map(|value| value.to_string()),
        Type::F64 => cbor.f64().ok().map(|value| value.to_string()),
        Type::Array | Type::ArrayIndef | Type::Map | Type::MapIndef | Type::Null | Type::Undefined => None,
        _ => cbor.int().ok().map(|value| value.to_string()),
    }
}

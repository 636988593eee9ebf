//! Requests, parsed at the door.

use crate::refusal::{Kind, Refusal};
use crate::table::actor;
use axum::http::HeaderMap;
use chaos_core::door::{Node, Value, read_json};
use chaos_core::spec::Id;
use chaos_core::table::Actor;

/// A name from the path.
pub(super) fn id(text: &str, what: &str) -> Result<Id, Refusal> {
    Id::new(text).ok_or_else(|| {
        Refusal::new(
            Kind::NotFound,
            format!("{text:?} is no {what}'s name: those are 1 to 63 lower-case letters, digits and hyphens"),
        )
    })
}

/// A JSON body; an empty one counts as an empty object.
pub(super) fn body(bytes: &[u8]) -> Result<Node, Refusal> {
    if bytes.is_empty() {
        return Ok(Node::new(Value::Object(Vec::new())));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Refusal::new(Kind::Invalid, "the body is not UTF-8; send JSON"))?;
    Ok(read_json(text)?)
}

/// Who acts, as they say themselves: without tokens nobody proves it.
pub(super) fn by(headers: &HeaderMap) -> Result<Actor, Refusal> {
    match headers.get("chaos-actor").map(|name| name.to_str()) {
        None => actor("anonymous"),
        Some(Ok(name)) => actor(name),
        Some(Err(_)) => Err(Refusal::new(Kind::Invalid, "Chaos-Actor is not plain text")),
    }
}

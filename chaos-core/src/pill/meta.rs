//! `ResponseMetadata`: what came with an answer.

use super::read::Reader;
use crate::caps;
use crate::door::{At, Value};
use std::collections::BTreeMap;

/// What came with a recorded answer and is worth playing again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The request id.
    pub request_id: Option<String>,
    /// S3's second request id, played as the header `x-amz-id-2` where that was not
    /// recorded itself.
    pub host_id: Option<String>,
    /// Headers by name, in lower case; without those that describe the recorded
    /// bytes, their protocol or their connection. What an encoder writes itself
    /// goes before these, except for `x-amz-id-2`.
    pub headers: BTreeMap<String, String>,
}

/// Headers that were true of the recorded bytes and are not of those played.
const NOT_PLAYED: [&str; 7] = [
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "transfer-encoding",
    "x-amz-crc32",
];

impl Metadata {
    /// Whether nothing came with the answer.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The headers to play: those recorded, and the second request id.
    pub(crate) fn all_headers(&self) -> Vec<(String, String)> {
        let mut headers = self.headers.clone();
        if let Some(id) = &self.host_id {
            headers.entry("x-amz-id-2".to_owned()).or_insert_with(|| id.clone());
        }
        headers.into_iter().collect()
    }

    pub(super) fn to_json(&self) -> serde_json::Value {
        let mut members = serde_json::Map::new();
        for (name, id) in [("RequestId", &self.request_id), ("HostId", &self.host_id)] {
            if let Some(id) = id {
                members.insert(name.to_owned(), id.as_str().into());
            }
        }
        if !self.headers.is_empty() {
            let headers = self.headers.iter().map(|(name, value)| (name.clone(), value.as_str().into()));
            members.insert("HTTPHeaders".to_owned(), serde_json::Value::Object(headers.collect()));
        }
        serde_json::Value::Object(members)
    }

    pub(super) fn parse(reader: &mut Reader<'_>, at: &At<'_>, status: Option<i64>) -> Self {
        let Some(members) = at.members() else {
            reader.door.refuse(
                at,
                format!("is {}, not an object", at.node.kind()),
                "write an object with `RequestId` and `HTTPHeaders`, or leave it out",
            );
            return Self::default();
        };
        let mut found = Self::default();
        for (name, at) in members {
            match name {
                "RequestId" => found.request_id = id(reader, &at),
                "HostId" => found.host_id = id(reader, &at),
                "HTTPHeaders" => found.headers = headers(reader, &at),
                "HTTPStatusCode" => compare(reader, &at, status),
                "RetryAttempts" => {}
                _ => reader.note(&at, "is not played"),
            }
        }
        found
    }
}

/// An id, which goes into a header.
fn id(reader: &mut Reader<'_>, at: &At<'_>) -> Option<String> {
    match &at.node.value {
        Value::Text(text) if fits_header(text) => Some(text.clone()),
        Value::Null => None,
        _ => {
            reader.note(at, "is not played: it fits no header");
            None
        }
    }
}

fn compare(reader: &mut Reader<'_>, at: &At<'_>, status: Option<i64>) {
    if !matches!(at.node.value, Value::Int(code) if Some(code) == status) {
        reader.note(at, "is not `status_code`, which is played");
    }
}

fn headers(reader: &mut Reader<'_>, at: &At<'_>) -> BTreeMap<String, String> {
    let Some(members) = at.members() else {
        reader.note(at, "is not played: it is no object");
        return BTreeMap::new();
    };
    let mut headers = BTreeMap::new();
    for (name, at) in members {
        let name = name.to_ascii_lowercase();
        match &at.node.value {
            _ if is_stale(&name) => {}
            Value::Text(value) if is_token(&name) && fits_header(value) => {
                headers.insert(name, value.clone());
            }
            _ => reader.note(&at, "is not played: it is no header"),
        }
    }
    headers
}

fn is_stale(name: &str) -> bool {
    NOT_PLAYED.contains(&name) || name.starts_with("x-amz-checksum-")
}

/// RFC 9110's `token`.
fn is_token(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.len() <= caps::MAX_NAME_BYTES && name.bytes().all(fits)
}

fn fits_header(value: &str) -> bool {
    value.len() <= caps::MAX_PROSE_BYTES && value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}

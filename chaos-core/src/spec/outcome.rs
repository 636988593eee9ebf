//! The outcomes that a fault can ask for.

use super::corrupt::CorruptFault;
use super::partial::PartialFault;
use super::slow_body::SlowBodyFault;
use crate::caps;
use crate::door::{At, Door, Known, Value, listed, remedy_for};
use crate::pill::PillFault;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a faulted call comes to. Grows over time.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// The service's own error.
    Error(ErrorFault),
    /// A canned HTTP answer.
    Status(StatusFault),
    /// No answer.
    Network(NetworkFault),
    /// Recorded answers, in turn.
    Pill(PillFault),
    /// Some entries of a batch fail.
    Partial(PartialFault),
    /// The real answer, damaged.
    Corrupt(CorruptFault),
    /// The real answer, slowly.
    SlowBody(SlowBodyFault),
}

/// A service error, by name.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct ErrorFault {
    /// The error's shape name or wire code.
    pub name: String,
    /// The message that the caller reads; by default it says that it was injected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The HTTP status, 400 to 599, or 200 as S3 sends some errors (`CopyObject`,
    /// `CompleteMultipartUpload`); by default what the name stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 200, max = 599)))]
    pub status: Option<u16>,
    /// Further members of the error.
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub fields: serde_json::Map<String, serde_json::Value>,
}

/// A canned HTTP answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct StatusFault {
    /// The status code, 200 to 599.
    #[cfg_attr(feature = "schema", schemars(range(min = 200, max = 599)))]
    pub code: u16,
    /// Header values by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub headers: BTreeMap<String, String>,
    /// The body, at most 64 KiB.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub body: String,
}

/// A failure of the network, as the caller would meet it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum NetworkFault {
    /// The connection is not made in time; fails at once, as after the wait.
    Timeout,
    /// Nobody listens there.
    ConnectionRefused,
    /// The peer resets the connection before it answers.
    ConnectionReset,
    /// The host's name cannot be resolved.
    DnsFailure,
    /// No answer: the caller's own timeout ends it, or the compiled-in cap of 60 s.
    Hang,
    /// The request is really sent, and its answer never arrives.
    ResponseLost,
}

impl NetworkFault {
    /// The name in a spec.
    pub fn name(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::ConnectionRefused => "connection_refused",
            Self::ConnectionReset => "connection_reset",
            Self::DnsFailure => "dns_failure",
            Self::Hang => "hang",
            Self::ResponseLost => "response_lost",
        }
    }

    const ALL: [Self; 6] = [
        Self::Timeout,
        Self::ConnectionRefused,
        Self::ConnectionReset,
        Self::DnsFailure,
        Self::Hang,
        Self::ResponseLost,
    ];

    pub(crate) fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        let names = Self::ALL.map(Self::name);
        let name = door.text(at, &format!("write one of {}", listed(&names)))?;
        let found = Self::ALL.into_iter().find(|fault| fault.name() == name);
        if found.is_none() {
            door.refuse(at, "is no network fault", remedy_for(name, &names));
        }
        found
    }
}

impl ErrorFault {
    pub(crate) fn is_name_only(&self) -> bool {
        self.message.is_none() && self.status.is_none() && self.fields.is_empty()
    }

    pub(crate) fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        const KNOWN: Known = Known { now: &["name", "message", "status", "fields"], later: &[] };
        if let Value::Text(_) = &at.node.value {
            return Some(Self {
                name: error_name(door, at)?,
                message: None,
                status: None,
                fields: serde_json::Map::new(),
            });
        }
        let fields = door.object(at, KNOWN)?;
        let name = door.required(&fields, "name", "write the error's name, such as \"ThrottlingException\"");
        let status = fields.get("status").map(|at| error_status(door, &at));
        let message = fields.get("message").map(|at| prose(door, &at));
        if let Some(at) = fields.get("fields").and_then(|at| message_among(&at)) {
            door.refuse(&at, "is the error's message", "write it as `message`, beside `name`");
        }
        Some(Self {
            name: error_name(door, &name?)?,
            message: message.flatten(),
            status: status.flatten().and_then(|status| u16::try_from(status).ok()),
            fields: fields.get("fields").map(|at| error_fields(door, &at)).unwrap_or_default(),
        })
    }
}

/// S3 answers some operations with 200 and then an error.
fn error_status(door: &mut Door, at: &At<'_>) -> Option<i64> {
    if at.node.value == Value::Int(200) { Some(200) } else { door.int(at, 400, 599) }
}

fn message_among<'a>(fields: &At<'a>) -> Option<At<'a>> {
    let mut members = fields.members()?.into_iter();
    members.find(|(name, _)| name.eq_ignore_ascii_case("message")).map(|(_, at)| at)
}

pub(super) fn error_name(door: &mut Door, at: &At<'_>) -> Option<String> {
    const RIGHT: &str = "write the error's shape name or wire code, such as \"ThrottlingException\"";
    let text = door.text(at, RIGHT)?;
    if !is_error_name(text) {
        door.refuse(at, "is not an error's name", RIGHT);
        return None;
    }
    Some(text.to_owned())
}

/// Whether `text` can be an error's name: every protocol carries it, in headers too.
pub(crate) fn is_error_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    !text.is_empty() && text.len() <= caps::MAX_NAME_BYTES && text.chars().all(fits)
}

fn error_fields(door: &mut Door, at: &At<'_>) -> serde_json::Map<String, serde_json::Value> {
    match at.node.to_json() {
        serde_json::Value::Object(fields) if at.node.to_json().to_string().len() <= caps::MAX_BODY_BYTES => {
            fields
        }
        _ => {
            door.refuse(
                at,
                "is not an object of at most 64 KiB",
                "write the error's members, such as { CancellationReasons = [] }",
            );
            serde_json::Map::new()
        }
    }
}

impl StatusFault {
    pub(crate) fn is_code_only(&self) -> bool {
        self.headers.is_empty() && self.body.is_empty()
    }

    pub(crate) fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        const KNOWN: Known = Known { now: &["code", "headers", "body"], later: &[] };
        if !matches!(at.node.value, Value::Object(_)) {
            return Some(Self {
                code: status_code(door, at)?,
                headers: BTreeMap::new(),
                body: String::new(),
            });
        }
        let fields = door.object(at, KNOWN)?;
        let code = door.required(&fields, "code", "write the status code, such as 503");
        let headers = fields.get("headers").map(|at| headers(door, &at)).unwrap_or_default();
        let body = fields.get("body").map(|at| body(door, &at));
        Some(Self { code: status_code(door, &code?)?, headers, body: body.flatten().unwrap_or_default() })
    }
}

fn status_code(door: &mut Door, at: &At<'_>) -> Option<u16> {
    door.int(at, 200, 599).and_then(|code| u16::try_from(code).ok())
}

fn body(door: &mut Door, at: &At<'_>) -> Option<String> {
    let text = door.text(at, "write the body as a text")?;
    if text.len() > caps::MAX_BODY_BYTES {
        door.refuse(at, format!("has {} bytes", text.len()), "keep it to 64 KiB");
        return None;
    }
    Some(text.to_owned())
}

fn headers(door: &mut Door, at: &At<'_>) -> BTreeMap<String, String> {
    const RIGHT: &str = "write header names with text values, such as { Retry-After = \"1\" }";
    let Some(members) = at.members() else {
        door.refuse(at, format!("is {}, not an object", at.node.kind()), RIGHT);
        return BTreeMap::new();
    };
    if members.len() > caps::MAX_LIST {
        door.refuse(at, format!("has {} headers", members.len()), format!("keep it to {}", caps::MAX_LIST));
    }
    let mut headers = BTreeMap::new();
    for (name, at) in members {
        let Some(value) = door.text(&at, RIGHT) else { continue };
        if !is_token(name)
            || !value.bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte))
            || value.len() > caps::MAX_PROSE_BYTES
        {
            door.refuse(&at, format!("`{name}` is not a header that HTTP can carry"), RIGHT);
            continue;
        }
        if headers.insert(name.to_ascii_lowercase(), value.to_owned()).is_some() {
            door.refuse_whole(
                &at,
                format!("`{name}` is given twice"),
                "headers are the same in either case: keep one",
            );
        }
    }
    headers
}

/// RFC 9110's `token`.
fn is_token(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.len() <= caps::MAX_NAME_BYTES && name.bytes().all(fits)
}

/// A text for people: bounded, any characters.
pub(crate) fn prose(door: &mut Door, at: &At<'_>) -> Option<String> {
    let text = door.text(at, "write a text")?;
    if text.len() > caps::MAX_PROSE_BYTES {
        door.refuse(at, format!("has {} bytes", text.len()), "keep it to 4 KiB");
        return None;
    }
    Some(text.to_owned())
}

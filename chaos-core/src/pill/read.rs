//! A pill at the door.

use super::meta::Metadata;
use super::tokens::quoted;
use super::{Pill, Recorded, RecordedError};
use crate::caps;
use crate::door::{At, Door, Node, Path, Problem, Problems, Value, read_json};
use serde_json::Map;
use std::borrow::Cow;

/// The door, and what is told though it is no reason to refuse.
pub(super) struct Reader<'d> {
    pub(super) door: &'d mut Door,
    pub(super) notes: Vec<String>,
}

impl Reader<'_> {
    pub(super) fn note(&mut self, at: &At<'_>, note: &str) {
        self.notes.push(format!("{}: {note}", at.path));
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<(Pill, Vec<String>), Problems> {
    let text = text(bytes)?;
    let tame = quoted(text);
    let mut notes = Vec::new();
    if let Cow::Owned(_) = &tame {
        notes.extend((tame.len() != text.len()).then(|| {
            "NaN and Infinity are no JSON: they are read as the texts that AWS writes for them".to_owned()
        }));
    }
    let node = read_json(&tame)?;
    let mut door = Door::default();
    let mut reader = Reader { door: &mut door, notes };
    let pill = file(&mut reader, &At::root(&node));
    let notes = reader.notes;
    door.close(pill).map(|pill| (pill, notes))
}

fn text(bytes: &[u8]) -> Result<&str, Problems> {
    let problem = match std::str::from_utf8(bytes) {
        Ok(_) if bytes.len() > caps::MAX_PILL_BYTES => "has more than 256 KiB".to_owned(),
        Ok(text) => return Ok(text),
        Err(error) => format!("is no UTF-8 text: {error}"),
    };
    Err(whole(problem, "record a shorter answer as JSON"))
}

/// One problem of a whole file.
pub(super) fn whole(problem: impl Into<String>, remedy: &str) -> Problems {
    Problems(vec![Problem {
        path: Path::root(),
        value: None,
        problem: problem.into(),
        remedy: remedy.to_owned(),
        line: None,
    }])
}

/// What a file holds: foreign members are told of, as recordings have them.
fn file(reader: &mut Reader<'_>, at: &At<'_>) -> Option<Pill> {
    let Some(members) = at.members() else {
        let problem = format!("is {}, not an object", at.node.kind());
        reader.door.refuse(at, problem, "write {\"status_code\": 200, \"data\": {...}}");
        return None;
    };
    let find = |name| members.iter().find(|(member, _)| *member == name).map(|(_, at)| at.clone());
    for (_, at) in members.iter().filter(|(name, _)| !matches!(*name, "status_code" | "data")) {
        reader.note(at, "is not played");
    }
    let (status, data) = (find("status_code"), find("data"));
    for (name, _) in [("status_code", &status), ("data", &data)].iter().filter(|(_, given)| given.is_none()) {
        let problem = format!("has no `{name}`");
        reader.door.refuse_whole(at, problem, "write {\"status_code\": 200, \"data\": {...}}");
    }
    parse(reader, &status?, &data?)
}

/// A pill of its two members.
pub(super) fn parse(reader: &mut Reader<'_>, status: &At<'_>, data: &At<'_>) -> Option<Pill> {
    let code = reader.door.int(status, 100, 599);
    let Some(members) = data.members() else {
        let problem = format!("is {}, not an object", data.node.kind());
        reader.door.refuse(data, problem, "write the members of the answer, or {}");
        return None;
    };
    if !is_shallow(data.node, caps::MAX_PILL_DEPTH) {
        let remedy = format!("keep it to {} levels", caps::MAX_PILL_DEPTH);
        reader.door.refuse_whole(data, "nests too deep", remedy);
        return None;
    }
    let metadata = members
        .iter()
        .find(|(name, _)| *name == "ResponseMetadata")
        .map(|(_, at)| Metadata::parse(reader, at, code))
        .unwrap_or_default();
    let status = u16::try_from(code?).ok()?;
    let error = members.iter().find(|(name, _)| *name == "Error").map(|(_, at)| at);
    let answer = match error {
        Some(at) if status >= 300 => Recorded::Error(error_of(reader, at, &members)?),
        None if status >= 300 => {
            let problem = format!("has no `Error`, and {status} is an error's status");
            let remedy = "write \"Error\": {\"Code\": \"...\", \"Message\": \"...\"}";
            reader.door.refuse_whole(data, problem, remedy);
            return None;
        }
        Some(at) => {
            reader.note(
                at,
                &format!("is no error, as {status} is no error's status, but a member of the output"),
            );
            Recorded::Output(output(&members, &["ResponseMetadata"]))
        }
        None => Recorded::Output(output(&members, &["ResponseMetadata"])),
    };
    Some(Pill { status, answer, metadata })
}

type Members<'a> = [(&'a str, At<'a>)];

fn output(members: &Members<'_>, without: &[&str]) -> Map<String, serde_json::Value> {
    let played = members.iter().filter(|(name, _)| !without.contains(name));
    played.map(|(name, at)| ((*name).to_owned(), value_of(at.node))).collect()
}

fn error_of(reader: &mut Reader<'_>, at: &At<'_>, beside: &Members<'_>) -> Option<RecordedError> {
    const RIGHT: &str = "write {\"Code\": \"...\", \"Message\": \"...\"}";
    let Some(members) = at.members() else {
        reader.door.refuse(at, format!("is {}, not an object", at.node.kind()), RIGHT);
        return None;
    };
    let mut text = |name: &str| {
        let (_, at) = members.iter().find(|(member, _)| *member == name)?;
        // What a service left out is recorded as null.
        if at.node.value == Value::Null { None } else { Some((at, reader.door.text(at, RIGHT)?)) }
    };
    let (code, message, kind) = (text("Code"), text("Message"), text("Type"));
    for (_, at) in members.iter().filter(|(name, _)| !matches!(*name, "Code" | "Message" | "Type")) {
        reader.note(at, "is not played: members of an error stand beside `Error`");
    }
    let Some((code_at, code)) = code else {
        reader.door.refuse_whole(at, "has no `Code`", RIGHT);
        return None;
    };
    if code.is_empty() || code.len() > caps::MAX_NAME_BYTES || !code.bytes().all(|c| c.is_ascii_graphic()) {
        reader.door.refuse(
            code_at,
            "is no error's code",
            "write what the service sends, such as \"NoSuchKey\"",
        );
        return None;
    }
    Some(RecordedError {
        code: code.to_owned(),
        message: message.map(|(_, text)| text.to_owned()).unwrap_or_default(),
        kind: kind.map(|(_, text)| text.to_owned()),
        members: output(beside, &["ResponseMetadata", "Error"]),
    })
}

/// Whether values nest at most `levels` deep; looks no deeper than that.
fn is_shallow(node: &Node, levels: usize) -> bool {
    let Some(below) = levels.checked_sub(1) else { return false };
    match &node.value {
        Value::List(items) => items.iter().all(|item| is_shallow(item, below)),
        Value::Object(members) => members.iter().all(|(_, node)| is_shallow(node, below)),
        _ => true,
    }
}

/// The value as JSON; numbers that JSON does not have become AWS's texts for them.
pub(super) fn value_of(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Float(number) if number.is_nan() => "NaN".into(),
        Value::Float(number) if *number == f64::INFINITY => "Infinity".into(),
        Value::Float(number) if *number == f64::NEG_INFINITY => "-Infinity".into(),
        Value::List(items) => items.iter().map(value_of).collect(),
        Value::Object(members) => serde_json::Value::Object(
            members.iter().map(|(name, node)| (name.clone(), value_of(node))).collect(),
        ),
        _ => node.to_json(),
    }
}

/// As [`value_of`], the other way.
pub(super) fn node_of(value: serde_json::Value, line: Option<usize>) -> Node {
    use serde_json::Value as Json;
    let value = match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::Int(whole),
            (None, number) => Value::Float(number.unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::Text(text),
        Json::Array(items) => Value::List(items.into_iter().map(|item| node_of(item, line)).collect()),
        Json::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name, node_of(value, line))).collect())
        }
    };
    Node { value, line }
}

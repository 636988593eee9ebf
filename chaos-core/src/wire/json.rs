//! Documents as JSON.

use super::schema::{Member, TimeFormat};
use super::time::{self, Epoch};
use super::view::{Fields, Kind, Leaf, View, irregular};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Number, Value as Json};

/// Who reads the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The table: own names, times in RFC 3339.
    Stored,
    /// awsJson: own names.
    Rpc,
    /// restJson: names of the wire.
    Rest,
}

impl Form {
    /// What `member` is called.
    pub(super) fn name(self, member: &Member) -> &str {
        match self {
            Self::Stored | Self::Rpc => &member.name,
            Self::Rest => member.wire.as_deref().unwrap_or(&member.name),
        }
    }
}

/// A value.
pub(super) fn value(view: View<'_>, form: Form) -> Json {
    match view.kind() {
        Kind::Structure(fields) => Json::Object(members(&fields, form)),
        Kind::List { items, .. } => items.into_iter().map(|item| value(item, form)).collect(),
        Kind::Map { entries, .. } => {
            let entry = |(key, part): (&str, View<'_>)| (key.to_owned(), value(part, form));
            Json::Object(entries.into_iter().map(entry).collect())
        }
        Kind::Leaf(leaf) => self::leaf(leaf, form),
    }
}

/// The members of a structure, or some of them.
pub(super) fn members(fields: &Fields<'_>, form: Form) -> Map<String, Json> {
    fields.iter().map(|(member, part)| (form.name(member).to_owned(), value(*part, form))).collect()
}

fn leaf(leaf: Leaf<'_>, form: Form) -> Json {
    match leaf {
        Leaf::Text(text) => Json::from(text),
        Leaf::Blob(bytes) => Json::from(STANDARD.encode(bytes)),
        Leaf::Boolean(value) => Json::from(value),
        Leaf::Integer(value) => Json::from(value),
        // By its shortest digits: 0.1 stays 0.1.
        Leaf::Float(value) => real(value.to_string().parse().unwrap_or(f64::from(value))),
        Leaf::Double(value) => real(value),
        Leaf::Timestamp(time, _) if form == Form::Stored => Json::from(time.to_string()),
        Leaf::Timestamp(time, format) => moment(time, format.unwrap_or(TimeFormat::Epoch)),
        Leaf::Document(json) => json.clone(),
    }
}

fn moment(time: Timestamp, format: TimeFormat) -> Json {
    match (format, time::epoch(time)) {
        (TimeFormat::Epoch, Epoch::Whole(seconds)) => Json::from(seconds),
        (TimeFormat::Epoch, Epoch::Fraction(seconds)) => real(seconds),
        _ => Json::from(time::text(time, format)),
    }
}

fn real(number: f64) -> Json {
    Number::from_f64(number).map_or_else(|| Json::from(irregular(number)), Json::Number)
}

/// The bytes of an object of `texts` and of members.
pub(super) fn object(texts: &[(&str, &str)], fields: &Fields<'_>, form: Form) -> Vec<u8> {
    let mut object = members(fields, form);
    object.extend(texts.iter().map(|(name, text)| ((*name).to_owned(), Json::from(*text))));
    bytes(&Json::Object(object))
}

/// The bytes of any JSON.
pub(super) fn bytes(json: &Json) -> Vec<u8> {
    json.to_string().into_bytes()
}

//! Where the REST protocols put members: headers, status, body.

use super::headers::Headers;
use super::json::{self, Form};
use super::schema::{Member, Place, TimeFormat};
use super::view::{Fields, Kind, Leaf, View};
use super::xml::wire;

/// Writes the members that headers carry; gives back the others.
pub(super) fn bind<'a>(fields: Fields<'a>, headers: &mut Headers) -> Fields<'a> {
    let mut others = Vec::new();
    for (member, view) in fields {
        match member.place {
            Place::Header => headers.set(wire(member), &header(view)),
            Place::Headers => prefixed(member, view, headers),
            Place::Body | Place::Payload | Place::Status => others.push((member, view)),
        }
    }
    others
}

/// Takes out the member that is the status, if it is one.
pub(super) fn status(fields: &mut Fields<'_>) -> Option<u16> {
    let position = fields.iter().position(|(member, _)| member.place == Place::Status)?;
    let (_, view) = fields.remove(position);
    match view.kind() {
        Kind::Leaf(Leaf::Integer(status)) => {
            u16::try_from(status).ok().filter(|status| (100..=599).contains(status))
        }
        _ => None,
    }
}

fn prefixed(member: &Member, view: View<'_>, headers: &mut Headers) {
    let Kind::Map { entries, .. } = view.kind() else { return };
    for (key, value) in entries {
        headers.set(&format!("{}{key}", member.wire.as_deref().unwrap_or_default()), &header(value));
    }
}

fn header(view: View<'_>) -> String {
    match view.kind() {
        Kind::Leaf(leaf) => leaf.text(TimeFormat::HttpDate),
        Kind::List { items, .. } => items.into_iter().map(item).collect::<Vec<_>>().join(", "),
        Kind::Structure(_) | Kind::Map { .. } => json::value(view, Form::Rest).to_string(),
    }
}

/// One value among others: a text that a comma would tear apart is quoted.
fn item(view: View<'_>) -> String {
    let text = header(view);
    match view.kind() {
        Kind::Leaf(Leaf::Text(_)) if text.contains([',', '"']) || text.trim() != text => {
            format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
        }
        _ => text,
    }
}

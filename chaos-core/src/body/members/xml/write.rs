//! JSON values as XML.

use super::super::Reason;
use super::super::out::Out;
use super::super::path::header_text;
use super::super::tree::{Format, Node, Parts, Slot};
use super::item_name;
use quick_xml::escape::partial_escape;
use serde_json::Value as Json;
use std::borrow::Cow;

const NO_NAME: Reason = Reason::Borrowed("XML has no elements of the name of a new member");
const NO_TEXT: Reason = Reason::Borrowed("XML cannot hold the control characters of a new value");

/// How a document writes lists that it has none of yet.
pub(super) struct Xml {
    /// The name of their elements; where there is none, the list's name repeated.
    item: Option<&'static str>,
}

impl Xml {
    /// As the document of this root: awsQuery writes `member`, ec2Query `item`,
    /// and S3, the largest of the others, repeats the name.
    pub(super) fn of(root: &Slot<'_>) -> Self {
        let is = |slot: &Slot<'_>, fits: fn(&str) -> bool| slot.name.as_deref().is_some_and(fits);
        let slots = root.node.parts.as_ref().map(|parts| parts.slots.as_slice()).unwrap_or_default();
        let has = |fits: fn(&str) -> bool| slots.iter().any(|slot| is(slot, fits));
        let item = match is(root, |name| name.ends_with("Response")) {
            true if has(|name| name == "requestId") => Some("item"),
            true if has(|name| name == "ResponseMetadata" || name.ends_with("Result")) => Some("member"),
            _ => None,
        };
        Self { item }
    }

    fn element(&self, name: &str, new: &Json, out: &mut Out) -> Result<(), Reason> {
        if !is_name(name) {
            return Err(NO_NAME);
        }
        out.push(format!("<{name}>").as_bytes())?;
        self.content(new, self.item.unwrap_or("member"), out)?;
        out.push(format!("</{name}>").as_bytes())
    }

    /// What an element holds; `item` names the elements of a list.
    fn content(&self, new: &Json, item: &str, out: &mut Out) -> Result<(), Reason> {
        match new {
            Json::Array(values) => values.iter().try_for_each(|value| self.element(item, value, out)),
            Json::Object(members) => {
                members.iter().try_for_each(|(name, value)| self.member(name, value, out))
            }
            _ => text(&header_text(new).unwrap_or_default(), out),
        }
    }
}

impl Format for Xml {
    const LEAD_STAYS: bool = true;

    fn open<'a>(&self, _raw: &'a [u8]) -> Result<Option<Parts<'a>>, Reason> {
        Ok(None)
    }

    fn around<'p>(&self, parts: &'p Parts<'_>, count: usize) -> (Cow<'p, [u8]>, Cow<'p, [u8]>) {
        match parts.head.strip_suffix(b"/>") {
            Some(tag) if count > 0 => {
                let tag = [tag.trim_ascii_end(), b">"].concat();
                (Cow::Owned(tag), Cow::Owned(format!("</{}>", tag_name(parts.head)).into_bytes()))
            }
            _ => (Cow::Borrowed(parts.head), Cow::Borrowed(parts.foot)),
        }
    }

    /// The element as it was, attributes included, with another content.
    fn value(&self, old: &Node<'_>, new: &Json, out: &mut Out) -> Result<(), Reason> {
        let Some(parts) = &old.parts else { return Ok(()) };
        let (tag, _) = self.around(parts, 1);
        out.push(&tag)?;
        self.content(new, item_name(old).or(self.item).unwrap_or("member"), out)?;
        out.push(format!("</{}>", tag_name(parts.head)).as_bytes())
    }

    fn member(&self, name: &str, new: &Json, out: &mut Out) -> Result<(), Reason> {
        match (new, self.item) {
            (Json::Array(values), None) => values.iter().try_for_each(|value| self.element(name, value, out)),
            _ => self.element(name, new, out),
        }
    }
}

/// The name in a tag, as `a` in `<a b="c">`.
pub(super) fn tag_name(tag: &[u8]) -> &str {
    let name = tag.strip_prefix(b"<").unwrap_or_default();
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
    let name = name.split(ends).next().unwrap_or_default();
    std::str::from_utf8(name).unwrap_or_default()
}

/// Whether elements may have this name, as far as services use names.
fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '_' | '-' | '.' | ':'))
}

fn text(text: &str, out: &mut Out) -> Result<(), Reason> {
    let allowed = |one: char| match one {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        _ => one >= ' ',
    };
    if !text.chars().all(allowed) {
        return Err(NO_TEXT);
    }
    out.push(partial_escape(text).as_bytes())
}

//! Documents as XML: restXml, awsQuery and ec2Query name things alike.

use super::schema::{Member, TimeFormat};
use super::view::{Fields, Kind, View};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesStart, BytesText, Event};

/// What `xsi:type` is about.
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// An XML document as it grows.
pub(super) struct Xml(Writer<Vec<u8>>);

impl Xml {
    pub(super) fn new() -> Self {
        let mut xml = Self(Writer::new(Vec::new()));
        xml.emit(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0.into_inner()
    }

    /// An element around what `inner` writes.
    pub(super) fn within(&mut self, name: &str, namespace: Option<&str>, inner: impl FnOnce(&mut Self)) {
        let mut start = BytesStart::new(name);
        start.extend_attributes(namespace.map(|namespace| ("xmlns", namespace)));
        self.around(start, inner);
    }

    /// An element with a text.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.within(name, None, |xml| xml.characters(text));
    }

    /// Characters as they are; those that XML cannot say become U+FFFD.
    pub(super) fn characters(&mut self, text: &str) {
        self.emit(Event::Text(BytesText::new(&speakable(text))));
    }

    /// The elements of members.
    pub(super) fn members(&mut self, fields: &Fields<'_>) {
        for (member, view) in fields.iter().filter(|(member, _)| !member.attribute) {
            self.member(member, *view);
        }
    }

    /// The element of a value.
    pub(super) fn element(&mut self, name: &str, namespace: Option<&str>, view: View<'_>) {
        match view.kind() {
            Kind::Structure(fields) => self.structure(name, namespace, &fields),
            Kind::List { items, element, .. } => self.within(name, namespace, |xml| {
                items.iter().for_each(|item| xml.element(element.unwrap_or("member"), None, *item));
            }),
            Kind::Map { entries, names, .. } => self.within(name, namespace, |xml| {
                entries.iter().for_each(|entry| xml.entry("entry", names, *entry));
            }),
            Kind::Leaf(leaf) => {
                let text = leaf.text(TimeFormat::Iso8601);
                self.within(name, namespace, |xml| xml.characters(&text));
            }
        }
    }

    /// The element of a structure, or of some of its members.
    pub(super) fn structure(&mut self, name: &str, namespace: Option<&str>, fields: &Fields<'_>) {
        let mut start = BytesStart::new(name);
        start.extend_attributes(namespace.map(|namespace| ("xmlns", namespace)));
        for (member, view) in fields.iter().filter(|(member, _)| member.attribute) {
            let Kind::Leaf(leaf) = view.kind() else { continue };
            if wire(member).starts_with("xsi:") {
                start.push_attribute(("xmlns:xsi", XSI));
            }
            start.push_attribute((wire(member), speakable(&leaf.text(TimeFormat::Iso8601)).as_str()));
        }
        self.around(start, |xml| xml.members(fields));
    }

    fn member(&mut self, member: &Member, view: View<'_>) {
        match view.kind() {
            Kind::List { items, element, flattened: true } => {
                // Some services name the element of such a list instead of the list.
                let name = member.wire.as_deref().or(element).unwrap_or(&member.name);
                items.iter().for_each(|item| self.element(name, None, *item));
            }
            Kind::Map { entries, names, flattened: true } => {
                entries.iter().for_each(|entry| self.entry(wire(member), names, *entry));
            }
            _ => self.element(wire(member), None, view),
        }
    }

    fn entry(&mut self, name: &str, (key, value): (&str, &str), (of, view): (&str, View<'_>)) {
        self.within(name, None, |xml| {
            xml.text(key, of);
            xml.element(value, None, view);
        });
    }

    fn around(&mut self, start: BytesStart<'_>, inner: impl FnOnce(&mut Self)) {
        let end = start.to_end().into_owned();
        self.emit(Event::Start(start));
        inner(self);
        self.emit(Event::End(end));
    }

    fn emit(&mut self, event: Event<'_>) {
        // Writing to memory does not fail.
        let _ = self.0.write_event(event);
    }
}

/// What `member` is called in XML and in headers.
pub(super) fn wire(member: &Member) -> &str {
    member.wire.as_deref().unwrap_or(&member.name)
}

fn speakable(text: &str) -> String {
    text.chars().map(|c| if is_char(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}

/// `Char` of XML 1.0.
fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

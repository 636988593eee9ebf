//! As much of XML as answers of AWS hold: elements within elements, and text.

use quick_xml::Reader;
use quick_xml::escape::{escape, unescape};
use quick_xml::events::Event;

/// Deeper than any answer is.
const MAX_DEPTH: usize = 32;

/// An element.
#[derive(Clone, Debug, Default)]
pub(super) struct Element {
    /// Name and attributes, as written.
    tag: String,
    nodes: Vec<Node>,
}

#[derive(Clone, Debug)]
enum Node {
    Element(Element),
    /// Escaped.
    Text(String),
}

impl Element {
    /// One with this name and text.
    pub(super) fn text(name: &str, text: &str) -> Self {
        Self { tag: name.to_owned(), nodes: vec![Node::Text(escape(text).into_owned())] }
    }

    /// One with this name and these elements.
    pub(super) fn of(name: &str, elements: impl IntoIterator<Item = Element>) -> Self {
        Self { tag: name.to_owned(), nodes: elements.into_iter().map(Node::Element).collect() }
    }

    /// The root of a document.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let mut reader = Reader::from_str(std::str::from_utf8(text).ok()?);
        let mut open = vec![Self::default()];
        loop {
            let node = match reader.read_event().ok()? {
                Event::Start(start) if open.len() <= MAX_DEPTH => {
                    open.push(Self { tag: start.to_string(), nodes: Vec::new() });
                    continue;
                }
                Event::Start(_) => return None,
                Event::Empty(start) => Node::Element(Self { tag: start.to_string(), nodes: Vec::new() }),
                Event::End(_) => Node::Element(open.pop()?),
                Event::Text(text) => Node::Text(text.into_inner().into_owned()),
                Event::GeneralRef(name) => Node::Text(format!("&{};", name.into_inner())),
                Event::CData(text) => Node::Text(escape(text.into_inner()).into_owned()),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
                Event::DocType(_) => return None,
                Event::Eof => break,
            };
            open.last_mut()?.nodes.push(node);
        }
        let [outside] = <[Self; 1]>::try_from(open).ok()?;
        outside.into_elements().next()
    }

    /// The document with this root.
    pub(super) fn write(&self) -> Vec<u8> {
        let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        self.write_to(&mut text);
        text.into_bytes()
    }

    fn write_to(&self, text: &mut String) {
        text.extend(["<", &self.tag, ">"]);
        for node in &self.nodes {
            match node {
                Node::Element(element) => element.write_to(text),
                Node::Text(escaped) => text.push_str(escaped),
            }
        }
        text.extend(["</", self.name(), ">"]);
    }

    pub(super) fn name(&self) -> &str {
        self.tag.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default()
    }

    fn into_elements(self) -> impl Iterator<Item = Self> {
        self.nodes.into_iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements within.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first element of this name.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.elements().find(|element| element.name() == name)
    }

    /// The first element of this name, made where there is none.
    pub(super) fn get_or_add(&mut self, name: &str) -> Option<&mut Self> {
        if self.get(name).is_none() {
            self.push(Self::of(name, []));
        }
        self.nodes.iter_mut().find_map(|node| match node {
            Node::Element(element) if element.name() == name => Some(element),
            _ => None,
        })
    }

    /// The text of the first element of this name, unescaped.
    pub(super) fn text_of(&self, name: &str) -> Option<String> {
        let text = self.get(name)?.nodes.iter().map(|node| match node {
            Node::Text(escaped) => escaped.as_str(),
            Node::Element(_) => "",
        });
        unescape(&text.collect::<String>()).ok().map(|text| text.into_owned())
    }

    pub(super) fn push(&mut self, element: Self) {
        self.nodes.push(Node::Element(element));
    }

    /// Keeps the elements for which `keep` says so, and all text.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&Self) -> bool) {
        self.nodes.retain(|node| match node {
            Node::Element(element) => keep(element),
            Node::Text(_) => true,
        });
    }
}

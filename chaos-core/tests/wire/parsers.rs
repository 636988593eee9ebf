//! Readers of the bodies, that share no code with the writers.

use chaos_core::wire::Encoded;
use minicbor::Decoder;
use minicbor::data::Type as Kind;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

pub(crate) fn header<'a>(encoded: &'a Encoded, name: &str) -> Option<&'a str> {
    let mut found = encoded.headers.iter().filter(|(known, _)| known == name);
    let value = found.next().map(|(_, value)| value.as_str());
    assert!(found.next().is_none(), "{name} is given twice");
    value
}

pub(crate) fn json(encoded: &Encoded) -> serde_json::Value {
    serde_json::from_slice(&encoded.body).unwrap()
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cbor {
    Null,
    Bool(bool),
    Int(i128),
    F32(f32),
    F64(f64),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Cbor>),
    Map(BTreeMap<String, Cbor>),
    Tagged(u64, Box<Cbor>),
}

pub(crate) fn cbor(body: &[u8]) -> Cbor {
    let mut decoder = Decoder::new(body);
    let value = cbor_value(&mut decoder);
    assert_eq!(decoder.position(), body.len(), "bytes are left over");
    value
}

fn cbor_value(d: &mut Decoder<'_>) -> Cbor {
    match d.datatype().unwrap() {
        Kind::Null => {
            d.null().unwrap();
            Cbor::Null
        }
        Kind::Bool => Cbor::Bool(d.bool().unwrap()),
        Kind::F32 => Cbor::F32(d.f32().unwrap()),
        Kind::F64 => Cbor::F64(d.f64().unwrap()),
        Kind::String => Cbor::Text(d.str().unwrap().to_owned()),
        Kind::Bytes => Cbor::Bytes(d.bytes().unwrap().to_vec()),
        Kind::Tag => Cbor::Tagged(d.tag().unwrap().as_u64(), Box::new(cbor_value(d))),
        Kind::Array => {
            let length = d.array().unwrap().unwrap();
            Cbor::List((0..length).map(|_| cbor_value(d)).collect())
        }
        Kind::Map => {
            let length = d.map().unwrap().unwrap();
            let entries = (0..length).map(|_| (d.str().unwrap().to_owned(), cbor_value(d)));
            let map: BTreeMap<_, _> = entries.collect();
            assert_eq!(map.len() as u64, length, "a key is given twice");
            Cbor::Map(map)
        }
        _ => Cbor::Int(i128::from(d.int().unwrap())),
    }
}

/// An element: name, attributes, children, text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) children: Vec<Node>,
    pub(crate) text: String,
}

impl Node {
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub(crate) fn child<'a>(&'a self, name: &'a str) -> &'a Node {
        let mut all = self.all(name);
        let child = all.next().unwrap_or_else(|| panic!("no <{name}> in {self:?}"));
        assert!(all.next().is_none(), "<{name}> is given twice");
        child
    }

    pub(crate) fn texts<'a>(&'a self, name: &'a str) -> Vec<&'a str> {
        self.all(name).map(|child| child.text.as_str()).collect()
    }
}

/// Reads XML strictly: one root, no text beside elements, only allowed characters.
pub(crate) fn xml(body: &[u8]) -> Node {
    let text = std::str::from_utf8(body).unwrap();
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
    assert!(text.chars().all(allowed), "a character that XML forbids");
    let mut reader = quick_xml::Reader::from_str(text);
    let mut open = vec![Node::default()];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => open.push(started(&start)),
            Event::Empty(start) => open.last_mut().unwrap().children.push(started(&start)),
            Event::End(_) => {
                let node = open.pop().unwrap();
                assert!(node.children.is_empty() || node.text.is_empty(), "text beside elements");
                open.last_mut().unwrap().children.push(node);
            }
            Event::Text(text) => open.last_mut().unwrap().text.push_str(&text.xml10_content()),
            Event::GeneralRef(entity) => {
                let character = match entity.resolve_char_ref().unwrap() {
                    Some(character) => character,
                    None => match &*entity {
                        "lt" => '<',
                        "gt" => '>',
                        "amp" => '&',
                        "quot" => '"',
                        "apos" => '\'',
                        other => panic!("the entity {other}"),
                    },
                };
                open.last_mut().unwrap().text.push(character);
            }
            Event::Decl(_) => {}
            Event::Eof => break,
            other => panic!("{other:?}"),
        }
    }
    let [document] = <[Node; 1]>::try_from(open).unwrap();
    let [root] = <[Node; 1]>::try_from(document.children).unwrap();
    root
}

fn started(start: &BytesStart<'_>) -> Node {
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap().into_owned();
        (attribute.key.0.to_string(), value)
    });
    Node { name: start.name().0.to_string(), attributes: attributes.collect(), ..Node::default() }
}

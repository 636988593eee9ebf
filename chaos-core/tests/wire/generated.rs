//! Any value of any schema comes back out of every protocol, by readers of our own.

use crate::parsers::{Cbor, Node, cbor, json, xml};
use crate::samples::{ALL, fields, operation, schema, speech};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chaos_core::wire::{Document, Encoded, Fit, Protocol, Rest, Schema, ServiceError, Speech, error, output};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// A shape, written out as a tree.
#[derive(Clone, Debug)]
enum Tree {
    Text,
    Blob,
    Boolean,
    Integer,
    Float,
    Double,
    Timestamp(Option<&'static str>),
    Document,
    /// Members, and whether each has a name of its own on the wire.
    Structure(Vec<(Tree, bool)>),
    /// Elements; whether they have a name; whether they are flattened.
    List(Box<Tree>, bool, bool),
    Map(Box<Tree>, bool, bool),
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        Just(Tree::Text),
        Just(Tree::Blob),
        Just(Tree::Boolean),
        Just(Tree::Integer),
        Just(Tree::Float),
        Just(Tree::Double),
        Just(Tree::Timestamp(None)),
        Just(Tree::Timestamp(Some("iso8601"))),
        Just(Tree::Timestamp(Some("http_date"))),
        Just(Tree::Timestamp(Some("epoch"))),
        Just(Tree::Document),
    ];
    let inner = leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec((inner.clone(), any::<bool>()), 0..4).prop_map(Tree::Structure),
            (inner.clone(), any::<bool>(), any::<bool>()).prop_map(|(of, a, b)| Tree::List(
                Box::new(of),
                a,
                b
            )),
            (inner, any::<bool>(), any::<bool>()).prop_map(|(of, a, b)| Tree::Map(Box::new(of), a, b)),
        ]
    });
    vec((inner, any::<bool>()), 1..5).prop_map(Tree::Structure)
}

/// A value of this shape, as the table holds it.
fn value(tree: &Tree) -> BoxedStrategy<Value> {
    match tree {
        Tree::Text => text().prop_map(Value::from).boxed(),
        Tree::Blob => vec(any::<u8>(), 0..20).prop_map(|bytes| json!(STANDARD.encode(bytes))).boxed(),
        Tree::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Tree::Integer => any::<i64>().prop_map(Value::from).boxed(),
        Tree::Float => any::<f32>().prop_map(|number| real(number.into(), || short(number))).boxed(),
        Tree::Double => any::<f64>().prop_map(|number| real(number, || json!(number))).boxed(),
        // Whole seconds: all that HTTP dates can say.
        Tree::Timestamp(_) => (-9_999_999_999_i64..99_999_999_999)
            .prop_map(|seconds| json!(jiff::Timestamp::from_second(seconds).unwrap().to_string()))
            .boxed(),
        Tree::Document => {
            prop_oneof![text().prop_map(Value::from), Just(json!({"a": [1, null, true, -0.5]}))].boxed()
        }
        Tree::Structure(members) => {
            let members: Vec<_> =
                members.iter().map(|(member, _)| proptest::option::of(value(member))).collect();
            members
                .prop_map(|values| {
                    object(values.into_iter().enumerate().map(|(n, value)| Some((format!("M{n}"), value?))))
                })
                .boxed()
        }
        Tree::List(of, ..) => vec(value(of), 0..4).prop_map(Value::from).boxed(),
        Tree::Map(of, ..) => btree_map(text(), value(of), 0..4)
            .prop_map(|map| Value::Object(map.into_iter().collect()))
            .boxed(),
    }
}

fn object(members: impl Iterator<Item = Option<(String, Value)>>) -> Value {
    Value::Object(members.flatten().collect())
}

/// Any text, with all that breaks protocols in it more often than chance has it.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,12}",
        "[\\x00-\\x20<>&\"';,\\r\\n\u{7f}-\u{a0}\u{FFFE}\u{FFFF}\u{1F600}a]{0,12}",
        any::<String>().prop_map(|text| text.chars().take(12).collect()),
    ]
}

fn real(number: f64, finite: impl FnOnce() -> Value) -> Value {
    match number {
        _ if number.is_nan() => json!("NaN"),
        f64::INFINITY => json!("Infinity"),
        f64::NEG_INFINITY => json!("-Infinity"),
        _ => finite(),
    }
}

fn short(number: f32) -> Value {
    json!(number.to_string().parse::<f64>().unwrap())
}

/// The shapes of a tree, numbered; names say the number, so that no two are alike.
fn shapes(tree: &Tree, all: &mut Vec<Value>) -> usize {
    let at = all.len();
    all.push(Value::Null);
    all[at] = match tree {
        Tree::Text => json!("text"),
        Tree::Blob => json!("blob"),
        Tree::Boolean => json!("boolean"),
        Tree::Integer => json!("integer"),
        Tree::Float => json!("float"),
        Tree::Double => json!("double"),
        Tree::Timestamp(format) => json!({"timestamp": format}),
        Tree::Document => json!("document"),
        Tree::Structure(members) => {
            let member = |(n, (of, renamed)): (usize, &(Tree, bool))| {
                let mut member = json!({"name": format!("M{n}"), "shape": shapes(of, all)});
                if *renamed {
                    member["wire"] = json!(format!("W{n}"));
                }
                member
            };
            json!({"structure": members.iter().enumerate().map(member).collect::<Vec<_>>()})
        }
        Tree::List(of, named, flattened) => {
            let element = named.then(|| format!("E{at}"));
            json!({"list": {"of": shapes(of, all), "element": element, "flattened": flattened}})
        }
        Tree::Map(of, named, flattened) => {
            let names = named.then_some(["Name", "Value"]);
            json!({"map": {"of": shapes(of, all), "names": names, "flattened": flattened}})
        }
    };
    at
}

fn schema_of(tree: &Tree) -> Schema {
    let mut all = Vec::new();
    shapes(tree, &mut all);
    schema(Value::Array(all))
}

/// A schema and a value that fits it.
fn fitting() -> impl Strategy<Value = (Tree, Value)> {
    tree().prop_flat_map(|tree| value(&tree).prop_map(move |value| (tree.clone(), value)))
}

fn encode(tree: &Tree, value: &Value, protocol: Protocol) -> Encoded {
    let schema = schema_of(tree);
    let document = fields(&schema, value);
    output(&operation(schema), &document, 200, &speech(protocol), &[], "r")
}

fn stored_time(seconds: i64) -> Value {
    json!(jiff::Timestamp::from_second(seconds).unwrap().to_string())
}

fn http_date(text: &str) -> Value {
    // Years that HTTP cannot say are written as RFC 3339.
    let time = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text);
    json!(time.unwrap_or_else(|_| text.parse().unwrap()).to_string())
}

fn name(n: usize, renamed: bool, wire: bool) -> String {
    if renamed && wire { format!("W{n}") } else { format!("M{n}") }
}

/// JSON of the wire back to JSON of the table.
fn from_json(tree: &Tree, json: &Value, wire: bool) -> Value {
    match tree {
        Tree::Timestamp(None | Some("epoch")) => stored_time(json.as_i64().unwrap()),
        Tree::Timestamp(Some("http_date")) => http_date(json.as_str().unwrap()),
        Tree::Structure(members) => {
            let known: Vec<_> =
                members.iter().enumerate().map(|(n, (_, renamed))| name(n, *renamed, wire)).collect();
            assert!(json.as_object().unwrap().keys().all(|key| known.contains(key)));
            object(
                members
                    .iter()
                    .enumerate()
                    .map(|(n, (of, _))| Some((format!("M{n}"), from_json(of, json.get(&known[n])?, wire)))),
            )
        }
        Tree::List(of, ..) => json.as_array().unwrap().iter().map(|item| from_json(of, item, wire)).collect(),
        Tree::Map(of, ..) => {
            let entries = json.as_object().unwrap().iter();
            Value::Object(entries.map(|(key, part)| (key.clone(), from_json(of, part, wire))).collect())
        }
        _ => json.clone(),
    }
}

/// CBOR back to JSON of the table.
fn from_cbor(tree: &Tree, cbor: &Cbor) -> Value {
    match (tree, cbor) {
        (Tree::Text, Cbor::Text(text)) => json!(text),
        (Tree::Blob, Cbor::Bytes(bytes)) => json!(STANDARD.encode(bytes)),
        (Tree::Boolean, Cbor::Bool(value)) => json!(value),
        (Tree::Integer, Cbor::Int(value)) => json!(i64::try_from(*value).unwrap()),
        (Tree::Float, Cbor::F32(number)) => real(f64::from(*number), || short(*number)),
        (Tree::Double, Cbor::F64(number)) => real(*number, || json!(number)),
        (Tree::Timestamp(_), Cbor::Tagged(1, seconds)) => match **seconds {
            Cbor::Int(seconds) => stored_time(i64::try_from(seconds).unwrap()),
            _ => panic!("{seconds:?}"),
        },
        (Tree::Document, any) => free(any),
        (Tree::Structure(members), Cbor::Map(map)) => {
            assert!(map.len() <= members.len());
            object(members.iter().enumerate().map(|(n, (of, _))| {
                let name = format!("M{n}");
                let part = from_cbor(of, map.get(&name)?);
                Some((name, part))
            }))
        }
        (Tree::List(of, ..), Cbor::List(items)) => items.iter().map(|item| from_cbor(of, item)).collect(),
        (Tree::Map(of, ..), Cbor::Map(map)) => {
            Value::Object(map.iter().map(|(key, part)| (key.clone(), from_cbor(of, part))).collect())
        }
        _ => panic!("{cbor:?} for {tree:?}"),
    }
}

fn free(cbor: &Cbor) -> Value {
    match cbor {
        Cbor::Null => Value::Null,
        Cbor::Bool(value) => json!(value),
        Cbor::Int(value) => json!(i64::try_from(*value).unwrap()),
        Cbor::F64(value) => json!(value),
        Cbor::Text(text) => json!(text),
        Cbor::List(items) => items.iter().map(free).collect(),
        Cbor::Map(map) => Value::Object(map.iter().map(|(key, part)| (key.clone(), free(part))).collect()),
        other => panic!("{other:?}"),
    }
}

/// An element back to JSON of the table; `shape` counts along with [`shapes`].
fn from_xml(tree: &Tree, node: &Node, at: usize) -> Value {
    let text = node.text.as_str();
    match tree {
        Tree::Text | Tree::Blob => json!(text),
        Tree::Boolean | Tree::Integer => serde_json::from_str(text).unwrap(),
        Tree::Float => text.parse::<f32>().map(|number| real(number.into(), || short(number))).unwrap(),
        Tree::Double => text.parse::<f64>().map(|number| real(number, || json!(number))).unwrap(),
        Tree::Timestamp(Some("http_date")) => http_date(text),
        Tree::Timestamp(Some("epoch")) => stored_time(text.parse().unwrap()),
        Tree::Timestamp(_) => json!(text),
        Tree::Document => serde_json::from_str(text).unwrap(),
        Tree::Structure(members) => {
            let mut next = at + 1;
            object(members.iter().enumerate().map(|(n, (of, renamed))| {
                let at = next;
                next += count(of);
                Some((format!("M{n}"), member_from_xml(of, node, n, *renamed, at)?))
            }))
        }
        Tree::List(of, named, _) => {
            let element = if *named { format!("E{at}") } else { "member".to_owned() };
            assert!(node.children.iter().all(|child| child.name == element));
            node.children.iter().map(|item| from_xml(of, item, at + 1)).collect()
        }
        Tree::Map(of, named, _) => {
            Value::Object(node.all("entry").map(|node| entry(of, *named, node, at)).collect())
        }
    }
}

fn member_from_xml(of: &Tree, node: &Node, n: usize, renamed: bool, at: usize) -> Option<Value> {
    let own = name(n, renamed, true);
    match of {
        Tree::List(item, named, true) => {
            let element = if *named && !renamed { format!("E{at}") } else { own };
            let items: Vec<_> = node.all(&element).map(|node| from_xml(item, node, at + 1)).collect();
            (!items.is_empty()).then(|| items.into())
        }
        Tree::Map(part, named, true) => {
            let entries: Map<_, _> = node.all(&own).map(|node| entry(part, *named, node, at)).collect();
            (!entries.is_empty()).then(|| entries.into())
        }
        _ => node.all(&own).next().map(|node| from_xml(of, node, at)),
    }
}

fn entry(of: &Tree, named: bool, node: &Node, at: usize) -> (String, Value) {
    let (key, value) = if named { ("Name", "Value") } else { ("key", "value") };
    (node.child(key).text.clone(), from_xml(of, node.child(value), at + 1))
}

fn count(tree: &Tree) -> usize {
    let mut all = Vec::new();
    shapes(tree, &mut all);
    all.len()
}

/// What XML can say of a value: no forbidden characters, no empty flattened lists.
fn sayable(tree: &Tree, value: &Value) -> Value {
    match (tree, value) {
        (Tree::Structure(members), Value::Object(object)) => {
            self::object(members.iter().enumerate().map(|(n, (of, _))| {
                let name = format!("M{n}");
                let part = sayable(of, object.get(&name)?);
                let flattened = matches!(of, Tree::List(_, _, true) | Tree::Map(_, _, true));
                (!flattened || !is_empty(&part)).then_some((name, part))
            }))
        }
        (Tree::List(of, ..), Value::Array(items)) => items.iter().map(|item| sayable(of, item)).collect(),
        (Tree::Map(of, ..), Value::Object(object)) => {
            Value::Object(object.iter().map(|(key, part)| (speakable(key), sayable(of, part))).collect())
        }
        (Tree::Text, Value::String(text)) => json!(speakable(text)),
        (Tree::Document, Value::String(text)) => json!(speakable_within_json(text)),
        _ => value.clone(),
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty)
}

fn speakable(text: &str) -> String {
    text.replace(|c| c < ' ' && !matches!(c, '\t' | '\n' | '\r'), "\u{FFFD}")
        .replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}")
}

/// JSON escapes control characters by itself.
fn speakable_within_json(text: &str) -> String {
    text.replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}")
}

fn service_error(code: &str, message: &str, status: u16) -> ServiceError {
    ServiceError {
        code: code.to_owned(),
        status,
        message: message.to_owned(),
        query_code: Some(code.to_owned()),
        fields: None,
    }
}

fn is_sendable(encoded: &Encoded) -> bool {
    let token = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|b| {
                b.is_ascii_graphic() && !b"\"(),/:;<=>?@[\\]{}".contains(&b) && !b.is_ascii_uppercase()
            })
    };
    let visible = |value: &str| value.bytes().all(|b| (b' '..=b'~').contains(&b));
    encoded.headers.iter().all(|(name, value)| token(name) && visible(value))
}

proptest! {
    #[test]
    fn a_document_makes_itself_again((tree, value) in fitting()) {
        let document = fields(&schema_of(&tree), &value);
        prop_assert_eq!(document.to_json(), value);
        let again = Document::fit(document.schema(), &document.to_json(), Fit::Fields).unwrap();
        prop_assert_eq!(&again.document, &document);
        prop_assert!(again.notes.is_empty());
        let stored = serde_json::to_string(&document).unwrap();
        prop_assert_eq!(serde_json::from_str::<Document>(&stored).unwrap(), document);
    }

    #[test]
    fn json_brings_every_value((tree, value) in fitting()) {
        for (protocol, wire) in [(Protocol::AwsJson11, false), (Protocol::Rest(Rest::Json), true)] {
            prop_assert_eq!(from_json(&tree, &json(&encode(&tree, &value, protocol)), wire), value.clone());
        }
    }

    #[test]
    fn cbor_brings_every_value((tree, value) in fitting()) {
        let encoded = encode(&tree, &value, Protocol::RpcV2Cbor);
        prop_assert_eq!(from_cbor(&tree, &cbor(&encoded.body)), value);
    }

    #[test]
    fn xml_brings_every_value_that_xml_can_say((tree, value) in fitting()) {
        let root = |protocol| xml(&encode(&tree, &value, protocol).body);
        let expected = sayable(&tree, &value);
        prop_assert_eq!(from_xml(&tree, &root(Protocol::Rest(Rest::S3)), 0), expected.clone());
        prop_assert_eq!(from_xml(&tree, root(Protocol::AwsQuery).child("DoItResult"), 0), expected.clone());
        prop_assert_eq!(from_xml(&tree, &root(Protocol::Ec2Query), 0), expected);
    }

    #[test]
    fn errors_with_any_text_are_well_formed(code in text(), message in text(), id in text(), status in 400_u16..600) {
        for protocol in ALL {
            for bodiless in [false, true] {
                let speech = Speech { protocol, query_mode: true, bodiless };
                let encoded = error(&service_error(&code, &message, status), &speech, &id);
                prop_assert!(is_sendable(&encoded), "{:?}", encoded.headers);
                prop_assert_eq!(encoded.body.is_empty(), bodiless);
            }
            let encoded = error(&service_error(&code, &message, status), &speech(protocol), &id);
            match protocol {
                Protocol::AwsJson10 | Protocol::AwsJson11 | Protocol::Rest(Rest::Json) => {
                    prop_assert_eq!(&json(&encoded)["message"], &message);
                }
                Protocol::RpcV2Cbor => match cbor(&encoded.body) {
                    Cbor::Map(map) => prop_assert_eq!(&map["message"], &Cbor::Text(message.clone())),
                    other => prop_assert!(false, "{other:?}"),
                },
                Protocol::Rest(Rest::S3) => {
                    let root = xml(&encoded.body);
                    prop_assert_eq!(&root.child("Message").text, &speakable(&message));
                }
                Protocol::Ec2Query => {
                    let root = xml(&encoded.body);
                    prop_assert_eq!(&root.child("Errors").child("Error").child("Code").text, &speakable(&code));
                }
                Protocol::AwsQuery | Protocol::Rest(Rest::Xml) => {
                    let root = xml(&encoded.body);
                    prop_assert_eq!(&root.child("Error").child("Message").text, &speakable(&message));
                }
            }
        }
    }

    #[test]
    fn headers_are_sendable_whatever_they_carry(
        value in text(),
        items in vec(text(), 0..4),
        map in btree_map(text(), text(), 0..4),
        replayed in vec((text(), text()), 0..4),
    ) {
        let schema = schema(json!([
            {"structure": [
                {"name": "One", "wire": "X-One", "shape": 1, "place": "header"},
                {"name": "Many", "wire": "X-Many", "shape": 2, "place": "header"},
                {"name": "All", "wire": "", "shape": 3, "place": "headers"},
                {"name": "Attribute", "shape": 1, "attribute": true}
            ]},
            "text", {"list": {"of": 1}}, {"map": {"of": 1}}
        ]));
        let document = fields(&schema, &json!({"One": value, "Many": items, "All": map, "Attribute": value}));
        for protocol in ALL {
            let encoded = output(&operation(schema.clone()), &document, 200, &speech(protocol), &replayed, &value);
            prop_assert!(is_sendable(&encoded), "{:?}", encoded.headers);
        }
        let root = xml(&output(&operation(schema), &document, 200, &speech(Protocol::Rest(Rest::S3)), &[], "r").body);
        prop_assert_eq!(&root.attributes["Attribute"], &speakable(&value));
    }

    #[test]
    fn whatever_does_not_fit_is_refused_and_no_more((tree, _) in fitting(), (_, other) in fitting()) {
        for mode in [Fit::Pill, Fit::Fields] {
            match Document::fit(&schema_of(&tree), &other, mode) {
                Ok(fitted) => {
                    let again = Document::fit(fitted.document.schema(), &fitted.document.to_json(), Fit::Fields);
                    prop_assert_eq!(again.unwrap().document, fitted.document);
                }
                Err(misfits) => prop_assert!(!misfits.is_empty()),
            }
        }
    }
}

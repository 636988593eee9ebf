//! The same change, made to the text and to the parsed value.

use chaos_core::body::members::{Form, edit};
use chaos_core::spec::Members;
use minicbor::{Decoder, Encoder};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value};

const NAMES: [&str; 5] = ["a", "B", "c,d", "e\"", "0"];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        select(vec!["", "x", "a\",{", "]},", "\u{e9}\n"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(select(NAMES.to_vec()), inner, 0..4).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

fn path() -> impl Strategy<Value = String> {
    vec(select(vec!["a", "A", "B", "c,d", "e\"", "0", "1", "2", "*", "new"]), 1..4)
        .prop_map(|parts| parts.join("."))
}

fn members() -> impl Strategy<Value = Members> {
    (vec(path(), 0..3), btree_map(path(), value(), 0..3))
        .prop_filter("asks for something", |(drop, replace)| !drop.is_empty() || !replace.is_empty())
        .prop_map(|(drop, replace)| Members { drop, replace })
}

/// What a value becomes when these paths (what is left of them) lead into it, by
/// the letter of the contract; none where it is dropped.
fn changed(value: &Value, asked: &[(Vec<&str>, Option<&Value>)], found: &mut bool) -> Option<Value> {
    let here: Vec<_> = asked.iter().filter(|(path, _)| path.is_empty()).collect();
    *found |= !here.is_empty();
    let inside: Vec<_> = asked.iter().filter(|(path, _)| !path.is_empty()).cloned().collect();
    let within = match value {
        Value::Object(members) => Value::Object(object(members, &inside, found)),
        Value::Array(items) => {
            let places = (0..items.len()).map(|place| place.to_string());
            let item = |(name, item): (String, &Value)| {
                changed(item, &step(&inside, |part| part == name || part == "*"), found)
            };
            Value::Array(places.zip(items).filter_map(item).collect())
        }
        other => other.clone(),
    };
    let replaced = here.iter().rev().find_map(|(_, new)| *new);
    match replaced {
        Some(new) => Some(new.clone()),
        None => here.is_empty().then_some(within),
    }
}

fn object(
    members: &Map<String, Value>,
    asked: &[(Vec<&str>, Option<&Value>)],
    found: &mut bool,
) -> Map<String, Value> {
    let meant = |part: &str, name: &str| {
        part == "*" || part == name || !members.contains_key(part) && part.eq_ignore_ascii_case(name)
    };
    let mut after = Map::new();
    for (name, value) in members {
        if let Some(value) = changed(value, &step(asked, |part| meant(part, name)), found) {
            after.insert(name.clone(), value);
        }
    }
    for (path, new) in asked {
        if let ([name], Some(new)) = (path.as_slice(), new)
            && *name != "*"
            && !members.keys().any(|other| meant(name, other))
        {
            *found = true;
            after.insert((*name).to_owned(), (*new).clone());
        }
    }
    after
}

fn step<'a>(
    asked: &[(Vec<&'a str>, Option<&'a Value>)],
    fits: impl Fn(&str) -> bool,
) -> Vec<(Vec<&'a str>, Option<&'a Value>)> {
    asked.iter().filter(|(path, _)| fits(path[0])).map(|(path, new)| (path[1..].to_vec(), *new)).collect()
}

fn modelled(value: &Value, members: &Members) -> Option<Value> {
    let drops = members.drop.iter().map(|path| (path.split('.').collect(), None));
    let replacements = members.replace.iter().map(|(path, new)| (path.split('.').collect(), Some(new)));
    let mut found = false;
    let after = changed(value, &drops.chain(replacements).collect::<Vec<_>>(), &mut found);
    after.filter(|_| found)
}

fn to_cbor(value: &Value, out: &mut Encoder<Vec<u8>>) {
    match value {
        Value::Null => out.null().map(|_| ()),
        Value::Bool(value) => out.bool(*value).map(|_| ()),
        Value::Number(value) => out.i64(value.as_i64().unwrap()).map(|_| ()),
        Value::String(value) => out.str(value).map(|_| ()),
        Value::Array(items) => {
            out.begin_array().unwrap();
            items.iter().for_each(|item| to_cbor(item, out));
            out.end().map(|_| ())
        }
        Value::Object(members) => {
            out.map(members.len() as u64).unwrap();
            for (name, value) in members {
                out.str(name).unwrap();
                to_cbor(value, out);
            }
            Ok(())
        }
    }
    .unwrap();
}

fn from_cbor(decoder: &mut Decoder<'_>) -> Value {
    use minicbor::data::Type;
    match decoder.datatype().unwrap() {
        Type::Null => decoder.null().map(|()| Value::Null).unwrap(),
        Type::Bool => decoder.bool().unwrap().into(),
        Type::String => decoder.str().unwrap().into(),
        Type::Map => {
            let length = decoder.map().unwrap().unwrap();
            (0..length).map(|_| (decoder.str().unwrap().to_owned(), from_cbor(decoder))).collect()
        }
        Type::Array => {
            let length = decoder.array().unwrap().unwrap();
            (0..length).map(|_| from_cbor(decoder)).collect()
        }
        Type::ArrayIndef => {
            decoder.array().unwrap();
            let mut items = Vec::new();
            while decoder.datatype().unwrap() != Type::Break {
                items.push(from_cbor(decoder));
            }
            decoder.set_position(decoder.position() + 1);
            items.into()
        }
        _ => decoder.i64().unwrap().into(),
    }
}

/// What becomes of a body, also where the new values are the old ones.
fn bytes_changed(body: &[u8], form: Form, members: &Members) -> Option<Vec<u8>> {
    match edit(body, form, members) {
        Err(why) if why == "the members have the new values already" => Some(body.to_vec()),
        edited => edited.ok(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn json_is_changed_as_its_value_is(value in value(), members in members(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let changed = bytes_changed(text.as_bytes(), Form::Json, &members);
        let parsed = changed.map(|bytes| serde_json::from_slice::<Value>(&bytes).unwrap());
        prop_assert_eq!(parsed, modelled(&value, &members));
    }

    #[test]
    fn cbor_is_changed_as_its_value_is(value in value(), members in members()) {
        let mut out = Encoder::new(Vec::new());
        to_cbor(&value, &mut out);
        let changed = bytes_changed(out.writer(), Form::Cbor, &members);
        let parsed = changed.map(|bytes| {
            let mut decoder = Decoder::new(&bytes);
            let value = from_cbor(&mut decoder);
            assert_eq!(decoder.position(), bytes.len());
            value
        });
        prop_assert_eq!(parsed, modelled(&value, &members));
    }
}

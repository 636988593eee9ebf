//! Bytes of all kinds, and answers that are damaged already.

use chaos_core::body::members::{Form, edit};
use chaos_core::spec::Members;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

fn form() -> impl Strategy<Value = Form> {
    select(vec![Form::Json, Form::Xml, Form::Cbor])
}

fn path() -> impl Strategy<Value = String> {
    vec(select(vec!["a", "A", "b", "member", "0", "1", "*"]), 1..4).prop_map(|parts| parts.join("."))
}

fn members() -> impl Strategy<Value = Members> {
    let value = select(vec![json!(1), json!("<&>"), json!({"a": [1, {"b": null}]}), json!([]), Value::Null]);
    (vec(path(), 0..4), btree_map(path(), value, 0..4)).prop_map(|(drop, replace)| Members { drop, replace })
}

/// Pieces of the languages, so that some of what comes out is of one.
fn body() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: [&[u8]; 36] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\"a\"",
        b"\"b\"",
        b"1",
        b" ",
        b"<a>",
        b"</a>",
        b"<member>",
        b"</member>",
        b"<b/>",
        b"<a x='y'/>",
        b"text",
        b"&amp;",
        b"<![CDATA[<]]>",
        b"<!-- -->",
        b"<?x?>",
        b"<!DOCTYPE a>",
        b"\xa1",
        b"\xa2",
        b"\x81",
        b"\x9f",
        b"\xbf",
        b"\xff",
        b"\x61a",
        b"\x61b",
        b"\xc1",
        b"\x41x",
        b"\xf9\0\0",
        b"\x7f",
        b"\x5f",
        b"\xef\xbb\xbf",
    ];
    vec(select(PIECES.to_vec()), 0..16).prop_map(|pieces| pieces.concat())
}

/// An element that holds elements.
fn document() -> impl Strategy<Value = String> {
    let name = || select(vec!["a", "b", "A", "member"]);
    let leaf = select(vec!["", "x", " &lt; ", "<![CDATA[>]]>", "<!-- c -->", "<b/>", "<a  c='d' />"]);
    let element = leaf.prop_map(str::to_owned).prop_recursive(4, 24, 4, move |inner| {
        vec((name(), inner), 1..4).prop_map(|children| {
            children.into_iter().map(|(name, inside)| format!("<{name}>{inside}</{name}>\n")).collect()
        })
    });
    element.prop_map(|inside| format!("<R>{inside}</R>"))
}

const MARK: &str = "<mark>1</mark>";

/// Everything is taken apart and put together again, with a mark added.
fn marked(body: &str) -> String {
    let absent = ["*", "*.*", "*.*.*", "*.*.*.*"].map(|start| format!("{start}.absent"));
    let replace = [("mark".to_owned(), json!(1))].into();
    let changed = edit(body.as_bytes(), Form::Xml, &Members { drop: absent.to_vec(), replace }).unwrap();
    String::from_utf8(changed).unwrap()
}

proptest! {
    #[test]
    fn no_bytes_are_too_much(body in vec(any::<u8>(), 0..64), form in form(), members in members()) {
        let _ = edit(&body, form, &members);
    }

    #[test]
    fn no_pieces_are_too_much(body in body(), form in form(), members in members()) {
        if let Ok(changed) = edit(&body, form, &members) {
            prop_assert!(changed.len() < body.len() * 4 + 1024 * 1024);
            // What comes out is of the form too: it can be changed once more.
            let again = Members { drop: vec!["*".to_owned()], ..Members::default() };
            if !members.drop.is_empty() || !members.replace.is_empty() {
                let again = edit(&changed, form, &again);
                prop_assert!(again.is_ok() || again.clone().map_err(super::why) == Err(super::NONE), "{again:?} of {changed:?}");
            }
        }
    }

    #[test]
    fn a_document_changed_is_a_document(body in document(), members in members()) {
        if let Ok(changed) = edit(body.as_bytes(), Form::Xml, &members) {
            let again = edit(&changed, Form::Xml, &Members { drop: vec!["*".to_owned()], ..Members::default() });
            prop_assert!(again.is_ok() || again.clone().map_err(super::why) == Err(super::NONE), "{again:?}");
        }
    }

    #[test]
    fn what_is_not_named_stays_in_xml(body in document()) {
        let marked = marked(&body);
        prop_assert_eq!(marked.matches(MARK).count(), 1);
        prop_assert_eq!(marked.replace(MARK, ""), body);
    }
}

#[test]
fn what_is_not_named_stays_in_json() {
    let body = b" { \"a\" : [ 1.0 , [ ] , { } , {\"b\" :1E5} ],\t\"c\\u0041\":\r\n{\"d\":null} } \n";
    let [before, after] = [&body[..body.len() - 3], &body[body.len() - 3..]];
    let members =
        Members { replace: [("marker".to_owned(), json!(1))].into(), drop: vec!["*.*.*.x".to_owned()] };
    let changed = edit(body, Form::Json, &members).unwrap();
    assert_eq!(changed, [before, b",\"marker\":1", after].concat());
}

//! JSON: as DynamoDB and SQS answer.

use super::{NONE, drop, edited, edited_bytes, members, replace};
use chaos_core::body::members::{Form, Paths, edit, edit_headers, header_text, split};
use chaos_core::spec::Members;
use serde_json::{Value, json};

const GET_ITEM: &str = r#"{"ConsumedCapacity":{"CapacityUnits":0.50,"TableName":"orders"},"Item":{"price":{"N":"12.50"},"id":{"S":"o-1"},"tags":{"L":[{"S":"a"},{"S":"b"},{"S":"c"}]}}}"#;

const RECEIVE: &str = r#" {
  "Messages" : [
    { "MessageId": "m-1", "Body": "{\"a\": [1, 2]}", "Attributes": {"SentTimestamp": "1"} },
    { "MessageId": "m-2", "Body": "two, three" , "Attributes": {} }
  ]
}
"#;

fn json(body: &str, members: &Members) -> Result<String, &'static str> {
    edited(body, Form::Json, members)
}

#[test]
fn a_dropped_member_takes_its_comma_along_and_nothing_else() {
    let changed = json(GET_ITEM, &drop(["Item.price"])).unwrap();
    assert_eq!(changed, GET_ITEM.replace(r#""price":{"N":"12.50"},"#, ""));
    let changed = json(GET_ITEM, &drop(["Item.tags"])).unwrap();
    assert_eq!(changed, GET_ITEM.replace(r#","tags":{"L":[{"S":"a"},{"S":"b"},{"S":"c"}]}"#, ""));
    let changed = json(GET_ITEM, &drop(["Item.*", "ConsumedCapacity"])).unwrap();
    assert_eq!(changed, r#"{"Item":{}}"#);
}

#[test]
fn a_replaced_value_stands_where_the_old_one_stood() {
    let changed = json(GET_ITEM, &replace("Item.price.N", json!("-1"))).unwrap();
    assert_eq!(changed, GET_ITEM.replace("12.50", "-1"));
    let changed = json(RECEIVE, &replace("Messages.*.Body", json!(null))).unwrap();
    assert_eq!(changed, RECEIVE.replace(r#""{\"a\": [1, 2]}""#, "null").replace(r#""two, three" "#, "null "));
}

#[test]
fn numbers_and_order_stay_as_they_were_written() {
    let body = r#"{"z":1e400,"a":0.10,"m":-0,"b":123456789012345678901234567890,"x":"\u00e9\/"}"#;
    let changed = json(body, &replace("m", json!(1.5))).unwrap();
    assert_eq!(changed, body.replace("-0", "1.5"));
}

#[test]
fn places_are_those_of_the_answer_as_it_came() {
    let changed = json(GET_ITEM, &drop(["Item.tags.L.0", "Item.tags.L.1"])).unwrap();
    assert_eq!(changed, GET_ITEM.replace(r#"{"S":"a"},{"S":"b"},"#, ""));
    let changed = json(RECEIVE, &drop(["Messages.1"])).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&changed).unwrap()["Messages"].as_array().unwrap().len(), 1);
}

#[test]
fn names_in_another_case_are_found_where_there_is_no_better_one() {
    let body = r#"{"functionName":"f","State":"a","state":"b"}"#;
    assert_eq!(json(body, &drop(["FunctionName"])).unwrap(), r#"{"State":"a","state":"b"}"#);
    assert_eq!(json(body, &drop(["state"])).unwrap(), r#"{"functionName":"f","State":"a"}"#);
}

#[test]
fn an_absent_member_is_added_where_there_is_an_object_for_it() {
    let changed = json(GET_ITEM, &replace("Item.note", json!({"S": "\"new\""}))).unwrap();
    assert_eq!(changed, GET_ITEM.replace("]}}}", r#"]},"note":{"S":"\"new\""}}}"#));
    assert_eq!(json("{ }", &replace("a", json!(1))).unwrap(), r#"{"a":1 }"#);
    assert_eq!(json(r#"{"a":1}"#, &members(["a"], [("b", json!(2))])).unwrap(), r#"{"b":2}"#);
    for path in ["Item.a.b", "Item.tags.L.3", "Item.tags.L.x", "Item.id.S.x", "Item.id.S.*"] {
        assert_eq!(json(GET_ITEM, &replace(path, json!(1))), Err(NONE), "{path}");
    }
}

#[test]
fn what_is_added_twice_is_there_once_and_the_later_path_counts() {
    let asked = members([], [("l.*.x", json!(1)), ("l.0.x", json!(2))]);
    assert_eq!(json(r#"{"l":[{},{}]}"#, &asked).unwrap(), r#"{"l":[{"x":2},{"x":1}]}"#);
}

#[test]
fn the_outer_member_counts_and_a_replacement_counts_over_a_drop() {
    let asked = members(["Item.price"], [("Item.price.N", json!("1")), ("Item", json!({}))]);
    let changed = json(GET_ITEM, &asked).unwrap();
    assert!(changed.ends_with(r#""Item":{}}"#), "{changed}");
    let asked = members(["l.*"], [("l.1", json!(9))]);
    assert_eq!(json(r#"{"l":[1,2,3]}"#, &asked).unwrap(), r#"{"l":[9]}"#);
}

#[test]
fn an_absent_member_is_no_error_while_another_is_there() {
    assert_eq!(json(r#"{"a":1,"b":2}"#, &drop(["x.y", "a"])).unwrap(), r#"{"b":2}"#);
    assert_eq!(json(r#"{"a":1}"#, &drop(["x", "a.b", "*.c"])), Err(NONE));
    assert_eq!(json("[]", &drop(["*"])), Err(NONE));
    assert_eq!(json("7", &drop(["a"])), Err(NONE));
}

#[test]
fn a_list_may_be_the_outermost() {
    assert_eq!(json(" [1, 2 ,3]\n", &drop(["1"])).unwrap(), " [1,3]\n");
    for no_place in ["+1", "-1", "3", "99999999999999999999999", "a"] {
        assert_eq!(json("[1,2,3]", &drop([no_place])), Err(NONE), "{no_place}");
    }
}

#[test]
fn every_member_of_one_name_is_meant() {
    assert_eq!(json(r#"{"a":1,"a":2,"b":3}"#, &drop(["a"])).unwrap(), r#"{"b":3}"#);
}

#[test]
fn what_is_no_json_stays_as_it_is() {
    const NOT_JSON: &str = "the body of the answer is not JSON";
    for body in ["", "<a/>", "{\"a\":1", "{\"a\":1}}", "{'a':1}", "{\"a\":01}", "{\"a\":[1,]}"] {
        assert_eq!(json(body, &drop(["a"])), Err(NOT_JSON), "{body}");
    }
    assert_eq!(edited_bytes(b"{\"a\":\"\xff\"}", Form::Json, &drop(["a"])), Err(NOT_JSON));
}

#[test]
fn deep_answers_are_no_matter() {
    let body = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(json(&body, &drop(["0.0.0"])).unwrap(), "[[[]]]");
    assert_eq!(
        json(&body, &drop([["0"; 128].join(".").as_str()])).unwrap(),
        "[".repeat(128) + &"]".repeat(128)
    );
}

#[test]
fn an_answer_does_not_grow_without_bounds() {
    let body = format!("[{}1]", "1,".repeat(999));
    let large = json!("x".repeat(2000));
    assert_eq!(
        json(&body, &replace("*", large)),
        Err("the answer would be too large with its members replaced")
    );
    assert_eq!(json(&body, &replace("*", json!("x".repeat(1000)))).unwrap().len(), 1000 * 1003 + 1);
}

#[test]
fn headers_are_left_to_who_has_them() {
    let asked = members(["header:etag", "a", "header:X-A"], [("header:x-n", json!(7)), ("b.c", json!(null))]);
    let split = split(&asked);
    assert_eq!(split.headers, Paths { drop: vec!["etag", "X-A"], replace: vec![("x-n", &json!(7))] });
    assert_eq!(split.body, Paths { drop: vec!["a"], replace: vec![("b.c", &json!(null))] });
    let texts = [json!("a b"), json!(7), json!(true), json!(null)];
    assert_eq!(
        texts.each_ref().map(|value| header_text(value).unwrap().into_owned()),
        ["a b", "7", "true", ""]
    );
    assert_eq!((header_text(&json!([])), header_text(&json!({}))), (None, None));
    // A body that nothing is asked of is not even read.
    assert_eq!(json("no JSON", &drop(["header:etag"])).unwrap(), "no JSON");
}

#[test]
fn what_is_absent_is_named() {
    let why = |paths: &Members| edit(b"{\"a\":1}", Form::Json, paths).unwrap_err().into_owned();
    assert_eq!(why(&drop(["Foo"])), "the answer has no member `Foo`");
    assert_eq!(why(&members(["Foo"], [("a.b", json!(1))])), "the answer has no member `Foo` or `a.b`");
    assert_eq!(why(&drop(["b", "c", "d", "e"])), "the answer has no member `b` or `c` or `d`, ..");
    assert_eq!(why(&replace("a", json!(1))), "the members have the new values already");
}

#[test]
fn headers_that_stay_as_they_are_say_why() {
    let edited = |members: &Members| {
        let mut headers = std::collections::BTreeMap::from([("etag".to_owned(), "7".to_owned())]);
        let paths = split(members).headers;
        let why = edit_headers(&paths, |name, value| match value {
            Some("\n") => Err(()),
            Some(value) => Ok(headers.insert(name.to_owned(), value.to_owned())),
            None => Ok(headers.remove(name)),
        });
        (
            why.map_err(String::from),
            headers.into_iter().map(|(name, value)| format!("{name}={value}")).collect(),
        )
    };
    let cases: [(Members, Result<(), &str>, &[&str]); 8] = [
        (drop(["header:etag"]), Ok(()), &[]),
        (drop(["header:vary", "header:etag"]), Ok(()), &[]),
        (drop(["header:etag", "header:vary"]), Ok(()), &[]),
        (drop(["header:vary"]), Err("the answer has no header `vary`"), &["etag=7"]),
        (replace("header:etag", json!(8)), Ok(()), &["etag=8"]),
        (replace("header:etag", json!("7")), Err("the headers have the new values already"), &["etag=7"]),
        (replace("header:etag", json!([])), Err("the header `etag` cannot have such a value"), &["etag=7"]),
        (members(["header:etag"], [("header:a", json!("\n"))]), Ok(()), &[]),
    ];
    for (asked, why, left) in cases {
        let left: Vec<_> = left.iter().map(|header| (*header).to_owned()).collect();
        assert_eq!(edited(&asked), (why.map_err(str::to_owned), left), "{asked:?}");
    }
}

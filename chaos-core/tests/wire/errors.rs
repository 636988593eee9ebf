//! Errors, protocol by protocol.

use crate::parsers::{Cbor, cbor, header, json, xml};
use crate::samples::{ALL, fields, schema, speech};
use chaos_core::wire::{Document, Fit, Protocol, Rest, ServiceError, Speech, error};
use serde_json::json;
use std::collections::BTreeMap;

fn plain() -> ServiceError {
    ServiceError {
        code: "Throttled".to_owned(),
        status: 400,
        message: "slow & steady".to_owned(),
        query_code: None,
        fields: None,
    }
}

/// With a member in a header, one under another name, and a message with a capital.
fn rich() -> ServiceError {
    let schema = schema(json!([
        {"structure": [
            {"name": "Message", "wire": "TheMessage", "shape": 1},
            {"name": "Reason", "wire": "why", "shape": 1},
            {"name": "RetryAfter", "wire": "Retry-After", "shape": 2, "place": "header"},
            {"name": "Items", "shape": 3}
        ]},
        "text", "integer", {"list": {"of": 1, "element": "Item"}}
    ]));
    let json = json!({"Message": "not this one", "Reason": "because", "RetryAfter": 7, "Items": ["a"]});
    ServiceError { fields: Some(fields(&schema, &json)), ..plain() }
}

fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, Cbor> {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), Cbor::Text((*text).to_owned()))).collect()
}

#[test]
fn aws_json_has_type_message_and_members_under_their_own_names() {
    for (protocol, media) in [
        (Protocol::AwsJson10, "application/x-amz-json-1.0"),
        (Protocol::AwsJson11, "application/x-amz-json-1.1"),
    ] {
        let encoded = error(&plain(), &speech(protocol), "chaos-x");
        assert_eq!(json(&encoded), json!({"__type": "Throttled", "message": "slow & steady"}));
        assert_eq!(encoded.status, 400);
        assert_eq!(header(&encoded, "content-type"), Some(media));
        assert_eq!(header(&encoded, "x-amzn-requestid"), Some("chaos-x"));
        assert_eq!(header(&encoded, "x-amzn-query-error"), None);

        let expected = json!({
            "__type": "Throttled", "Message": "slow & steady", "Reason": "because", "RetryAfter": 7, "Items": ["a"],
        });
        assert_eq!(json(&error(&rich(), &speech(protocol), "chaos-x")), expected);
    }
}

#[test]
fn query_mode_adds_the_code_that_the_client_goes_by() {
    for protocol in [Protocol::AwsJson10, Protocol::RpcV2Cbor] {
        let speech = Speech { query_mode: true, ..speech(protocol) };
        let own = error(&plain(), &speech, "chaos-x");
        assert_eq!(header(&own, "x-amzn-query-error"), Some("Throttled;Sender"));
        let renamed = ServiceError { query_code: Some("AWS.Q.Throttled".to_owned()), status: 503, ..plain() };
        let encoded = error(&renamed, &speech, "chaos-x");
        assert_eq!(header(&encoded, "x-amzn-query-error"), Some("AWS.Q.Throttled;Receiver"));
    }
}

#[test]
fn cbor_has_type_message_and_members() {
    let encoded = error(&plain(), &speech(Protocol::RpcV2Cbor), "chaos-x");
    assert_eq!(
        cbor(&encoded.body),
        Cbor::Map(texts(&[("__type", "Throttled"), ("message", "slow & steady")]))
    );
    assert_eq!(header(&encoded, "smithy-protocol"), Some("rpc-v2-cbor"));
    assert_eq!(header(&encoded, "content-type"), Some("application/cbor"));

    let mut expected = texts(&[("__type", "Throttled"), ("Message", "slow & steady"), ("Reason", "because")]);
    expected.insert("RetryAfter".to_owned(), Cbor::Int(7));
    expected.insert("Items".to_owned(), Cbor::List(vec![Cbor::Text("a".to_owned())]));
    assert_eq!(cbor(&error(&rich(), &speech(Protocol::RpcV2Cbor), "chaos-x").body), Cbor::Map(expected));
}

#[test]
fn rest_json_has_its_type_and_some_members_in_headers() {
    let encoded = error(&rich(), &speech(Protocol::Rest(Rest::Json)), "chaos-x");
    assert_eq!(json(&encoded), json!({"TheMessage": "slow & steady", "why": "because", "Items": ["a"]}));
    assert_eq!(header(&encoded, "x-amzn-errortype"), Some("Throttled"));
    assert_eq!(header(&encoded, "retry-after"), Some("7"));
    assert_eq!(header(&encoded, "content-type"), Some("application/json"));
    assert_eq!(header(&encoded, "x-amzn-requestid"), Some("chaos-x"));
}

#[test]
fn query_and_rest_xml_wrap_the_error() {
    for protocol in [Protocol::AwsQuery, Protocol::Rest(Rest::Xml)] {
        for (status, fault) in [(404, "Sender"), (500, "Receiver")] {
            let encoded = error(&ServiceError { status, ..rich() }, &speech(protocol), "chaos-x");
            let root = xml(&encoded.body);
            assert_eq!(root.name, "ErrorResponse");
            assert_eq!(root.child("RequestId").text, "chaos-x");
            let told = root.child("Error");
            assert_eq!(told.child("Type").text, fault);
            assert_eq!(told.child("Code").text, "Throttled");
            assert_eq!(told.child("Message").text, "slow & steady");
            assert_eq!(told.child("why").text, "because");
            assert_eq!(told.child("Items").texts("Item"), ["a"]);
            assert_eq!(told.texts("TheMessage").len(), 0);
            assert_eq!(header(&encoded, "x-amzn-requestid"), Some("chaos-x"));
        }
    }
    let rest = error(&rich(), &speech(Protocol::Rest(Rest::Xml)), "chaos-x");
    assert_eq!(header(&rest, "retry-after"), Some("7"));
    assert_eq!(header(&rest, "content-type"), Some("application/xml"));
    let query = error(&rich(), &speech(Protocol::AwsQuery), "chaos-x");
    assert_eq!(header(&query, "retry-after"), None);
    assert_eq!(xml(&query.body).child("Error").child("Retry-After").text, "7");
}

#[test]
fn s3_errors_are_bare_and_name_the_request_twice() {
    let encoded = error(&plain(), &speech(Protocol::Rest(Rest::S3)), "chaos-x");
    let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>Throttled</Code>\
        <Message>slow &amp; steady</Message><RequestId>chaos-x</RequestId><HostId>chaos-x</HostId></Error>";
    assert_eq!(String::from_utf8(encoded.body.clone()).unwrap(), expected);
    assert_eq!(header(&encoded, "x-amz-request-id"), Some("chaos-x"));
    assert_eq!(header(&encoded, "x-amz-id-2"), Some("chaos-x"));
    assert_eq!(header(&encoded, "x-amzn-requestid"), None);
}

#[test]
fn ec2_errors_are_one_of_a_list() {
    let encoded = error(&rich(), &speech(Protocol::Ec2Query), "chaos-x");
    let root = xml(&encoded.body);
    assert_eq!(root.name, "Response");
    assert_eq!(root.child("RequestID").text, "chaos-x");
    let told = root.child("Errors").child("Error");
    assert_eq!(told.child("Code").text, "Throttled");
    assert_eq!(told.child("Message").text, "slow & steady");
    assert_eq!(told.child("why").text, "because");
}

#[test]
fn an_answer_to_a_head_has_no_body() {
    for protocol in ALL {
        let encoded = error(&rich(), &Speech { bodiless: true, ..speech(protocol) }, "chaos-x");
        assert!(encoded.body.is_empty());
        assert_eq!(encoded.status, 400);
        assert!(encoded.headers.iter().any(|(_, value)| value == "chaos-x"));
    }
}

#[test]
fn the_message_goes_by_the_name_that_the_shape_has_even_where_no_value_names_it() {
    let schema = schema(
        json!([{"structure": [{"name": "MESSAGE", "shape": 1}, {"name": "Other", "shape": 1}]}, "text"]),
    );
    let error_of = |json| ServiceError {
        fields: Some(Document::fit(&schema, &json, Fit::Fields).unwrap().document),
        ..plain()
    };
    let encoded = error(&error_of(json!({"Other": "o"})), &speech(Protocol::AwsJson11), "r");
    assert_eq!(json(&encoded), json!({"__type": "Throttled", "MESSAGE": "slow & steady", "Other": "o"}));
    let encoded = error(&error_of(json!({})), &speech(Protocol::AwsJson11), "r");
    assert_eq!(json(&encoded), json!({"__type": "Throttled", "MESSAGE": "slow & steady"}));
}

#[test]
fn what_a_header_cannot_say_is_replaced() {
    let broken = ServiceError { code: "A\r\nSet-Cookie: x".to_owned(), ..plain() };
    let encoded = error(&broken, &speech(Protocol::Rest(Rest::Json)), "r");
    assert_eq!(header(&encoded, "x-amzn-errortype"), Some("A  Set-Cookie: x"));
    let foreign = ServiceError { code: "ü".to_owned(), ..plain() };
    let encoded = error(&foreign, &speech(Protocol::Rest(Rest::Json)), "r");
    assert_eq!(header(&encoded, "x-amzn-errortype"), Some("=?UTF-8?B?w7w=?="));
}

#[test]
fn what_xml_cannot_say_is_replaced() {
    let broken = ServiceError { message: "a\u{0}b\rc\u{FFFE}d]]>".to_owned(), ..plain() };
    for protocol in
        [Protocol::AwsQuery, Protocol::Ec2Query, Protocol::Rest(Rest::Xml), Protocol::Rest(Rest::S3)]
    {
        let body = error(&broken, &speech(protocol), "r").body;
        let text = String::from_utf8(body.clone()).unwrap();
        assert!(text.contains("a\u{FFFD}b&#13;c\u{FFFD}d]]&gt;"), "{text}");
        xml(&body);
    }
}

#[test]
fn members_that_look_like_the_code_do_not_hide_it() {
    let schema = schema(json!([
        {"structure": [
            {"name": "code", "shape": 1},
            {"name": "Code", "shape": 1},
            {"name": "__type", "shape": 1},
            {"name": "errorType", "wire": "x-amzn-ErrorType", "shape": 1, "place": "header"}
        ]},
        "text"
    ]));
    let json = json!({"code": "E1", "Code": "E2", "__type": "E3", "errorType": "E4"});
    let error_of = ServiceError { fields: Some(fields(&schema, &json)), ..plain() };
    for protocol in [Protocol::AwsJson10, Protocol::Rest(Rest::Json)] {
        let encoded = error(&error_of, &speech(protocol), "r");
        assert_eq!(header(&encoded, "x-amzn-errortype"), Some("Throttled"));
        assert_eq!(crate::parsers::json(&encoded)["code"], "E1");
    }
    let json = crate::parsers::json(&error(&error_of, &speech(Protocol::AwsJson10), "r"));
    assert_eq!(json["__type"], "Throttled");
    let root = xml(&error(&error_of, &speech(Protocol::AwsQuery), "r").body);
    assert_eq!(root.child("Error").texts("Code"), ["Throttled"]);
    let Cbor::Map(map) = cbor(&error(&error_of, &speech(Protocol::RpcV2Cbor), "r").body) else { panic!() };
    assert_eq!(map["__type"], Cbor::Text("Throttled".to_owned()));
}

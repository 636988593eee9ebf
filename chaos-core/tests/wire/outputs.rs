//! Outputs, protocol by protocol.

use crate::parsers::{Cbor, Node, cbor, header, json, xml};
use crate::samples::{ALL, every_kind, fields, kinds, operation, schema, speech};
use chaos_core::wire::{Document, Encoded, Output, Protocol, Rest, Schema, Speech, output, success};
use serde_json::{Value, json};

const S3: Protocol = Protocol::Rest(Rest::S3);
const REST_XML: Protocol = Protocol::Rest(Rest::Xml);
const REST_JSON: Protocol = Protocol::Rest(Rest::Json);

fn encode(schema: &Schema, value: &Value, protocol: Protocol) -> Encoded {
    with(&operation(schema.clone()), &fields(schema, value), protocol)
}

fn with(operation: &Output, document: &Document, protocol: Protocol) -> Encoded {
    output(operation, document, 200, &speech(protocol), &[], "chaos-x")
}

#[test]
fn aws_json_writes_every_kind_under_its_own_name() {
    let mut expected = every_kind();
    expected["At"] = json!(1_795_435_200.5);
    expected["AtHttp"] = json!("Mon, 23 Nov 2026 12:00:00 GMT");
    let encoded = encode(&kinds(), &every_kind(), Protocol::AwsJson11);
    assert_eq!(json(&encoded), expected);
    assert_eq!(header(&encoded, "content-type"), Some("application/x-amz-json-1.1"));
    assert_eq!(header(&encoded, "x-amzn-requestid"), Some("chaos-x"));
    assert_eq!(json(&encode(&kinds(), &json!({}), Protocol::AwsJson10)), json!({}));
    let whole = encode(&kinds(), &json!({"At": "1970-01-01T00:00:07Z"}), Protocol::AwsJson10);
    assert_eq!(whole.body, br#"{"At":7}"#);
}

#[test]
fn a_body_that_is_made_elsewhere_gets_the_headers_of_its_protocol() {
    let cases = [
        (Protocol::AwsJson11, "application/x-amz-json-1.1", ["x-amzn-requestid"].as_slice()),
        (Protocol::AwsQuery, "text/xml", &["x-amzn-requestid"]),
        (S3, "application/xml", &["x-amz-request-id", "x-amz-id-2"]),
    ];
    for (protocol, media_type, ids) in cases {
        let made = success(b"body".to_vec(), &speech(protocol), "chaos-x");
        assert_eq!((made.status, made.body.as_slice()), (200, b"body".as_slice()));
        assert_eq!(header(&made, "content-type"), Some(media_type));
        assert!(ids.iter().all(|id| header(&made, id) == Some("chaos-x")), "{made:?}");
        assert_eq!(made.headers.len(), 1 + ids.len());
    }
}

#[test]
fn rest_json_writes_every_kind_under_its_name_on_the_wire() {
    let body = json(&encode(&kinds(), &every_kind(), REST_JSON));
    assert_eq!(body["renamed"], "r");
    assert_eq!(body["FlatItem"], json!(["f", "g"]));
    assert_eq!(body["FlatEntry"], json!({"x": "y"}));
    assert_eq!(body["Inner"]["xsi:type"], "CanonicalUser");
    assert_eq!(body["At"], 1_795_435_200.5);
    assert_eq!(body.as_object().unwrap().len(), every_kind().as_object().unwrap().len());
}

#[test]
fn cbor_writes_every_kind() {
    let Cbor::Map(map) = cbor(&encode(&kinds(), &every_kind(), Protocol::RpcV2Cbor).body) else { panic!() };
    let text = |text: &str| Cbor::Text(text.to_owned());
    assert_eq!(map["Renamed"], text("r"));
    assert_eq!(map["Blob"], Cbor::Bytes(vec![1, 2, 3]));
    assert_eq!(map["Flag"], Cbor::Bool(true));
    assert_eq!(map["Count"], Cbor::Int(-7));
    assert_eq!(map["Near"], Cbor::F32(0.1));
    assert_eq!(map["Exact"], Cbor::F64(0.1));
    assert_eq!(map["At"], Cbor::Tagged(1, Box::new(Cbor::F64(1_795_435_200.5))));
    assert_eq!(map["AtHttp"], Cbor::Tagged(1, Box::new(Cbor::Int(1_795_435_200))));
    assert_eq!(map["Items"], Cbor::List(vec![text("a"), text("b")]));
    assert_eq!(map["Map"], Cbor::Map([("one".to_owned(), Cbor::Int(1))].into()));
    assert_eq!(
        map["Free"],
        Cbor::Map([("any".to_owned(), Cbor::List(vec![Cbor::Int(1), Cbor::Null]))].into())
    );
}

fn holds_every_kind(root: &Node) {
    assert_eq!(root.child("Text").text, "a<b>&\"c\"");
    assert_eq!(root.child("renamed").text, "r");
    assert_eq!(root.child("Blob").text, "AQID");
    assert_eq!(root.child("Flag").text, "true");
    assert_eq!(root.child("Count").text, "-7");
    assert_eq!(root.child("Near").text, "0.1");
    assert_eq!(root.child("At").text, "2026-11-23T12:00:00.5Z");
    assert_eq!(root.child("AtHttp").text, "Mon, 23 Nov 2026 12:00:00 GMT");
    assert_eq!(root.child("Items").texts("member"), ["a", "b"]);
    assert_eq!(root.child("Named").texts("item"), ["n"]);
    assert_eq!(root.texts("FlatItem"), ["f", "g"]);
    assert_eq!(root.texts("Own"), ["o"]);
    let entry = root.child("Map").child("entry");
    assert_eq!((entry.child("key").text.as_str(), entry.child("value").text.as_str()), ("one", "1"));
    let entry = root.child("NamedMap").child("entry");
    assert_eq!((entry.child("Name").text.as_str(), entry.child("Value").text.as_str()), ("k", "v"));
    let entry = root.child("FlatEntry");
    assert_eq!((entry.child("key").text.as_str(), entry.child("value").text.as_str()), ("x", "y"));
    let inner = root.child("Inner");
    assert_eq!(inner.attributes["xsi:type"], "CanonicalUser");
    assert_eq!(inner.attributes["xmlns:xsi"], "http://www.w3.org/2001/XMLSchema-instance");
    assert_eq!(inner.texts("Id"), ["i"]);
    assert_eq!(inner.children.len(), 1);
}

#[test]
fn rest_xml_writes_every_kind_into_the_root() {
    for protocol in [REST_XML, S3] {
        let encoded = encode(&kinds(), &every_kind(), protocol);
        let root = xml(&encoded.body);
        assert_eq!(root.name, "DoItOutput");
        assert_eq!(root.attributes["xmlns"], "https://doit.example/doc/2020-01-01/");
        assert_eq!(header(&encoded, "content-type"), Some("application/xml"));
        holds_every_kind(&root);
    }
}

#[test]
fn query_writes_a_result_in_a_response() {
    let root = xml(&encode(&kinds(), &every_kind(), Protocol::AwsQuery).body);
    assert_eq!(root.name, "DoItResponse");
    assert_eq!(root.attributes["xmlns"], "https://doit.example/doc/2020-01-01/");
    assert_eq!(root.child("ResponseMetadata").child("RequestId").text, "chaos-x");
    holds_every_kind(root.child("DoItResult"));
    let empty = xml(&encode(&kinds(), &json!({}), Protocol::AwsQuery).body);
    assert!(empty.child("DoItResult").children.is_empty());
}

#[test]
fn ec2_writes_a_flat_response() {
    let root = xml(&encode(&kinds(), &every_kind(), Protocol::Ec2Query).body);
    assert_eq!(root.name, "DoItResponse");
    assert_eq!(root.child("requestId").text, "chaos-x");
    holds_every_kind(&root);
}

#[test]
fn empty_lists_and_maps_are_there_where_xml_can_say_so() {
    let empty = json!({"Items": [], "Map": {}, "Flat": [], "FlatMap": {}, "Text": ""});
    let body = json(&encode(&kinds(), &empty, Protocol::AwsJson10));
    assert_eq!(body, empty);
    let root = xml(&encode(&kinds(), &empty, REST_XML).body);
    let names: Vec<_> = root.children.iter().map(|child| child.name.as_str()).collect();
    assert_eq!(names, ["Text", "Items", "Map"]);
}

#[test]
fn irregular_numbers_are_words_but_in_cbor() {
    let irregular = json!({"Near": "NaN", "Exact": "-Infinity"});
    for protocol in [Protocol::AwsJson10, REST_JSON] {
        assert_eq!(json(&encode(&kinds(), &irregular, protocol)), irregular);
    }
    for protocol in [REST_XML, Protocol::Ec2Query] {
        let root = xml(&encode(&kinds(), &irregular, protocol).body);
        assert_eq!((root.texts("Near"), root.texts("Exact")), (vec!["NaN"], vec!["-Infinity"]));
    }
    let Cbor::Map(map) = cbor(&encode(&kinds(), &irregular, Protocol::RpcV2Cbor).body) else { panic!() };
    assert!(matches!(map["Near"], Cbor::F32(number) if number.is_nan()));
    assert_eq!(map["Exact"], Cbor::F64(f64::NEG_INFINITY));
}

/// Members in every place of a REST answer, the body among them.
fn placed() -> Schema {
    schema(json!([
        {"structure": [
            {"name": "ETag", "wire": "ETag", "shape": 1, "place": "header"},
            {"name": "Modified", "wire": "Last-Modified", "shape": 2, "place": "header"},
            {"name": "Precise", "wire": "X-Precise", "shape": 3, "place": "header"},
            {"name": "Tags", "wire": "X-Tags", "shape": 4, "place": "header"},
            {"name": "Metadata", "wire": "x-meta-", "shape": 5, "place": "headers"},
            {"name": "Status", "shape": 6, "place": "status"},
            {"name": "Body", "shape": 1}
        ]},
        "text", {"timestamp": null}, {"timestamp": "epoch"}, {"list": {"of": 1}}, {"map": {"of": 1}}, "integer"
    ]))
}

fn in_places() -> Value {
    json!({
        "ETag": "\"e\"", "Modified": "2026-11-23T12:00:00Z", "Precise": "1970-01-01T00:00:01.5Z",
        "Tags": ["plain", "com,ma", "quo\"te"], "Metadata": {"Colour": "grün", "two words": "dropped", "a": "b"},
        "Status": 202, "Body": "b",
    })
}

#[test]
fn rest_puts_members_in_their_places() {
    for protocol in [REST_JSON, REST_XML, S3] {
        let encoded = encode(&placed(), &in_places(), protocol);
        assert_eq!(encoded.status, 202);
        assert_eq!(header(&encoded, "etag"), Some("\"e\""));
        assert_eq!(header(&encoded, "last-modified"), Some("Mon, 23 Nov 2026 12:00:00 GMT"));
        assert_eq!(header(&encoded, "x-precise"), Some("1.5"));
        assert_eq!(header(&encoded, "x-tags"), Some("plain, \"com,ma\", \"quo\\\"te\""));
        assert_eq!(header(&encoded, "x-meta-colour"), Some("=?UTF-8?B?Z3LDvG4=?="));
        assert_eq!(header(&encoded, "x-meta-a"), Some("b"));
        assert_eq!(encoded.headers.iter().filter(|(name, _)| name.starts_with("x-meta-")).count(), 2);
        match protocol {
            REST_JSON => assert_eq!(json(&encoded), json!({"Body": "b"})),
            _ => assert_eq!(xml(&encoded.body).children.len(), 1),
        }
    }
}

#[test]
fn a_status_that_is_none_does_not_hold() {
    for (value, status) in [(100, 100), (599, 599), (99, 200), (600, 200), (-1, 200), (1_000_000, 200)] {
        assert_eq!(encode(&placed(), &json!({"Status": value}), REST_JSON).status, status, "{value}");
    }
}

#[test]
fn other_protocols_have_no_places() {
    let encoded = encode(&placed(), &in_places(), Protocol::AwsJson10);
    assert_eq!(encoded.status, 200);
    assert_eq!(json(&encoded).as_object().unwrap().len(), 7);
    assert_eq!(header(&encoded, "etag"), None);
}

fn payload(shape: Value) -> Schema {
    schema(json!([
        {"structure": [
            {"name": "Type", "wire": "Content-Type", "shape": 1, "place": "header"},
            {"name": "Body", "shape": 2, "place": "payload"}
        ]},
        "text", shape, {"structure": [{"name": "Id", "shape": 1}]}
    ]))
}

#[test]
fn a_payload_is_the_body() {
    for protocol in [REST_JSON, REST_XML, S3] {
        let blob = encode(&payload(json!("blob")), &json!({"Body": "AQID"}), protocol);
        assert_eq!(blob.body, [1, 2, 3]);
        assert_eq!(header(&blob, "content-type"), Some("application/octet-stream"));
        let typed = encode(&payload(json!("blob")), &json!({"Body": "AQID", "Type": "image/png"}), protocol);
        assert_eq!(header(&typed, "content-type"), Some("image/png"));
        let text = encode(&payload(json!("text")), &json!({"Body": "{}"}), protocol);
        assert_eq!(text.body, b"{}");
        let none = encode(&payload(json!("blob")), &json!({}), protocol);
        assert_eq!(none.body, b"");
    }
    let list = payload(json!({"list": {"of": 3}}));
    assert_eq!(json(&encode(&list, &json!({"Body": [{"Id": "i"}]}), REST_JSON)), json!([{"Id": "i"}]));
    let free = payload(json!("document"));
    assert_eq!(json(&encode(&free, &json!({"Body": {"x": null}}), REST_JSON)), json!({"x": null}));
}

#[test]
fn an_xml_payload_has_the_root_that_the_operation_names_or_its_own() {
    let schema = schema(json!([
        {"structure": [{"name": "Thing", "shape": 1, "place": "payload"}]},
        {"structure": [{"name": "Id", "shape": 2}]},
        "text"
    ]));
    let document = fields(&schema, &json!({"Thing": {"Id": "i"}}));
    let named = operation(schema);
    let unnamed = Output { root: None, ..named.clone() };
    for (operation, name) in [(named, "DoItOutput"), (unnamed, "Thing")] {
        let root = xml(&with(&operation, &document, REST_XML).body);
        assert_eq!((root.name.as_str(), root.child("Id").text.as_str()), (name, "i"));
        assert!(root.attributes.contains_key("xmlns"));
    }
}

#[test]
fn an_absent_payload_is_still_known_to_be_the_body() {
    let document = fields(&payload(json!("blob")), &json!({}));
    let stored = operation(document.schema().clone());
    assert_eq!(with(&stored, &document, REST_JSON).body, b"");
}

#[test]
fn an_operation_without_a_root_or_members_has_no_body_in_xml() {
    let schema = schema(json!([{"structure": []}]));
    let document = fields(&schema, &json!({}));
    let operation = Output { root: None, ..operation(schema) };
    assert_eq!(with(&operation, &document, S3).body, b"");
    assert_eq!(with(&operation, &document, REST_JSON).body, b"{}");
}

#[test]
fn the_root_of_a_bucket_location_is_the_location() {
    let schema = schema(json!([{"structure": [{"name": "LocationConstraint", "shape": 1}]}, "text"]));
    let operation = Output {
        operation: "GetBucketLocation".to_owned(),
        root: Some("LocationConstraint".to_owned()),
        ..operation(schema.clone())
    };
    for (value, location) in [(json!({"LocationConstraint": "eu-west-1"}), "eu-west-1"), (json!({}), "")] {
        let root = xml(&with(&operation, &fields(&schema, &value), S3).body);
        assert_eq!((root.name.as_str(), root.text.as_str()), ("LocationConstraint", location));
        assert!(root.children.is_empty());
    }
}

#[test]
fn headers_are_replayed_but_ours_win() {
    let replayed = [
        ("Date".to_owned(), "then".to_owned()),
        ("Content-Type".to_owned(), "text/recorded".to_owned()),
        ("X-Amzn-RequestId".to_owned(), "recorded".to_owned()),
        ("Via".to_owned(), "a".to_owned()),
        ("via".to_owned(), "b".to_owned()),
        ("Content-Length".to_owned(), "12345".to_owned()),
    ];
    let document = fields(&kinds(), &json!({"Text": "t"}));
    for protocol in ALL {
        let encoded = output(&operation(kinds()), &document, 201, &speech(protocol), &replayed, "chaos-x");
        assert_eq!(encoded.status, 201);
        assert_eq!(header(&encoded, "date"), Some("then"));
        assert_ne!(header(&encoded, "content-type"), Some("text/recorded"));
        assert_eq!(encoded.headers.iter().filter(|(name, _)| name == "via").count(), 2);
        assert_eq!(header(&encoded, "content-length"), Some(encoded.body.len().to_string().as_str()));
        let id = if protocol == S3 { "x-amz-request-id" } else { "x-amzn-requestid" };
        assert_eq!(header(&encoded, id), Some("chaos-x"));
    }
}

#[test]
fn an_answer_to_a_head_keeps_the_length_that_it_names() {
    let replayed = [("Content-Length".to_owned(), "12345".to_owned())];
    let document = fields(&kinds(), &json!({"Text": "t"}));
    let head = Speech { bodiless: true, ..speech(S3) };
    let encoded = output(&operation(kinds()), &document, 200, &head, &replayed, "chaos-x");
    assert!(encoded.body.is_empty());
    assert_eq!(header(&encoded, "content-length"), Some("12345"));
}

#[test]
fn statuses_without_a_body_have_none() {
    let document = fields(&kinds(), &json!({"Text": "t"}));
    for protocol in ALL {
        let encoded = output(&operation(kinds()), &document, 204, &speech(protocol), &[], "chaos-x");
        assert_eq!((encoded.status, encoded.body.len()), (204, 0));
    }
}

//! Schemas and documents for the cases.

use chaos_core::wire::{Document, Fit, Output, Protocol, Rest, Schema, Speech};
use serde_json::{Value, json};

pub(crate) const ALL: [Protocol; 8] = [
    Protocol::AwsJson10,
    Protocol::AwsJson11,
    Protocol::AwsQuery,
    Protocol::Ec2Query,
    Protocol::RpcV2Cbor,
    Protocol::Rest(Rest::Json),
    Protocol::Rest(Rest::Xml),
    Protocol::Rest(Rest::S3),
];

pub(crate) fn speech(protocol: Protocol) -> Speech {
    Speech { protocol, query_mode: false, bodiless: false }
}

/// A schema as the table holds it.
pub(crate) fn schema(shapes: Value) -> Schema {
    serde_json::from_value(shapes).unwrap()
}

pub(crate) fn fields(schema: &Schema, json: &Value) -> Document {
    Document::fit(schema, json, Fit::Fields).unwrap().document
}

/// One member of every kind, the last ones with names, places and times of their own.
pub(crate) fn kinds() -> Schema {
    schema(json!([
        {"structure": [
            {"name": "Text", "shape": 1},
            {"name": "Renamed", "wire": "renamed", "shape": 1},
            {"name": "Blob", "shape": 2},
            {"name": "Flag", "shape": 3},
            {"name": "Count", "shape": 4},
            {"name": "Near", "shape": 5},
            {"name": "Exact", "shape": 6},
            {"name": "At", "shape": 7},
            {"name": "AtHttp", "shape": 8},
            {"name": "Items", "shape": 9},
            {"name": "Named", "shape": 10},
            {"name": "Flat", "wire": "FlatItem", "shape": 11},
            {"name": "FlatNamed", "shape": 12},
            {"name": "Map", "shape": 13},
            {"name": "NamedMap", "shape": 14},
            {"name": "FlatMap", "wire": "FlatEntry", "shape": 15},
            {"name": "Inner", "shape": 16},
            {"name": "Free", "shape": 17}
        ]},
        "text", "blob", "boolean", "integer", "float", "double",
        {"timestamp": null}, {"timestamp": "http_date"},
        {"list": {"of": 1}},
        {"list": {"of": 1, "element": "item"}},
        {"list": {"of": 1, "flattened": true}},
        {"list": {"of": 1, "element": "Own", "flattened": true}},
        {"map": {"of": 4}},
        {"map": {"of": 1, "names": ["Name", "Value"]}},
        {"map": {"of": 1, "flattened": true}},
        {"structure": [
            {"name": "Kind", "wire": "xsi:type", "shape": 1, "attribute": true},
            {"name": "Id", "shape": 1}
        ]},
        "document"
    ]))
}

pub(crate) fn every_kind() -> Value {
    json!({
        "Text": "a<b>&\"c\"", "Renamed": "r", "Blob": "AQID", "Flag": true, "Count": -7, "Near": 0.1, "Exact": 0.1,
        "At": "2026-11-23T12:00:00.5Z", "AtHttp": "2026-11-23T12:00:00Z",
        "Items": ["a", "b"], "Named": ["n"], "Flat": ["f", "g"], "FlatNamed": ["o"],
        "Map": {"one": 1}, "NamedMap": {"k": "v"}, "FlatMap": {"x": "y"},
        "Inner": {"Kind": "CanonicalUser", "Id": "i"}, "Free": {"any": [1, null]},
    })
}

pub(crate) fn operation(schema: Schema) -> Output {
    Output {
        operation: "DoIt".to_owned(),
        status: 200,
        root: Some("DoItOutput".to_owned()),
        namespace: Some("https://doit.example/doc/2020-01-01/".to_owned()),
        schema,
    }
}

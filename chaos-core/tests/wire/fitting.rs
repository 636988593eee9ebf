//! What fits a schema, and what is said of what does not.

use crate::samples::{every_kind, fields, kinds, schema};
use chaos_core::wire::{Document, Fit, Fitted, Schema};
use serde_json::{Value, json};

fn pill(schema: &Schema, json: Value) -> Fitted {
    Document::fit(schema, &json, Fit::Pill).unwrap()
}

fn refused(schema: &Schema, json: Value, mode: Fit) -> Vec<String> {
    let misfits = Document::fit(schema, &json, mode).unwrap_err();
    misfits.iter().map(ToString::to_string).collect()
}

fn noted(fitted: &Fitted) -> Vec<String> {
    fitted.notes.iter().map(ToString::to_string).collect()
}

/// A list of structures with one member each of the given shapes.
fn records(shapes: &[Value]) -> Schema {
    let members: Vec<_> =
        (0..shapes.len()).map(|n| json!({"name": format!("M{n}"), "shape": n + 3})).collect();
    let mut all = vec![
        json!({"structure": [{"name": "Records", "shape": 1}]}),
        json!({"list": {"of": 2}}),
        json!({"structure": members}),
    ];
    all.extend_from_slice(shapes);
    schema(Value::Array(all))
}

fn one(value: Value) -> Value {
    json!({"Records": [{"M0": value}]})
}

#[test]
fn every_kind_survives_the_table() {
    let document = fields(&kinds(), &every_kind());
    assert_eq!(document.to_json(), every_kind());
    let stored = serde_json::to_string(&document).unwrap();
    assert_eq!(serde_json::from_str::<Document>(&stored).unwrap(), document);
}

#[test]
fn a_document_holds_no_more_of_the_schema_than_it_uses() {
    let document = fields(&kinds(), &json!({"Map": {}, "Inner": {"Id": "i"}}));
    let expected = schema(json!([
        {"structure": [{"name": "Map", "shape": 1}, {"name": "Inner", "shape": 2}]},
        {"map": {"of": 3}},
        {"structure": [{"name": "Id", "shape": 4}]},
        "document",
        "text"
    ]));
    assert_eq!(document.schema(), &expected);
    let again = fields(document.schema(), &document.to_json());
    assert_eq!(again, document);
}

#[test]
fn a_shape_that_refers_to_itself_is_kept_once() {
    let tree = schema(json!([
        {"structure": [{"name": "Value", "shape": 2}, {"name": "Unused", "shape": 2}, {"name": "Children", "shape": 1}]},
        {"list": {"of": 0}},
        "text"
    ]));
    let json = json!({"Children": [{"Value": "a"}, {"Children": [{"Value": "b"}]}]});
    let document = fields(&tree, &json);
    assert_eq!(document.schema().shapes().len(), 3);
    assert_eq!(document.to_json(), json);
}

#[test]
fn a_stored_document_that_does_not_fit_is_refused() {
    let text = r#"{"schema": [{"structure": [{"name": "A", "shape": 1}]}, "text"], "value": {"A": 3}}"#;
    let refusal = serde_json::from_str::<Document>(text).unwrap_err().to_string();
    assert!(refusal.contains("A is the number 3, should be a text"), "{refusal}");
}

#[test]
fn misfits_name_the_place_what_it_is_and_what_it_should_be() {
    let schema = records(&[
        json!("text"),
        json!("integer"),
        json!("boolean"),
        json!({"timestamp": null}),
        json!("blob"),
        json!({"list": {"of": 3}}),
        json!({"map": {"of": 3}}),
        json!("float"),
        json!("double"),
    ]);
    let json = json!({"Records": [{}, {
        "M0": 3, "M1": "x", "M2": null, "M3": {}, "M4": {"__class__": "StreamingBody"}, "M5": {"a": "b"},
        "M6": ["a"], "M7": 1e300, "M8": {"__class__": "datetime"},
    }, "r", {"M2": 1, "M1": 1.5}]});
    let expected = [
        "Records[1].M0 is the number 3, should be a text",
        "Records[1].M1 is the text \"x\", should be a whole number of 64 bits",
        "Records[1].M3 is an empty object, should be a datetime",
        "Records[1].M4 is a StreamingBody without `body`, should be one with a text there",
        "Records[1].M5 is an object, should be a list",
        "Records[1].M6 is a list, should be a map",
        "Records[1].M7 is the number 1e+300, should be a number of 32 bits",
        "Records[1].M8 is a datetime, should be a number",
        "Records[2] is the text \"r\", should be a structure",
        "Records[3].M1 is the number 1.5, should be a whole number of 64 bits",
        "Records[3].M2 is the number 1, should be true or false",
    ];
    assert_eq!(refused(&schema, json, Fit::Pill), expected);
    assert_eq!(refused(&schema, json!([]), Fit::Pill), ["the whole is a list, should be a structure"]);
}

#[test]
fn unknown_members_are_left_out_of_pills_and_refused_in_specs() {
    let json = json!({"Text": "t", "Cuont": 1, "Inner": {"Idd": "i"}});
    let fitted = pill(&kinds(), json.clone());
    assert_eq!(fitted.document.to_json(), json!({"Text": "t", "Inner": {}}));
    let expected =
        ["Cuont is not a member, should be left out", "Inner.Idd is not a member, should be left out"];
    assert_eq!(noted(&fitted), expected);

    let refusals = refused(&kinds(), json, Fit::Fields);
    assert_eq!(refusals.len(), 2);
    assert!(refusals[0].starts_with("Cuont is not a member, should be one such as `Count`"), "{refusals:?}");
    assert!(refusals[1].starts_with("Inner.Idd is not a member, should be one such as `Id`"), "{refusals:?}");
}

#[test]
fn null_is_an_absence() {
    let fitted = pill(&kinds(), json!({"Text": null, "Items": ["a", null, "b"], "Map": {"x": null, "y": 1}}));
    assert_eq!(fitted.document.to_json(), json!({"Items": ["a", "b"], "Map": {"y": 1}}));
    assert_eq!(noted(&fitted), ["Items[1] is null, should be left out", "Map.x is null, should be left out"]);
}

#[test]
fn datetimes_are_utc_however_they_were_written() {
    let schema = records(&[json!({"timestamp": null})]);
    let datetime = json!({
        "__class__": "datetime", "__module__": "datetime", "year": 2015, "month": 2, "day": 3,
        "hour": 4, "minute": 5, "second": 6, "microsecond": 7000,
    });
    let cases = [
        (datetime, "2015-02-03T04:05:06.007Z", 0),
        (json!({"__class__": "datetime", "year": 2015, "month": 2, "day": 3}), "2015-02-03T00:00:00Z", 0),
        (json!("2015-02-03T04:05:06Z"), "2015-02-03T04:05:06Z", 1),
        (json!("2015-02-03T04:05:06+02:00"), "2015-02-03T02:05:06Z", 1),
        (json!("2015-02-03 04:05:06"), "2015-02-03T04:05:06Z", 1),
        (json!("2015-02-03"), "2015-02-03T00:00:00Z", 1),
        (json!("Tue, 03 Feb 2015 04:05:06 GMT"), "2015-02-03T04:05:06Z", 1),
        (json!(1_422_936_306), "2015-02-03T04:05:06Z", 1),
        (json!(1_422_936_306.25), "2015-02-03T04:05:06.25Z", 1),
        (json!(-1), "1969-12-31T23:59:59Z", 1),
    ];
    for (value, time, notes) in cases {
        let fitted = pill(&schema, one(value.clone()));
        assert_eq!(fitted.document.to_json(), one(json!(time)), "{value}");
        assert_eq!(fitted.notes.len(), notes, "{value}");
    }
    let none = [
        json!("soon"),
        json!(true),
        json!(1e300),
        json!({"__class__": "datetime", "year": 2015, "month": 13, "day": 1}),
        json!({"__class__": "datetime", "year": "2015"}),
        json!({"__class__": "StreamingBody", "body": ""}),
    ];
    for value in none {
        assert_eq!(refused(&schema, one(value.clone()), Fit::Pill).len(), 1, "{value}");
    }
}

#[test]
fn specs_write_times_in_rfc_3339_or_as_seconds() {
    let schema = records(&[json!({"timestamp": null})]);
    for value in [json!("2015-02-03T04:05:06Z"), json!(1_422_936_306)] {
        assert_eq!(fields(&schema, &one(value)).to_json(), one(json!("2015-02-03T04:05:06Z")));
    }
    for value in
        [json!("2015-02-03"), json!("Tue, 03 Feb 2015 04:05:06 GMT"), json!({"__class__": "datetime"})]
    {
        assert_eq!(refused(&schema, one(value), Fit::Fields).len(), 1);
    }
}

#[test]
fn bytes_are_base64_and_in_old_pills_raw_text() {
    let schema = records(&[json!("blob")]);
    let body = |text| json!({"__class__": "StreamingBody", "__module__": "botocore.response", "body": text});
    for (value, base64, notes) in [
        (json!("AQID"), "AQID", 0),
        (json!("user,arn"), "dXNlcixhcm4=", 1),
        (json!(""), "", 0),
        (body("AQID"), "AQID", 0),
        (body("{\"raw\": 1}"), "eyJyYXciOiAxfQ==", 1),
    ] {
        let fitted = pill(&schema, one(value.clone()));
        assert_eq!(fitted.document.to_json(), one(json!(base64)), "{value}");
        assert_eq!(fitted.notes.len(), notes, "{value}");
    }
    for value in [json!("user,arn"), body("AQID"), json!([1])] {
        assert_eq!(refused(&schema, one(value), Fit::Fields).len(), 1);
    }
}

#[test]
fn numbers_keep_their_kind() {
    let schema = records(&[json!("integer"), json!("float"), json!("double")]);
    let all = |a: Value, b: Value, c: Value| json!({"Records": [{"M0": a, "M1": b, "M2": c}]});
    let fitted = pill(&schema, all(json!(3.0), json!(3), json!(3)));
    assert_eq!(noted(&fitted), ["Records[0].M0 is the number 3.0, should be a whole number"]);
    assert_eq!(fitted.document.to_json(), all(json!(3), json!(3.0), json!(3.0)));
    assert_eq!(refused(&schema, all(json!(3.0), json!(3), json!(3)), Fit::Fields).len(), 1);
    assert_eq!(refused(&schema, all(json!(u64::MAX), json!(3), json!("3")), Fit::Pill).len(), 2);

    let irregular = all(json!(i64::MIN), json!("-Infinity"), json!("NaN"));
    let document = fields(&schema, &irregular);
    assert_eq!(document.to_json(), irregular);
    assert_eq!(fields(document.schema(), &irregular), document);
}

#[test]
fn values_deeper_than_64_levels_do_not_fit() {
    let tree = schema(json!([{"list": {"of": 0}}]));
    let free = schema(json!([{"structure": [{"name": "Free", "shape": 1}]}, "document"]));
    let nested = |levels| (0..levels).fold(json!([]), |inner, _| json!([inner]));
    for mode in [Fit::Pill, Fit::Fields] {
        assert!(Document::fit(&tree, &nested(64), mode).is_ok());
        assert_eq!(refused(&tree, nested(65), mode).len(), 1);
        assert!(Document::fit(&free, &json!({"Free": nested(60)}), mode).is_ok());
        assert_eq!(
            refused(&free, json!({"Free": nested(64)}), mode),
            ["Free is too deep, should be within 64 levels"]
        );
    }
}

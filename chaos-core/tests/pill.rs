//! Recorded answers: what is read, what is refused, and whose turn it is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "../../fuzz/bodies/pill.rs"]
mod fuzz;

use chaos_core::caps;
use chaos_core::door::read_json;
use chaos_core::pill::{
    Attempt, NoSequence, Pill, PillFault, PillName, Recorded, Sequence, Turns, sequences,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

fn read(pill: &str) -> (Pill, Vec<String>) {
    Pill::read(pill.as_bytes()).unwrap()
}

#[track_caller]
fn refused(pill: &str, told: &str) {
    let problems = Pill::read(pill.as_bytes()).unwrap_err().to_string();
    assert!(problems.contains(told), "{problems}");
}

fn output(pill: &Pill) -> Value {
    let Recorded::Output(members) = &pill.answer else { panic!("{pill:?}") };
    Value::Object(members.clone())
}

#[test]
fn an_answer_keeps_its_values_as_they_were_recorded() {
    let when = json!({"__class__": "datetime", "__module__": "datetime", "year": 2026, "month": 1, "day": 2,
        "hour": 3, "minute": 4, "second": 5, "microsecond": 6});
    let body = json!({"__class__": "StreamingBody", "__module__": "botocore.response", "body": "aGk="});
    let members =
        json!({"When": when, "Body": body, "Legacy": "raw text", "None": null, "Deep": [{"A": 1.5}]});
    let (pill, notes) = read(&json!({"status_code": 201, "data": members}).to_string());
    assert_eq!((pill.status, output(&pill)), (201, members));
    assert!(pill.metadata.is_empty() && notes.is_empty(), "{notes:?}");
}

#[test]
fn metadata_is_taken_out_and_what_described_the_recorded_bytes_is_left() {
    let (pill, notes) = read(
        r#"{"status_code": 200, "data": {"A": 1, "ResponseMetadata": {
            "RequestId": "r-1", "HostId": "h-1", "HTTPStatusCode": 200, "RetryAttempts": 1,
            "HTTPHeaders": {"ETag": "\"e\"", "x-amz-bucket-region": "eu-west-1",
                "Content-Length": "7", "transfer-encoding": "chunked", "content-encoding": "gzip",
                "connection": "close", "date": "now", "x-amz-crc32": "1", "x-amz-checksum-sha256": "x",
                "content-type": "text/xml"}}}}"#,
    );
    assert_eq!(output(&pill), json!({"A": 1}));
    assert_eq!(pill.metadata.request_id.as_deref(), Some("r-1"));
    assert_eq!(pill.metadata.host_id.as_deref(), Some("h-1"));
    let headers = [("etag", "\"e\""), ("x-amz-bucket-region", "eu-west-1")];
    assert_eq!(pill.metadata.headers, headers.map(|(n, v)| (n.to_owned(), v.to_owned())).into());
    assert_eq!(notes, Vec::<String>::new());
}

#[test]
fn what_fits_no_header_is_left_out_and_told() {
    let (pill, notes) = read(
        r#"{"status_code": 200, "data": {"ResponseMetadata": {"RequestId": "a\r\nb", "HTTPStatusCode": 500,
            "Odd": 1, "HTTPHeaders": {"a b": "c", "x": "y\nz", "n": 7}}}}"#,
    );
    assert!(pill.metadata.is_empty());
    assert_eq!(notes.len(), 6, "{notes:?}");
}

#[test]
fn an_error_is_told_from_an_answer_by_its_status() {
    let (pill, notes) = read(
        r#"{"status_code": 404, "data": {"Error": {"Code": "NoSuchKey", "Message": "gone", "Type": "Sender",
            "BucketName": "b"}, "Key": "k", "ResponseMetadata": {}}}"#,
    );
    let Recorded::Error(error) = &pill.answer else { panic!() };
    assert_eq!((error.code.as_str(), error.message.as_str()), ("NoSuchKey", "gone"));
    assert_eq!(error.kind.as_deref(), Some("Sender"));
    assert_eq!(Value::Object(error.members.clone()), json!({"Key": "k"}));
    assert!(notes.len() == 1 && notes[0].contains("data.Error.BucketName"), "{notes:?}");

    let (pill, notes) = read(r#"{"status_code": 200, "data": {"Error": {"Code": "A", "Message": "b"}}}"#);
    assert_eq!(output(&pill), json!({"Error": {"Code": "A", "Message": "b"}}));
    assert!(notes[0].contains("data.Error: is no error"), "{notes:?}");
}

#[test]
fn pythons_numbers_are_read_outside_of_texts_only() {
    let (pill, notes) = read(
        r#"{"status_code": 200, "data": {"A": NaN, "B": [Infinity, -Infinity, -1], "C": "NaN \" NaN", "NaN": "\\"}}"#,
    );
    assert_eq!(
        output(&pill),
        json!({"A": "NaN", "B": ["Infinity", "-Infinity", -1], "C": "NaN \" NaN", "NaN": "\\"})
    );
    assert_eq!(notes.len(), 1);
    let (_, notes) = read(r#"{"status_code": 200, "data": {"A": "Infinity"}}"#);
    assert_eq!(notes, Vec::<String>::new());
    refused(r#"{"status_code": 200, "data": {"A": NaNNaN}}"#, "not valid JSON");
}

#[test]
fn foreign_members_beside_the_answer_are_told() {
    let (_, notes) = read(r#"{"status_code": 200, "data": {}, "recorded_by": "me"}"#);
    assert_eq!(notes, ["recorded_by: is not played"]);
}

#[test]
fn what_is_no_pill_is_refused_with_its_reason() {
    refused("[]", "(whole input): [] is a list, not an object");
    refused("{}", "has no `status_code`");
    refused("{}", "has no `data`");
    refused(r#"{"status_code": 99, "data": {}}"#, "status_code: 99 is out of range");
    refused(r#"{"status_code": "200", "data": {}}"#, "status_code: \"200\" is a text");
    refused(r#"{"status_code": 200, "data": []}"#, "data: [] is a list");
    refused(r#"{"status_code": 200, "data": {"A": 1, "A": 2}}"#, "given twice");
    refused(r#"{"status_code": 404, "data": {}}"#, "404 is an error's status");
    refused(r#"{"status_code": 404, "data": {"Error": {"Message": "m"}}}"#, "data.Error: has no `Code`");
    refused(r#"{"status_code": 404, "data": {"Error": {"Code": "a\nb"}}}"#, "is no error's code");
    refused(r#"{"status_code": 404, "data": {"Error": {"Code": 404}}}"#, "data.Error.Code: 404 is a number");
    refused(r#"{"status_code": 404, "data": {"Error": "NoSuchKey"}}"#, "data.Error: \"NoSuchKey\" is a text");
    let problems = Pill::read(&[0xff]).unwrap_err().to_string();
    assert!(problems.contains("is no UTF-8 text"), "{problems}");
}

#[test]
fn size_and_depth_are_bounded() {
    let pill = |text: &str| format!(r#"{{"status_code": 200, "data": {{"A": {text}}}}}"#);
    let long = |length| pill(&format!("\"{}\"", "a".repeat(length - pill("\"\"").len())));
    read(&long(caps::MAX_PILL_BYTES));
    refused(&long(caps::MAX_PILL_BYTES + 1), "more than 256 KiB");
    let deep = |levels| pill(&format!("{}{}", "[".repeat(levels), "]".repeat(levels)));
    // `data` itself is a level.
    read(&deep(caps::MAX_PILL_DEPTH - 1));
    refused(&deep(caps::MAX_PILL_DEPTH), "nests too deep");
    refused(&deep(200_000 / 2), "recursion limit");
}

fn name(prefix: Option<&str>, service: &str, operation: &str, number: u32) -> PillName {
    let (service, operation) = (service.to_owned(), operation.to_owned());
    PillName { prefix: prefix.map(str::to_owned), service, operation, number }
}

#[test]
fn names_are_read_from_their_end() {
    let known = |service: &str| ["s3", "ecr", "api.ecr", "streams.dynamodb", "dynamodb"].contains(&service);
    let parse = |file| PillName::parse(file, &known);
    assert_eq!(parse("s3.GetObject_1.json"), Ok(name(None, "s3", "GetObject", 1)));
    assert_eq!(parse("api.ecr.DescribeImages_12.json"), Ok(name(None, "api.ecr", "DescribeImages", 12)));
    assert_eq!(parse("t_1.api.ecr.A_2.json"), Ok(name(Some("t_1"), "api.ecr", "A", 2)));
    assert_eq!(parse("a.b.s3.A_2.json"), Ok(name(Some("a.b"), "s3", "A", 2)));
    for (wrong, told) in [
        ("s3.A_1.txt", ".json"),
        ("s3.A.json", "has no number"),
        ("s3.A_0.json", "no number from 1"),
        ("s3.A_01.json", "no number from 1"),
        ("s3.A_+1.json", "no number from 1"),
        ("s3.A_.json", "no number from 1"),
        ("s3.A_99999999999.json", "no number from 1"),
        ("A_1.json", "names no service"),
        ("s3._1.json", "names no operation"),
        ("s3.A B_1.json", "names no operation"),
        ("s4.A_1.json", "no known service in `s4`"),
        (".A_1.json", "no known service"),
    ] {
        let problem = parse(wrong).unwrap_err();
        assert!(problem.contains(told), "{wrong}: {problem}");
    }
    assert_eq!(
        PillName::parse("api.ecr.A_1.json", &|_| true),
        Ok(name(None, "api.ecr", "A", 1)),
        "where everything is known, nothing is a prefix"
    );
}

#[test]
fn a_sequence_needs_a_first_and_ends_before_a_gap() {
    let sequence = Sequence::of(vec![(2, 'b'), (1, 'a'), (4, 'd')]).unwrap();
    assert_eq!((sequence.len(), sequence.unplayed()), (2, [4].as_slice()));
    assert_eq!((0..5).map(|turn| *sequence.at(turn)).collect::<String>(), "ababa");
    assert_eq!(*sequence.at(u64::MAX), 'b');
    assert_eq!(Sequence::of(vec![(3, ()), (2, ())]), Err(NoSequence::NoFirst(2)));
    assert_eq!(Sequence::of(vec![(1, ()), (2, ()), (2, ())]), Err(NoSequence::Twice(2)));
}

#[test]
fn operations_are_played_each_for_itself() {
    let pills = [("s3", "A", 1), ("s3", "B", 2), ("sqs", "A", 1), ("s3", "A", 2)];
    let grouped = sequences(pills.map(|(service, operation, n)| (name(None, service, operation, n), n)));
    let told: Vec<_> = grouped
        .iter()
        .map(|group| (group.service.as_str(), group.operation.as_str(), group.sequence.is_ok()))
        .collect();
    assert_eq!(told, [("s3", "A", true), ("s3", "B", false), ("sqs", "A", true)]);
}

fn of(invocation: &str, number: u32) -> Attempt<'_> {
    Attempt { invocation: Some(invocation), number }
}

const fn nameless(number: u32) -> Attempt<'static> {
    Attempt { invocation: None, number }
}

#[test]
fn a_call_keeps_its_turn_over_its_retries() {
    let turns = Turns::default();
    let asked = [("a", 1), ("b", 1), ("a", 2), ("c", 3), ("b", 2), ("a", 3), ("d", 1)];
    let got: Vec<_> = asked.iter().map(|(call, number)| turns.turn(0, of(call, *number))).collect();
    assert_eq!(got, [0, 1, 0, 2, 1, 0, 3]);
    assert_eq!(turns.turn(1, of("a", 1)), 0, "another sequence has turns of its own");
}

#[test]
fn without_a_name_a_first_attempt_is_a_new_call() {
    let turns = Turns::default();
    let got: Vec<_> = [2, 1, 1, 2, 3, 1].iter().map(|number| turns.turn(0, nameless(*number))).collect();
    assert_eq!(got, [0, 1, 2, 2, 2, 3]);
}

#[test]
fn the_last_1024_calls_are_remembered() {
    let turns = Turns::default();
    for call in 0..1025 {
        assert_eq!(turns.turn(0, of(&call.to_string(), 1)), call);
    }
    assert_eq!(turns.turn(0, of("1", 2)), 1, "the oldest that is remembered");
    assert_eq!(turns.turn(0, of("0", 2)), 1025, "forgotten");
}

fn fault(json: &Value) -> PillFault {
    PillFault::from_node(&read_json(&json.to_string()).unwrap()).unwrap()
}

fn entry(service: Option<&str>, operation: Option<&str>, number: u32) -> Value {
    let mut entry = json!({"status_code": 200, "data": {"N": number}});
    for (field, name) in [("service", service), ("operation", operation)] {
        if let Some(name) = name {
            entry[field] = name.into();
        }
    }
    entry
}

#[test]
fn a_spec_takes_one_pill_or_a_list() {
    let one = fault(&entry(None, None, 1));
    assert_eq!(one.entries().len(), 1);
    let written = serde_json::to_value(&one).unwrap();
    assert_eq!(written, json!([{"status_code": 200, "data": {"N": 1}}]));
    let many = fault(&json!([entry(Some("s3"), Some("A"), 1), entry(None, Some("A"), 2)]));
    assert_eq!(fault(&serde_json::to_value(&many).unwrap()), many);
}

#[test]
fn a_spec_refuses_what_is_no_pill() {
    let refused = |json: Value, told: &str| {
        let problems = PillFault::from_node(&read_json(&json.to_string()).unwrap()).unwrap_err().to_string();
        assert!(problems.contains(told), "{problems}");
    };
    refused(json!("pills/a.json"), "a path, which is read where files are");
    refused(json!([]), "holds 0 pills; give 1 to 100");
    refused(json!(vec![entry(None, None, 1); 101]), "holds 101 pills");
    refused(json!([entry(None, None, 1), {"status_code": 200}]), "[1].data: is missing");
    refused(json!({"status_code": 200, "data": {}, "Data": {}}), "there is no field `Data` here");
    refused(json!({"status_code": 200, "data": {}, "service": "a/b"}), "service: \"a/b\" is no name");
    refused(
        json!({"status_code": 200, "data": {"A": "a".repeat(caps::MAX_PILL_BYTES)}}),
        "more than 256 KiB",
    );
    let large = json!({"status_code": 200, "data": {"A": "a".repeat(caps::MAX_PILL_BYTES - 100)}});
    refused(json!(vec![large; 17]), "more than 4 MiB");
}

/// What placebo does, as its source says it.
fn as_placebo(files: &BTreeMap<u32, u32>, turns: usize) -> Option<Vec<u32>> {
    let mut index = 1;
    let mut played = Vec::new();
    while played.len() < turns {
        match files.get(&index) {
            Some(pill) => {
                played.push(*pill);
                index += 1;
            }
            None if index != 1 => index = 1,
            None => return None,
        }
    }
    Some(played)
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        fuzz::read(&bytes);
    }

    #[test]
    fn anything_like_a_pill_is_read_or_refused(
        text in r#"(\{|\}|\[|\]|,|:|"|\\|NaN|-?Infinity|-|1|1e999|"status_code":|"data":|"Error":|"Code":|"A"|200|404| ){0,40}"#,
    ) {
        fuzz::read(text.as_bytes());
    }

    #[test]
    fn any_answer_is_read_or_refused(status in 95_i64..610, data in any_json(), error in any_json(), meta in any_json()) {
        let pill = json!({"status_code": status, "data": {
            "A": data, "Error": error, "ResponseMetadata": meta}});
        fuzz::read(pill.to_string().as_bytes());
        fuzz::read(json!({"status_code": status, "data": data}).to_string().as_bytes());
    }

    #[test]
    fn names_come_back(
        prefix in prop::option::of("[a-z][a-z_.-]{0,9}[a-z]"),
        service in prop::sample::select(vec!["s3", "api.ecr", "streams.dynamodb", "ecr"]),
        operation in "[A-Z][A-Za-z0-9]{0,12}",
        number in 1_u32..,
    ) {
        // Longest known ends win, so `x.api` before `ecr` is another name.
        prop_assume!(service != "ecr" || prefix.as_deref().is_none_or(|p| !format!(".{p}").ends_with(".api")));
        let known = |name: &str| ["s3", "ecr", "api.ecr", "streams.dynamodb"].contains(&name);
        let name = name(prefix.as_deref(), service, &operation, number);
        prop_assert_eq!(PillName::parse(&name.to_string(), &known), Ok(name));
    }

    #[test]
    fn any_name_is_read_or_refused(file in ".{0,40}") {
        let _ = PillName::parse(&file, &|_| true);
        let _ = PillName::parse(&format!("{file}_1.json"), &|service| service.len() < 3);
    }

    #[test]
    fn sequences_play_and_wrap_as_placebo_does(
        files in prop::collection::btree_map(1_u32..8, any::<u32>(), 0..7), turns in 0_usize..30,
    ) {
        let sequence = Sequence::of(files.iter().map(|(number, pill)| (*number, *pill)).collect());
        let played = sequence.ok().map(|sequence| (0..turns as u64).map(|turn| *sequence.at(turn)).collect());
        let placebos = if files.contains_key(&1) { as_placebo(&files, turns) } else { None };
        prop_assert_eq!(played, placebos);
    }

    #[test]
    fn every_call_has_one_turn(asked in prop::collection::vec((0_usize..3, 0_u32..20, 1_u32..4), 0..200)) {
        let turns = Turns::default();
        let mut model: HashMap<(usize, u32), u64> = HashMap::new();
        let mut next = [0_u64; 3];
        for (sequence, call, number) in asked {
            let expected = *model.entry((sequence, call)).or_insert_with(|| {
                next[sequence] += 1;
                next[sequence] - 1
            });
            prop_assert_eq!(turns.turn(sequence, of(&call.to_string(), number)), expected);
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let name = || {
        prop::sample::select(vec!["Code", "Message", "Type", "RequestId", "HTTPHeaders", "__class__", "é\n"])
    };
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        name().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(name(), inner, 0..5).prop_map(|members| json!(members)),
        ]
    })
}

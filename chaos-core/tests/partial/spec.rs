//! What a spec can ask for, and which entries it gets.

use super::{JSON, partial};
use chaos_core::effect::Answer;
use chaos_core::partial::{Batch, Chosen};
use chaos_core::spec::{Outcome, PartialFault, Rate, Scenario};
use proptest::prelude::*;

fn scenario(fault: &str) -> String {
    format!(
        r#"{{"id": "a", "target": {{"service": "kinesis"}}, "fault": {fault}, "when": {{"rate": "100%"}}}}"#
    )
}

fn read(fault: &str) -> PartialFault {
    let scenario = Scenario::from_json(&scenario(fault)).unwrap();
    // What is stored reads back the same.
    let again = Scenario::from_json(&scenario.to_json().to_string()).unwrap();
    assert_eq!(again, scenario);
    match &scenario.spec[0].fault.outcome {
        Some(Outcome::Partial(fault)) => fault.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_share_is_enough() {
    let half = PartialFault::of(Rate::new(0.5).unwrap());
    assert_eq!(read(r#"{"partial": "50%"}"#), half);
    assert_eq!(read(r#"{"partial": 0.5}"#), half);
    assert_eq!(read(r#"{"partial": {"share": "50%"}}"#), half);
    assert_eq!(read(r#"{"partial": "100%"}"#), PartialFault::of(Rate::ALWAYS));
    let full = r#"{"latency": "1s", "partial": {"share": 0.5, "sent": false, "code": "X", "message": "m"}}"#;
    let full = read(full);
    assert_eq!((full.sent, full.code.as_deref(), full.message.as_deref()), (false, Some("X"), Some("m")));
}

#[test]
fn what_is_wrong_is_said() {
    let cases = [
        (r#"{"partial": 0.0}"#, "fault.partial: 0.0 fails no entry"),
        (r#"{"partial": {"share": "0%"}}"#, "fails no entry; write a share above 0%"),
        (r#"{"partial": 1}"#, "is a whole number, which could be a share or a percentage"),
        (r#"{"partial": "150%"}"#, "is not a share from 0% to 100%"),
        (r#"{"partial": {}}"#, "fault.partial.share: is missing; write the share of entries that fail"),
        (r#"{"partial": {"share": 0.5, "sent": "no"}}"#, "is a text, not a boolean"),
        (r#"{"partial": {"share": 0.5, "code": "a b"}}"#, "is not an error's name"),
        (r#"{"partial": {"share": 0.5, "cod": "a"}}"#, "did you mean `code`?"),
        (r#"{"partial": 0.5, "status": 503}"#, "has 2 outcomes"),
    ];
    for (fault, told) in cases {
        let problems = Scenario::from_json(&scenario(fault)).unwrap_err().to_string();
        assert!(problems.contains(told), "{fault}: {problems}");
    }
}

#[test]
fn what_never_has_entries_is_refused_with_what_has() {
    let read = |target: &str| {
        let fault = r#""fault": {"partial": "50%"}, "when": {"rate": "100%"}"#;
        Scenario::from_json(&format!(r#"{{"id": "a", "target": {target}, {fault}}}"#))
    };
    let never = [
        r#"{"service": "dynamodb", "operation": "GetItem"}"#,
        r#"{"service": "dynamo*", "operation": ["GetItem", "PutItem"]}"#,
        r#"{"operation": "GetItem"}"#,
        // Another service has it.
        r#"{"service": "kinesis", "operation": "PublishBatch"}"#,
        r#"{"service": "lambda"}"#,
        r#"{"service": ["lambda", "sts"], "operation": "*"}"#,
    ];
    for target in never {
        let problems = read(target).unwrap_err().to_string();
        assert!(problems.contains("fault.partial: never fires: the target names no batch"), "{problems}");
        assert!(
            problems.contains("`BatchGetItem` of dynamodb") && problems.contains("`PublishBatch` of sns")
        );
    }
    let may = [
        r#"{"service": "dynamodb", "operation": ["GetItem", "batchgetitem"]}"#,
        r#"{"service": ["lambda", "Kinesis"]}"#,
        r#"{"service": "dynamodb", "operation": "Get*"}"#,
        r#"{"service": "new*"}"#,
        r#"{"operation": "PutRecords"}"#,
        r#"{"everything": true}"#,
    ];
    for target in may {
        assert!(read(target).is_ok(), "{target}: {:?}", read(target));
    }
    // What went through a newer build's door is taken as it is.
    let stored = read(may[3]).unwrap().to_json().to_string().replace("new*", "new");
    let node = chaos_core::door::read_json(&stored).unwrap();
    assert!(Scenario::from_stored(&node).is_ok());
    assert!(Scenario::from_node(&node).is_err());
}

#[test]
fn the_schema_accepts_what_the_door_accepts() {
    let validator = jsonschema::validator_for(&chaos_core::spec::json_schema()).unwrap();
    let accepts = |fault| validator.is_valid(&serde_json::from_str(&scenario(fault)).unwrap());
    for fault in
        [r#"{"partial": "50%"}"#, r#"{"partial": 0.5}"#, r#"{"partial": {"share": 0.5, "sent": false}}"#]
    {
        assert!(accepts(fault), "{fault}");
    }
    assert!(!accepts(r#"{"partial": {"share": 0.5, "cod": "a"}}"#));
}

#[test]
fn reports_name_it_by_its_share() {
    assert_eq!(Answer::Partial(partial(0.25, true)).label(), "partial 25%");
}

fn chosen(entries: usize, share: f64, roll: u64) -> Chosen {
    let records = vec!["{}"; entries].join(",");
    let body = format!(r#"{{"Records": [{records}]}}"#);
    let batch = Batch::read("kinesis", "PutRecords", JSON, body.as_bytes()).unwrap();
    batch.choose(Rate::new(share).unwrap(), roll)
}

#[test]
fn the_share_is_rounded_and_at_least_one() {
    let cases =
        [(10, 0.5, 5), (10, 0.34, 3), (10, 0.35, 4), (10, 0.01, 1), (1, 0.5, 1), (3, 1.0, 3), (3, 0.5, 2)];
    for (entries, share, count) in cases {
        assert_eq!(chosen(entries, share, 7).count(), count, "{share} of {entries}");
    }
}

#[test]
fn every_entry_gets_its_turn() {
    let mut hits = [0; 10];
    for roll in 0..1000 {
        for (entry, chosen) in chosen(10, 0.3, roll).flags().enumerate() {
            hits[entry] += u32::from(chosen);
        }
    }
    assert!(hits.iter().all(|hits| (240..360).contains(hits)), "{hits:?}");
}

proptest! {
    #[test]
    fn the_same_roll_chooses_the_same(entries in 1usize..200, share in 0.01f64..=1.0, roll: u64) {
        let first = chosen(entries, share, roll);
        prop_assert_eq!(&first, &chosen(entries, share, roll));
        let expected = ((share * entries as f64).round() as usize).max(1);
        prop_assert_eq!(first.count(), expected);
    }
}

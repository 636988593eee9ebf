//! What comes in through the door, and what is told of what does not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use chaos_core::door::{Node, Problems, Value, read_json};
use chaos_core::settings::{Settings, SpecsSetting};
use chaos_core::source::{read_inline, read_path};
use chaos_core::spec::{CorruptFault, Latency, NetworkFault, Outcome, Scenario, json_schema};
use proptest::prelude::*;
use std::time::Duration;

/// The contract's own example.
const WHOLE: &str = r#"
id = "orders-stream-throttled"
description = "The orders stream throttles checkout 60 % of the time"
enabled = true
until = "2026-12-01T12:00:00Z"

[target]
function = "checkout-*"
service = "Kinesis"
operation = ["PutRecord", "PutRecords"]
region = "eu-west-1"
input = { StreamName = "orders" }
attempt = "1.."
label = { user = "test-*" }

[fault]
latency = "200ms"
error = "ProvisionedThroughputExceededException"

[when]
rate = "60%"
skip = 2
every = 3
max = 100
key = "call"
per = "attempt"
ramp = "5m"
"#;

fn spec_json(target: &str, fault: &str, when: &str) -> String {
    format!(r#"{{"id": "a", "target": {target}, "fault": {fault}, "when": {when}}}"#)
}

fn with_target(target: &str) -> Result<Scenario, Problems> {
    Scenario::from_json(&spec_json(target, r#"{"status": 503}"#, r#"{"rate": "1%"}"#))
}

fn with_fault(fault: &str) -> Result<Scenario, Problems> {
    Scenario::from_json(&spec_json(r#"{"service": "sqs"}"#, fault, r#"{"rate": "1%"}"#))
}

fn with_when(when: &str) -> Result<Scenario, Problems> {
    Scenario::from_json(&spec_json(r#"{"service": "sqs"}"#, r#"{"status": 503}"#, when))
}

fn complaint(result: Result<Scenario, Problems>) -> String {
    result.expect_err("this must be refused").to_string()
}

#[test]
fn the_contracts_example_is_read_in_full() {
    let scenario = Scenario::from_toml(WHOLE).unwrap();
    assert_eq!(scenario.id.as_str(), "orders-stream-throttled");
    assert!(scenario.enabled);
    let spec = &scenario.spec[0];
    assert_eq!(spec.target.service.as_ref().unwrap().iter().next().unwrap().text(), "kinesis");
    assert_eq!(spec.target.specificity(), 1 + 2 + 2 + 2 + 2 + 2 + 1);
    assert_eq!(spec.fault.latency, Some(Latency::Fixed(Duration::from_millis(200))));
    assert_eq!((spec.when.skip, spec.when.every, spec.when.max), (2, 3, Some(100)));
    assert_eq!(spec.when.ramp, Some(Duration::from_secs(300)));
}

#[test]
fn what_is_shown_again_is_as_it_was_written() {
    let spec = &Scenario::from_toml(WHOLE).unwrap().to_json()["spec"][0];
    assert_eq!(spec["target"]["operation"], serde_json::json!(["PutRecord", "PutRecords"]));
    assert_eq!(spec["fault"]["error"], "ProvisionedThroughputExceededException");
    let status = with_fault(r#"{"status": {"code": 503}}"#).unwrap().to_json();
    assert_eq!(status["spec"][0]["fault"]["status"], 503);
}

#[test]
fn a_scenario_holds_several_specs() {
    let scenario = Scenario::from_json(
        r#"{"id": "kinesis-bad-day", "description": "d", "hypothesis": "checkout stays above 99 %",
            "spec": [{"id": "throttled", "target": {"service": "kinesis", "operation": ["PutRecords"]},
                      "fault": {"error": "ProvisionedThroughputExceededException"}, "when": {"rate": 0.6}},
                     {"id": "slow", "target": {"host": "api.payments.example"},
                      "fault": {"latency": {"median": "80ms", "p99": "2s"}}, "when": {"rate": "100%"}}]}"#,
    )
    .unwrap();
    assert_eq!(scenario.spec.len(), 2);
    assert!(!scenario.enabled, "arming is an explicit act");
}

#[test]
fn every_mistake_is_named_with_field_value_remedy_and_line() {
    let text = "id = \"Bad Id\"\n[target]\nservcie = \"kinesis\"\n[fault]\nlatency = \"200\"\n[when]\nrate = 1\nevery = 0\n";
    let problems = Scenario::from_toml(text).unwrap_err();
    let told: Vec<_> = problems.0.iter().map(|p| (p.line, p.to_string())).collect();
    let expected = [
        (1, "id: \"Bad Id\" is not an id; write 1 to 63"),
        (3, "target.servcie: there is no field `servcie` here; did you mean `service`?"),
        (5, "fault.latency: \"200\" is not a positive duration with a unit; write a duration such as"),
        (7, "when.rate: 1 is a whole number, which could be a share or a percentage; write \"1%\""),
        (8, "when.every: 0 is out of range; write a whole number of at least 1"),
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for ((line, text), (wanted_line, wanted)) in told.iter().zip(expected) {
        assert_eq!(*line, Some(wanted_line), "{text}");
        assert!(text.starts_with(wanted), "{text}");
    }
}

#[test]
fn problems_carry_json_pointers() {
    let problems = Scenario::from_json(
        r#"{"id": "a", "spec": [{"id": "b", "target": {"header": {"x/y": 3}}, "fault": {"status": 503}, "when": {"rate": 0.1}}]}"#,
    )
    .unwrap_err();
    assert_eq!(problems.0[0].path.pointer(), "/spec/0/target/header/x~1y");
    assert_eq!(problems.0[0].path.to_string(), "spec[0].target.header.x/y");
}

#[test]
fn what_later_versions_bring_is_refused_and_never_ignored() {
    let told = complaint(Scenario::from_json(r#"{"id": "a", "stop": {}, "spec": []}"#));
    assert!(told.contains("`stop` is not available in this version"), "{told}");
}

#[test]
fn the_budget_of_the_fleet_is_a_number_of_one_or_more() {
    for wrong in ["0", "-1", "1.5", "\"3\""] {
        let told = complaint(with_when(&format!(r#"{{"rate": 0.1, "fleet_max": {wrong}}}"#)));
        assert!(told.contains("when.fleet_max"), "{told}");
    }
    let spec = with_when(r#"{"rate": 0.1, "fleet_max": 3}"#).unwrap();
    assert_eq!(spec.spec[0].when.fleet_max, Some(3));
}

#[test]
fn damage_is_read_and_written_back() {
    let faults = [
        r#"{"corrupt": {"flip": 3}}"#,
        r#"{"corrupt": {"flip": {"at": [0, 17]}}}"#,
        r#"{"corrupt": {"truncate": -1}}"#,
        r#"{"corrupt": {"truncate": {"after": 100, "by": "reset"}}}"#,
        r#"{"corrupt": {"garbage": true}}"#,
        r#"{"corrupt": {"wrong_length": -10}}"#,
        r#"{"corrupt": {"drop": ["Item.price", "header:etag"], "replace": {"Count": 0}}}"#,
        r#"{"slow_body": 1024}"#,
        r#"{"slow_body": {"rate": 10, "stall_after": 0}}"#,
    ];
    for fault in faults {
        let scenario = with_fault(fault).unwrap();
        let wanted: serde_json::Value = serde_json::from_str(fault).unwrap();
        assert_eq!(scenario.to_json()["spec"][0]["fault"], wanted, "{fault}");
    }
    let short = with_fault(r#"{"corrupt": "garbage"}"#).unwrap();
    assert_eq!(short.spec[0].fault.outcome, Some(Outcome::Corrupt(CorruptFault::Garbage)));
}

#[test]
fn damage_that_is_none_is_refused() {
    let cases = [
        (r#"{"corrupt": "garbled"}"#, "is no damage; write \"garbage\""),
        (r#"{"corrupt": {}}"#, "says nothing; give one of"),
        (r#"{"corrupt": {"flip": 0}}"#, "0 is out of range; write a whole number from 1 to 1024"),
        (r#"{"corrupt": {"flip": {"at": []}}}"#, "has 0 positions"),
        (r#"{"corrupt": {"truncate": {"after": 1, "by": "rest"}}}"#, "did you mean `reset`"),
        (r#"{"corrupt": {"wrong_length": 0}}"#, "is the right length"),
        (r#"{"corrupt": {"garbage": false}}"#, "damages nothing"),
        (r#"{"corrupt": {"drop": ["a..b"]}}"#, "is not a path"),
        (r#"{"corrupt": {"drop": []}}"#, "names 0 members"),
        (r#"{"corrupt": {"replace": ["x"]}}"#, "fault.corrupt.replace: [\"x\"] is no object"),
        (r#"{"corrupt": {"drop": ["a"], "replace": ["x"]}}"#, "fault.corrupt.replace: [\"x\"] is no object"),
        (r#"{"corrupt": {"drop": ["a"], "replace": "x"}}"#, "fault.corrupt.replace: \"x\" is no object"),
        (r#"{"corrupt": {"flip": 1, "truncate": 1}}"#, "has 2 kinds of damage"),
        (r#"{"slow_body": 0}"#, "0 is out of range"),
        (r#"{"slow_body": {}}"#, "says nothing"),
        (r#"{"slow_body": "1k"}"#, "write a whole number"),
    ];
    for (fault, wanted) in cases {
        let told = complaint(with_fault(fault));
        assert!(told.contains(wanted), "{fault}: {told}");
    }
}

#[test]
fn what_a_roll_hangs_on_is_read_and_written_back() {
    for key in ["input", "label:order"] {
        let text = with_when(&format!(r#"{{"rate": 0.1, "key": "{key}", "per": "call"}}"#));
        let scenario = text.unwrap();
        let when = &scenario.to_json()["spec"][0]["when"];
        assert_eq!((when["key"].as_str(), when["per"].as_str()), (Some(key), Some("call")));
    }
    let cases = [
        (r#"{"rate": 0.1, "key": "order"}"#, "is nothing that a roll can hang on; write \"call\""),
        (r#"{"rate": 0.1, "key": "label:"}"#, "is nothing that a roll can hang on"),
        (r#"{"rate": 0.1, "per": "process"}"#, "is nothing that is rolled for; write \"attempt\""),
        (r#"{"rate": 0.1, "key": "input", "skip": 1}"#, "does not go with `skip` or `every`"),
    ];
    for (when, wanted) in cases {
        let told = complaint(with_when(when));
        assert!(told.contains(wanted), "{when}: {told}");
    }
}

#[test]
fn rates_are_never_guessed() {
    let bad = [
        r#"{}"#,
        r#"{"rate": 1}"#,
        r#"{"rate": 0}"#,
        r#"{"rate": 1.5}"#,
        r#"{"rate": -0.1}"#,
        r#"{"rate": "60"}"#,
        r#"{"rate": "101%"}"#,
        r#"{"rate": "NaN%"}"#,
        r#"{"rate": null}"#,
        r#"{"rate": true}"#,
    ];
    for when in bad {
        assert!(complaint(with_when(when)).contains("when.rate"), "{when}");
    }
    for text in ["rate = nan", "rate = inf"] {
        let text = format!("id = \"a\"\ntarget.service = \"s3\"\nfault.status = 503\nwhen.{text}\n");
        assert!(complaint(Scenario::from_toml(&text)).contains("when.rate"), "{text}");
    }
    for (when, share) in [(r#"{"rate": "60%"}"#, 0.6), (r#"{"rate": 0.25}"#, 0.25), (r#"{"rate": 1.0}"#, 1.0)]
    {
        assert_eq!(with_when(when).unwrap().spec[0].when.rate.share(), share);
    }
}

#[test]
fn an_empty_target_is_an_error_and_everything_is_said_on_purpose() {
    assert!(complaint(with_target("{}")).contains("would hit every one"));
    assert!(complaint(with_target(r#"{"everything": false}"#)).contains("leaves the target empty"));
    assert!(
        complaint(with_target(r#"{"everything": true, "service": "s3"}"#)).contains("beside constraints")
    );
    assert!(complaint(with_target(r#"{"attempt": "1.."}"#)).contains("would hit every one"));
    assert!(with_target(r#"{"everything": true, "attempt": "2.."}"#).is_ok());
    assert!(complaint(with_target(r#"{"header": {"X-A": "1", "x-a": "2"}}"#)).contains("given twice"));
    assert!(with_target(r#"{"everything": true}"#).unwrap().spec[0].target.everything);
}

#[test]
fn targets_are_bounded_and_typed() {
    let long = "x".repeat(257);
    let many = format!("[{}]", vec!["\"x\""; 101].join(","));
    let bad = [
        r#"{"service": ""}"#.to_owned(),
        format!(r#"{{"service": "{long}"}}"#),
        format!(r#"{{"service": {many}}}"#),
        r#"{"service": []}"#.to_owned(),
        r#"{"service": [1, "s3"]}"#.to_owned(),
        r#"{"input": "orders"}"#.to_owned(),
        r#"{"input": {}}"#.to_owned(),
        r#"{"service": "s3", "attempt": "0"}"#.to_owned(),
        r#"{"service": "s3", "attempt": "3..1"}"#.to_owned(),
        r#"{"service": "s3", "attempt": "first"}"#.to_owned(),
    ];
    for target in bad {
        assert!(complaint(with_target(&target)).starts_with("target."), "{target}");
    }
}

#[test]
fn faults_have_one_outcome_within_the_caps() {
    let big = "x".repeat(65 * 1024);
    let bad = [
        r#"{}"#.to_owned(),
        r#"{"error": "A", "status": 503}"#.to_owned(),
        r#"{"latency": "61s"}"#.to_owned(),
        r#"{"latency": "0s"}"#.to_owned(),
        r#"{"latency": -1}"#.to_owned(),
        r#"{"latency": {"uniform": ["2s", "1s"]}}"#.to_owned(),
        r#"{"latency": {"uniform": ["2s"]}}"#.to_owned(),
        r#"{"latency": {"median": "2s"}}"#.to_owned(),
        r#"{"latency": {"median": "2s", "p99": "1s"}}"#.to_owned(),
        r#"{"status": 99}"#.to_owned(),
        r#"{"status": {"code": 503, "headers": {"a b": "c"}}}"#.to_owned(),
        r#"{"status": {"code": 503, "headers": {"a": "c\r\nx: y"}}}"#.to_owned(),
        format!(r#"{{"status": {{"code": 503, "body": "{big}"}}}}"#),
        r#"{"error": ""}"#.to_owned(),
        r#"{"error": "has space"}"#.to_owned(),
        r#"{"error": {"name": "A", "status": 200}}"#.to_owned(),
        r#"{"network": "timeuot"}"#.to_owned(),
    ];
    for fault in bad {
        assert!(complaint(with_fault(&fault)).starts_with("fault"), "{fault}");
    }
    assert!(complaint(with_fault(r#"{"network": "timeuot"}"#)).contains("did you mean `timeout`?"));
    let lost = with_fault(r#"{"network": "response_lost"}"#).unwrap();
    assert_eq!(lost.spec[0].fault.outcome, Some(Outcome::Network(NetworkFault::ResponseLost)));
}

#[test]
fn numbers_that_do_not_fit_are_refused_and_not_rounded() {
    let json = r#"{"name": "A", "fields": {"big": 18446744073709551615}}"#;
    assert!(
        complaint(with_fault(&format!(r#"{{"error": {json}}}"#)))
            .contains("18446744073709551615 does not fit")
    );
    let toml = "id = \"a\"\ntarget.service = \"s3\"\nfault.error = { name = \"A\", fields = { big = 99999999999999999999 } }\nwhen.rate = 0.5\n";
    let problems = Scenario::from_toml(toml).unwrap_err();
    assert!(
        problems.0[0].line == Some(3) && problems.to_string().contains("99999999999999999999 does not fit"),
        "{problems}"
    );
}

#[test]
fn a_field_given_twice_is_refused() {
    let told = complaint(Scenario::from_json(r#"{"id": "a", "id": "b"}"#));
    assert!(told.contains("the field `id` is given twice"), "{told}");
}

#[test]
fn inline_specs_are_all_or_nothing() {
    let good = spec_json(r#"{"service": "s3"}"#, r#"{"status": 503}"#, r#"{"rate": 0.5}"#);
    assert_eq!(read_inline(&format!("[{good}]")).unwrap().len(), 1);
    assert_eq!(read_inline(&good).unwrap().len(), 1);
    let told = read_inline(&format!("[{good}, {{\"id\": 3}}]")).unwrap_err().to_string();
    assert!(told.starts_with("[1].id: 3 is a number"), "{told}");
    assert!(
        read_inline(&format!("[{good}, {good}]")).unwrap_err().to_string().contains("names two scenarios")
    );
}

#[test]
fn a_folder_is_read_whole_and_a_faulty_file_hides_no_other() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.toml"), WHOLE).unwrap();
    std::fs::write(folder.path().join("b.json"), "{").unwrap();
    std::fs::write(folder.path().join("notes.md"), "# no spec").unwrap();
    let files = read_path(folder.path()).unwrap();
    assert_eq!(files.len(), 2);
    assert!(files[0].scenario.is_ok());
    assert_eq!(files[1].scenario.as_ref().unwrap_err().0[0].line, Some(1));
    assert!(read_path(&folder.path().join("missing.toml")).is_err());
}

fn settings(variables: &[(&str, &str)]) -> Result<Settings, Problems> {
    let lookup =
        |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
    Settings::read(&lookup, "binary")
}

#[test]
fn settings_default_to_nothing_at_all() {
    let found = settings(&[]).unwrap();
    assert_eq!((found.table, found.specs, found.disabled, found.dry_run), (None, None, false, false));
    assert_eq!((found.poll, found.lease), (Duration::from_secs(1), Duration::from_secs(30)));
    assert_eq!(found.function, "binary");
}

#[test]
fn every_wrong_variable_is_named() {
    let bad = [
        ("CHAOS_POLL", "5"),
        ("CHAOS_LEASE", "1h"),
        ("CHAOS_SEED", "lucky"),
        ("CHAOS_DRY_RUN", "maybe"),
        ("CHAOS_REPORT", "yes"),
        ("CHAOS_SPECS", "file:"),
        ("CHAOS_ENDPOINT", "localhost:8000"),
        ("CHAOS_TABLE", "no spaces please"),
    ];
    let told = settings(&bad).unwrap_err().to_string();
    for (name, value) in bad {
        assert!(told.lines().any(|line| line.starts_with(&format!("{name}: {value:?}"))), "{name}: {told}");
    }
    assert!(told.contains("CHAOS_ENVIRONMENT: is missing, and CHAOS_TABLE needs it"), "{told}");
    let told =
        settings(&[("CHAOS_TABLE", "faults"), ("CHAOS_ENVIRONMENT", "Prod!")]).unwrap_err().to_string();
    assert!(told.starts_with("CHAOS_ENVIRONMENT: \"Prod!\""), "{told}");
    let told = settings(&[("CHAOS_POLL", "20s")]).unwrap_err().to_string();
    assert!(told.contains("shorter than three polls"), "{told}");
}

#[test]
fn a_misspelt_off_switch_is_off() {
    for (value, disabled) in
        [("1", true), ("true", true), ("0", false), ("false", false), ("", false), ("ture", true)]
    {
        let found = settings(&[("CHAOS_DISABLED", value)]).unwrap();
        assert_eq!(found.disabled, disabled, "{value}");
        assert_eq!(found.warnings.len(), usize::from(value == "ture"));
    }
}

#[test]
fn the_function_is_named_by_the_first_variable_that_is_set() {
    let all = [("OTEL_SERVICE_NAME", "c"), ("AWS_LAMBDA_FUNCTION_NAME", "b"), ("CHAOS_FUNCTION", "a")];
    for (count, name) in [(0, "binary"), (1, "c"), (2, "b"), (3, "a")] {
        assert_eq!(settings(&all[..count]).unwrap().function, name);
    }
    let found = settings(&[("CHAOS_SPECS", "file:specs")]).unwrap();
    assert_eq!(found.specs, Some(SpecsSetting::File("specs".into())));
}

#[test]
fn the_committed_schema_is_the_generated_one_and_accepts_what_the_door_accepts() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../specs/schema/scenario.schema.json");
    let committed: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(
        committed == json_schema(),
        "regenerate it: cargo run -p chaos-control -- check --schema > specs/schema/scenario.schema.json"
    );
    let validator = jsonschema::validator_for(&committed).unwrap();
    let scenario = Scenario::from_toml(WHOLE).unwrap().to_json();
    assert!(
        validator.is_valid(&scenario),
        "{:?}",
        validator.iter_errors(&scenario).map(|e| e.to_string()).collect::<Vec<_>>()
    );
    for text in [WHOLE, "id = \"a\"\ntarget.service = \"s3\"\nfault.status = 503\nwhen.rate = 0.5\n"] {
        let json = chaos_core::door::read_toml(text).unwrap().to_json();
        assert!(validator.is_valid(&json), "a single spec");
    }
    let faults = [
        (r#"{"corrupt": {"flip": 0}}"#, false),
        (r#"{"corrupt": {"flip": 1}}"#, true),
        (r#"{"corrupt": {"flip": 1025}}"#, false),
        (r#"{"corrupt": {"flip": {"at": [1]}}}"#, true),
        (r#"{"corrupt": {"flip": {"at": 1}}}"#, true),
        (r#"{"corrupt": {"flip": {"at": []}}}"#, false),
        (r#"{"corrupt": {"flip": {"at": [1], "with": 2}}}"#, false),
        (r#"{"corrupt": {"truncate": -65536}}"#, true),
        (r#"{"corrupt": {"truncate": -65537}}"#, false),
        (r#"{"corrupt": {"truncate": {"after": 1, "by": "end"}}}"#, true),
        (r#"{"corrupt": {"truncate": {"after": 1, "how": "end"}}}"#, false),
        (r#"{"corrupt": {"truncate": {"by": "end"}}}"#, false),
        (r#"{"corrupt": {"wrong_length": 0}}"#, false),
        (r#"{"corrupt": {"wrong_length": -1}}"#, true),
        (r#"{"corrupt": {"garbage": false}}"#, false),
        (r#"{"corrupt": {"garbage": true}}"#, true),
        (r#"{"corrupt": "garbage"}"#, true),
        (r#"{"corrupt": {}}"#, false),
        (r#"{"corrupt": {"flip": 1, "truncate": 1}}"#, false),
        (r#"{"corrupt": {"flip": 1, "drop": ["a"]}}"#, false),
        (r#"{"corrupt": {"drop": ["a"], "replace": {"b": 1}}}"#, true),
        (r#"{"corrupt": {"replace": ["b"]}}"#, false),
        (r#"{"slow_body": {}}"#, false),
        (r#"{"slow_body": 0}"#, false),
        (r#"{"slow_body": 1}"#, true),
        (r#"{"slow_body": {"stall_after": 0}}"#, true),
        (r#"{"slow_body": {"rate": 0}}"#, false),
        (r#"{"slow_body": {"rate": 1, "unit": "k"}}"#, false),
    ];
    let keys =
        [("call", true), ("input", true), ("label:order", true), ("label:", false), ("anything", false)];
    let when = |key| format!(r#""when": {{"rate": 0.1, "key": "{key}"}}, "fault": {{"status": 503}}"#);
    let faults = faults.map(|(fault, good)| (format!(r#""when": {{"rate": 0.1}}, "fault": {fault}"#), good));
    for (rest, good) in faults.into_iter().chain(keys.map(|(key, good)| (when(key), good))) {
        let text = format!(r#"{{"id": "a", "target": {{"service": "s3"}}, {rest}}}"#);
        assert_eq!(Scenario::from_json(&text).is_ok(), good, "the door: {text}");
        assert_eq!(validator.is_valid(&serde_json::from_str(&text).unwrap()), good, "the schema: {text}");
    }
    let mut unknown = scenario;
    unknown["spec"][0]["target"]["servcie"] = "s3".into();
    assert!(!validator.is_valid(&unknown), "unknown fields are refused by the schema too");
}

fn any_name() -> impl Strategy<Value = String> {
    "[a-zA-Z*?][a-zA-Z0-9*?.]{0,12}"
}

fn any_target() -> impl Strategy<Value = serde_json::Value> {
    let list = prop::collection::vec(any_name(), 1..3);
    (any_name(), list, any_name(), prop::option::of("[1-9]\\.\\.")).prop_map(|(service, operation, stream, attempt)| {
        let mut target = serde_json::json!({"service": service, "operation": operation, "input": {"StreamName": stream}});
        if let Some(attempt) = attempt {
            target["attempt"] = attempt.into();
        }
        target
    })
}

fn any_fault() -> impl Strategy<Value = serde_json::Value> {
    let delay = (1u64..60_000).prop_map(|ms| format!("{ms}ms"));
    prop_oneof![
        delay.prop_map(|delay| serde_json::json!({"latency": delay, "network": "hang"})),
        (1u64..100, 100u64..60_000).prop_map(|(low, high)| {
            serde_json::json!({"latency": {"uniform": [format!("{low}ms"), format!("{high}ms")]}})
        }),
        (200u16..600, "[ -~]{0,20}")
            .prop_map(|(code, body)| serde_json::json!({"status": {"code": code, "body": body}})),
        ("[A-Z][a-zA-Z]{0,20}", 400u16..600).prop_map(|(name, status)| {
            serde_json::json!({"error": {"name": name, "status": status, "fields": {"a": [1, null, "x"]}}})
        }),
    ]
}

proptest! {
    /// What is written is read back the same, in JSON and through DynamoDB's
    /// habit of writing 1.0 as 1.
    #[test]
    fn written_scenarios_read_back(target in any_target(), fault in any_fault(), rate in 0.0f64..=1.0, skip in 0u64..9) {
        let json = serde_json::json!({"id": "a", "spec": [{"id": "b", "target": target, "fault": fault,
            "when": {"rate": format!("{}%", rate * 100.0), "skip": skip}}]});
        // The names are made up.
        let read = |json: &serde_json::Value| Scenario::from_stored(&read_json(&json.to_string()).unwrap());
        if let Ok(scenario) = read(&json) {
            let again = read(&scenario.to_json()).unwrap();
            prop_assert_eq!(again, scenario);
        } else {
            // A product of rounding may leave 100 % by a hair; nothing else is refused.
            prop_assert!(rate > 0.999_999);
        }
    }

    /// No text, however odd, does more than be refused.
    #[test]
    fn no_text_breaks_the_door(text in "\\PC{0,200}") {
        let _ = Scenario::from_json(&text);
        let _ = Scenario::from_toml(&text);
        let _ = read_inline(&text);
        let _ = Settings::read(&|_| Some(text.clone()), "x");
    }

    /// No value in any place does, either.
    #[test]
    fn no_value_breaks_the_door(field in "[a-z]{2,8}", value in any_value()) {
        let mut node = Scenario::from_toml(WHOLE).unwrap().to_json();
        node["spec"][0]["target"][&field] = value.clone();
        node["spec"][0]["fault"][&field] = value.clone();
        node["spec"][0]["when"][&field] = value;
        let node: Node = serde_json::from_value(node).unwrap();
        prop_assert!(matches!(node.value, Value::Object(_)));
        let _ = Scenario::from_node(&node);
    }
}

fn any_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "\\PC{0,12}".prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::hash_map("[a-z]{1,8}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

#[test]
fn hosts_and_paths_that_no_call_has_are_refused_with_what_would_be_right() {
    for (host, problem, right) in [
        ("https://api.example", "holds a scheme", Some("api.example")),
        ("https://*.example:443/v1", "holds a scheme", Some("*.example")),
        ("http://[::1]:80", "holds a scheme", Some("::1")),
        ("https://", "holds a scheme", None),
        ("api.example/v1", "holds a path", Some("api.example")),
        ("x:443", "holds a port", Some("x")),
        ("cafe:443", "holds a port", Some("cafe")),
        ("*.example:8080", "holds a port", Some("*.example")),
        ("127.0.0.1:9", "holds a port", Some("127.0.0.1")),
        ("[::1]:80", "holds a port", Some("::1")),
        ("[::1]", "is in brackets", Some("::1")),
    ] {
        let right = right.map_or_else(String::new, |right| format!("write \"{right}\"; "));
        assert_eq!(
            complaint(with_target(&format!(r#"{{"host": ["fine", "{host}"]}}"#))),
            format!(
                "target.host[1]: \"{host}\" {problem}; {right}a host is matched without scheme, port and path"
            )
        );
    }
    for (path, right) in [
        ("v1/charge", "/v1/charge"),
        ("https://api.example/v1", "/v1"),
        ("https://api.example", "/"),
        ("orders?*", "/orders?*"),
    ] {
        assert_eq!(
            complaint(with_target(&format!(r#"{{"path": "{path}"}}"#))),
            format!(
                "target.path: \"{path}\" begins with no slash, as every path does; write \"{right}\", or begin \
                 with a `*`"
            )
        );
    }
    for fine in ["api.example", "*", "::1", "fd00:*", "*:1", "fe80::1:443", "127.*", "h.example."] {
        with_target(&format!(r#"{{"host": "{fine}"}}"#)).unwrap();
    }
    for fine in ["/", "*", "*/charge", "?v1", "/v1/*"] {
        with_target(&format!(r#"{{"path": "{fine}"}}"#)).unwrap();
    }
    // What is stored was let in by some build, and is only inert.
    let stored = r#"{"id": "a", "target": {"host": "x:1"}, "fault": {"status": 503}, "when": {"rate": 0.1}}"#;
    Scenario::from_stored(&read_json(stored).unwrap()).unwrap();
}

/// What is said of a spec that is let in.
fn warnings(target: &str, fault: &str, rate: &str) -> Vec<String> {
    let text = format!(
        r#"{{"id": "a", "spec": [{{"id": "b", "target": {target}, "fault": {fault}, "when": {{"rate": {rate}}}}}]}}"#
    );
    let (_, warnings) = Scenario::from_node_warned(&read_json(&text).unwrap()).unwrap();
    warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn specs_that_can_hardly_fire_are_let_in_with_a_warning() {
    let lone = |host: &str| warnings(&format!(r#"{{"host": "{host}"}}"#), r#"{"error": "SlowDown"}"#, "0.5");
    assert_eq!(
        lone("api.example"),
        [
            "spec[0].target.host: \"api.example\" is all that is said of the calls, and only calls of the AWS SDK \
          can have `error`; name the `service`; for plain HTTP calls there is `status`"
        ]
    );
    for host in ["s3.eu-west-1.amazonaws.com", "*", "*.example"] {
        assert_eq!(lone(host), <[&str; 0]>::default(), "{host}");
    }
    let named = r#"{"host": "localhost", "service": "s3"}"#;
    assert_eq!(warnings(named, r#"{"error": "SlowDown"}"#, "0.5"), <[&str; 0]>::default());
    let never = "spec[0].when.rate: \"0%\" hits no call ever; write a share above 0%, or leave the spec out";
    assert_eq!(warnings(named, r#"{"status": 503}"#, "\"0%\""), [never]);
    assert_eq!(warnings(named, r#"{"status": 503}"#, "0.0").len(), 1);
    let read = chaos_core::door::read_toml(
        "id = \"a\"\ntarget.host = \"x\"\nfault.status = 503\nwhen.rate = \"0%\"\n",
    );
    let (_, told) = Scenario::from_node_warned(&read.unwrap()).unwrap();
    assert_eq!((told[0].line, told[0].path.pointer().as_str()), (Some(4), "/when/rate"));
}

#[cfg(feature = "shapes")]
#[test]
fn members_that_no_answer_has_are_let_in_with_a_warning() {
    let told = |service: &str, operation: &str, path: &str| {
        let target = format!(r#"{{"service": "{service}", "operation": {operation}}}"#);
        let replaced = warnings(&target, &format!(r#"{{"corrupt": {{"replace": {{"{path}": 1}}}}}}"#), "0.5");
        let dropped = warnings(&target, &format!(r#"{{"corrupt": {{"drop": ["{path}"]}}}}"#), "0.5");
        assert_eq!(replaced.len(), dropped.len(), "{path}");
        dropped.into_iter().next()
    };
    assert_eq!(
        told("dynamodb", r#""GetItem""#, "Itme.price").unwrap(),
        "spec[0].fault.corrupt.drop[0]: `Itme.price` is in no answer of `GetItem`; did you mean `Item` or \
         `ConsumedCapacity`? (names are those of the wire)"
    );
    for (service, operation, path) in [
        ("dynamodb", r#""GetItem""#, "Item.price.X"),
        ("dynamodb", r#""GetItem""#, "Item.price.N.x"),
        ("kinesis", r#"["PutRecord", "PutRecords"]"#, "Record.0"),
        ("kinesis", r#""PutRecords""#, "Records.0.Shard"),
        ("s3", r#""ListObjectsV2""#, "Content.0.Key"),
        ("iam", r#""ListUsers""#, "Truncated"),
        ("lambda", r#""GetFunction""#, "configuration"),
    ] {
        assert!(told(service, operation, path).is_some(), "{service} {path}");
    }
    for (service, operation, path) in [
        ("dynamodb", r#""GetItem""#, "Item.price.N"),
        ("dynamodb", r#""GetItem""#, "Item.*.N"),
        ("dynamodb", r#""GetItem""#, "__type"),
        ("dynamodb", r#""GetItem""#, "header:etag"),
        ("dynamodb", r#""TransactWriteItems""#, "CancellationReasons.0.Code"),
        ("dynamodb", r#""Get*""#, "Any"),
        ("dynamo*", r#""GetItem""#, "Any"),
        ("kinesis", r#"["PutRecord", "PutRecords"]"#, "ShardId"),
        ("kinesis", r#"["PutRecord", "PutRecords"]"#, "Records.0.ShardId"),
        ("s3", r#""ListObjectsV2""#, "Contents.0.Key"),
        ("s3", r#""ListObjectsV2""#, "ListBucketResult.Contents.0.Key"),
        ("s3", r#""GetObject""#, "any.thing"),
        ("iam", r#""ListUsers""#, "ListUsersResponse.ListUsersResult.IsTruncated"),
        ("iam", r#""ListUsers""#, "Users.member.0.UserName"),
        ("lambda", r#""Invoke""#, "any"),
    ] {
        assert_eq!(told(service, operation, path), None, "{service} {path}");
    }
}

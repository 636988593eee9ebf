//! Calls that are described, and what is said of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use chaos_core::Chaos;
use chaos_core::clock::{Clock, TestClock};
use chaos_core::decide::{Decision, Explained, constraints, matches, mismatches, verdict};
use chaos_core::described::{DescribedCall, call, http_call};
use chaos_core::spec::{Scenario, Target};
use std::sync::Arc;
use std::time::Duration;

fn spec(id: &str, target: &str, fault: &str, when: &str) -> String {
    format!(r#"{{"id": "{id}", "enabled": true, "target": {target}, "fault": {fault}, "when": {when}}}"#)
}

const ALWAYS: &str = r#"{"rate": "100%"}"#;
const UNAVAILABLE: &str = r#"{"status": 503}"#;
const ORDERS: &str =
    r#"{"service": "kinesis", "operation": "PutRecords", "input": {"StreamName": "orders"}}"#;

fn chaos(specs: &[String]) -> Chaos {
    specs.iter().fold(Chaos::builder(), |builder, text| builder.json(text)).build().unwrap()
}

fn told(specs: &[String], call: &DescribedCall) -> Vec<Explained> {
    chaos(specs).explain_call(call)
}

fn target(json: &str) -> Target {
    Scenario::from_json(&spec("a", json, UNAVAILABLE, ALWAYS)).unwrap().spec.remove(0).target
}

fn why(specs: &[String], call: &DescribedCall) -> String {
    told(specs, call).remove(0).why
}

fn problems(json: &str) -> String {
    DescribedCall::from_json(json).unwrap_err().to_string()
}

#[test]
fn every_mismatch_is_told_with_what_was_wanted_and_what_there_is() {
    let wanted = target(
        r#"{"service": "kinesis", "operation": ["PutRecord", "PutRecords"], "region": "eu-*", "host": "a",
            "method": "POST", "path": "/x", "header": {"X-Tier": "gold", "Authorization": "*a"},
            "input": {"StreamName": "orders"}, "label": {"tenant": "7"}, "attempt": "2.."}"#,
    );
    let given = call("sqs", "SendMessage")
        .region("us-east-1")
        .header("X-TIER", "silver")
        .header("authorization", "secret")
        .input("StreamName", "p".repeat(500));
    let found: Vec<_> = mismatches(&wanted, &given.context()).iter().map(ToString::to_string).collect();
    let long = format!("input StreamName wants `orders`, the call has `{}...`", "p".repeat(80));
    assert_eq!(
        found,
        [
            "service wants `kinesis`, the call has `sqs`",
            "operation wants `PutRecord` or `PutRecords`, the call has `SendMessage`",
            "region wants `eu-*`, the call has `us-east-1`",
            "host wants `a`, the call shows none",
            "method wants `POST`, the call shows none",
            "path wants `/x`, the call shows none",
            "header authorization wants `*a`, the call has `(not shown)`",
            "header x-tier wants `gold`, the call has `silver`",
            &long,
            "label tenant wants `7`, the call shows none",
            "attempt wants `2..`, the call has `1`",
        ]
    );
    assert_eq!(constraints(&wanted), found.len());
    let right = call("Kinesis", "putrecords")
        .region("EU-west-1")
        .host("a.")
        .method("post")
        .path("/x")
        .header("x-tier", "gold")
        .header("Authorization", "aaa")
        .input("StreamName", "orders")
        .label("tenant", 7)
        .attempt(3);
    assert_eq!(mismatches(&wanted, &right.context()), []);
    let many = target(r#"{"service": ["s3", "sqs", "sns", "sts", "kms", "ssm"]}"#);
    assert_eq!(
        mismatches(&many, &right.context())[0].to_string(),
        "service wants `s3` or `sqs` or `sns` or `sts` or one of 2 more, the call has `kinesis`"
    );
}

#[test]
fn mismatches_agree_with_matches() {
    let targets = [
        ORDERS,
        r#"{"service": "kin*"}"#,
        r#"{"everything": true}"#,
        r#"{"host": "*.example"}"#,
        r#"{"label": {"tenant": "*"}}"#,
        r#"{"service": "kinesis", "attempt": "2.."}"#,
        r#"{"function": "checkout"}"#,
    ];
    let calls = [
        call("kinesis", "PutRecords").input("StreamName", "orders"),
        call("kinesis", "PutRecords").attempt(2),
        call("s3", "GetObject").label("tenant", "a"),
        http_call("GET", "https://api.example/"),
    ];
    for target in targets.map(target) {
        for call in &calls {
            let call = call.context();
            let all =
                matches(&target, &call).is_ok() && target.attempt.is_none_or(|a| a.contains(call.attempt));
            assert_eq!(mismatches(&target, &call).is_empty(), all, "{target:?} {call:?}");
        }
    }
}

#[test]
fn near_misses_are_told_apart_from_far_ones() {
    let specs = [
        spec("far", r#"{"service": "s3"}"#, UNAVAILABLE, ALWAYS),
        spec("near", ORDERS, UNAVAILABLE, ALWAYS),
        spec("other", r#"{"service": "kinesis", "function": "reports"}"#, UNAVAILABLE, ALWAYS),
    ];
    let told = told(&specs, &call("kinesis", "PutRecords").input("StreamName", "payments"));
    let met = |spec: &Explained| (spec.spec.clone(), spec.met(), spec.constraints, spec.matches());
    assert_eq!(
        told.iter().map(met).collect::<Vec<_>>(),
        [
            ("near/near".to_owned(), 2, 3, false),
            ("far/far".to_owned(), 0, 1, false),
            ("other/other".to_owned(), 1, 2, false),
        ]
    );
    assert_eq!(
        told[0].to_string(),
        "near/near (503): the target's input StreamName wants `orders`, the call has `payments`"
    );
    assert_eq!(told[2].why, "the target's function wants `reports`, the call has `test`");
    let silent = chaos(&specs).explain_call(&call("kinesis", "PutRecords"));
    assert_eq!(
        verdict(&silent),
        "would pass: no spec fires; near/near hangs on what the call does not show: input StreamName"
    );
    assert_eq!(verdict(&told), "would pass: no spec fires");
}

#[test]
fn the_function_is_the_handles_unless_the_call_names_one() {
    let specs = [spec("a", r#"{"function": "reports"}"#, UNAVAILABLE, ALWAYS)];
    let put = call("kinesis", "PutRecords");
    assert!(!told(&specs, &put)[0].fires);
    assert!(told(&specs, &put.clone().function("reports"))[0].fires);
    assert!(!told(&specs, &put.function("checkout"))[0].fires);
    assert_eq!(Chaos::inert().explain_call(&call("s3", "GetObject")), []);
}

#[test]
fn what_the_adapters_cannot_make_they_say_here_too() {
    let every = r#"{"everything": true}"#;
    let one = |fault: &str| [spec("a", every, fault, ALWAYS)];
    let get = http_call("GET", "https://api.payments.example/v1/charge");
    let put = call("kinesis", "PutRecords");
    let error = one(r#"{"error": "ProvisionedThroughputExceededException"}"#);
    assert_eq!(why(&error, &put), "hits 100% of such calls");
    assert_eq!(why(&error, &call("s3", "GetObject")), "this service has no error of that name");
    assert_eq!(why(&error, &get), "errors by name for plain HTTP calls: use `status`");
    let partial = one(r#"{"partial": "50%"}"#);
    assert_eq!(why(&partial, &put), "hits 100% of such calls");
    assert_eq!(why(&partial, &call("s3", "deleteobjects")), "hits 100% of such calls");
    assert_eq!(why(&partial, &call("sns", "PublishBatch")), "hits 100% of such calls");
    assert!(why(&partial, &call("kinesis", "PutRecord")).contains("only batch operations"));
    assert!(why(&partial, &get).contains("use `status` with a body"));
    let pill = one(
        r#"{"pill": [{"service": "dynamodb", "operation": "ListTables", "status_code": 200, "data": {"TableNames": ["a"]}}]}"#,
    );
    assert_eq!(why(&pill, &call("dynamodb", "ListTables")), "hits 100% of such calls");
    assert_eq!(why(&pill, &put), "no pill of the spec is for this operation");
    assert_eq!(why(&pill, &get), "pills for plain HTTP calls: use `status`");
    for fault in [UNAVAILABLE, r#"{"network": "timeout"}"#, r#"{"latency": "1s"}"#] {
        assert!(told(&one(fault), &get)[0].fires && told(&one(fault), &put)[0].fires, "{fault}");
    }
}

#[test]
fn what_no_spec_may_hit_is_protected() {
    let every = [spec("a", r#"{"everything": true}"#, UNAVAILABLE, ALWAYS)];
    for host in ["http://169.254.169.254/latest", "http://[fd00:ec2::254]/"] {
        assert_eq!(why(&every, &http_call("GET", host)), "calls for metadata and credentials are never hit");
    }
    let role = call("sts", "AssumeRole");
    assert!(why(&every, &role).contains("credential services"));
    assert!(told(&[spec("a", r#"{"service": "sts"}"#, UNAVAILABLE, ALWAYS)], &role)[0].fires);
}

#[test]
fn conditions_are_told_in_words() {
    let clock = Arc::new(TestClock::at("2026-11-23T12:00:00Z".parse().unwrap()));
    let when = r#"{"rate": "60%", "skip": 2, "every": 3, "max": 5, "ramp": "10m"}"#;
    let specs = spec("a", r#"{"everything": true}"#, r#"{"latency": "2s", "status": 503}"#, when);
    let chaos = Chaos::builder().json(&specs).clock(clock.clone() as Arc<dyn Clock>).build().unwrap();
    let told = || chaos.explain_call(&call("s3", "GetObject")).remove(0);
    let start = told();
    assert_eq!((start.fires, start.rate, start.does.as_str()), (false, 0.0, "+2s, 503"));
    clock.advance(Duration::from_secs(300));
    assert_eq!(
        told().why,
        "hits 30% of such calls now, growing to 60% 10m after arming, after the first 2, then one in 3, at most 5 in each process"
    );
    clock.advance(Duration::from_secs(300));
    assert!(told().why.starts_with("hits 60% of such calls once its ramp of 10m is over, after"));
    let counts = chaos.explain_call(&call("s3", "GetObject"));
    assert_eq!(counts, chaos.explain_call(&call("s3", "GetObject")), "asking counts nothing");
}

#[test]
fn what_others_take_already_is_told() {
    let kinesis = r#"{"service": "kinesis", "operation": "PutRecords"}"#;
    let slow_error = r#"{"latency": "1s", "status": 503}"#;
    let specs = [
        spec("always", kinesis, UNAVAILABLE, ALWAYS),
        spec("both", r#"{"service": "kinesis"}"#, slow_error, ALWAYS),
        spec("late", r#"{"everything": true}"#, slow_error, ALWAYS),
    ];
    let found = told(&specs, &call("kinesis", "PutRecords"));
    let fires: Vec<_> = found.iter().map(|spec| spec.fires).collect();
    assert_eq!(fires, [true, true, false]);
    assert_eq!(found[2].why, "always/always is more specific and fires for every such call already");
    assert_eq!(
        verdict(&found),
        "would be hit by always/always (503): hits 100% of such calls; then both/both (+1s, 503): hits 100% of such calls"
    );
    for when in [r#"{"rate": "99%"}"#, r#"{"rate": "100%", "max": 1}"#, r#"{"rate": "100%", "skip": 1}"#] {
        let specs = [
            spec("a", kinesis, UNAVAILABLE, when),
            spec("b", r#"{"service": "kinesis"}"#, UNAVAILABLE, ALWAYS),
        ];
        let found = told(&specs, &call("kinesis", "PutRecords"));
        assert!(found[0].fires && found[1].fires, "{when}");
    }
}

#[test]
fn a_call_is_read_as_it_is_described_in_code() {
    let json = r#"{"service": "Kinesis", "operation": "putrecords", "region": "eu-west-1", "host": "H.example.",
        "method": "post", "path": "/", "header": {"X-A": 1}, "label": {"a.b": true}, "attempt": 2, "function": "f",
        "input": {"StreamName": "orders", "Records": [{"PartitionKey": "k", "Size": 1.5}], "StreamARN": null}}"#;
    let wanted = call("kinesis", "PutRecords")
        .region("eu-west-1")
        .host("h.example")
        .method("POST")
        .path("/")
        .header("x-a", 1)
        .label("a.b", true)
        .attempt(2)
        .function("f")
        .input("StreamName", "orders")
        .input("Records.0.PartitionKey", "k")
        .input("Records.0.Size", 1.5);
    let read = DescribedCall::from_json(json).unwrap();
    assert_eq!(read, wanted);
    assert_eq!(DescribedCall::from_json(&read.to_json().to_string()).unwrap(), wanted, "and back");
    assert_eq!(call("CloudWatch Logs", "PutLogEvents").context().service, Some("cloudwatchlogs"));
    let plain = DescribedCall::from_json(r#"{"method": "GET", "host": "a", "path": "/b"}"#).unwrap();
    assert_eq!(plain, http_call("get", "http://a:80/b"));
    let newer = DescribedCall::from_json(r#"{"service": "brandnew*", "operation": "Do"}"#).unwrap();
    assert_eq!(newer, call("brandnew", "Do"));
}

#[test]
fn every_mistake_of_a_description_is_named() {
    let text = problems(
        r#"{"service": "kinesys", "operaton": "x", "attempt": 0, "path": "", "label": {"a": {"b": 1}}, "header": 1}"#,
    );
    for part in [
        r#"service: "kinesys" is no service that is known here; did you mean `kinesis`"#,
        "operaton: there is no field `operaton` here; did you mean `operation`?",
        "attempt: 0 is out of range",
        r#"path: "" has 0 bytes"#,
        "label.a: {\"b\":1} is an object, not a value",
        "header: 1 is a number, not an object",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let text = problems(r#"{"service": "kinesis", "operation": "PutRecordz"}"#);
    assert!(text.contains("is no operation of kinesis; did you mean `PutRecord"), "{text}");
    assert!(problems(r#"{"service": "lex", "operation": "a"}"#).contains("stands for several"));
    assert!(problems(r#"{"operation": "PutRecords"}"#).contains("stands without its service"));
    assert!(problems("{}").contains("says neither service nor host"));
    assert!(problems("[]").contains("is a list, not an object"));
    let many: Vec<_> = (0..10_001).map(|n| n.to_string()).collect();
    assert!(
        problems(&format!(r#"{{"host": "a", "input": {{"a": [{}]}}}}"#, many.join(",")))
            .contains("10001 values")
    );
}

#[cfg(feature = "catalogue")]
#[test]
fn a_misspelt_member_of_the_input_is_refused_with_the_nearest() {
    let text = problems(
        r#"{"service": "kinesis", "operation": "putrecords", "input": {"streamName": "a", "Records": [{"Data": 1}],
            "Record.0.Data": 1}}"#,
    );
    let nearest = "input.streamName: `streamName` is no member of the input of `PutRecords`; did you mean \
                   `StreamName`, ";
    assert!(text.starts_with(nearest), "{text}");
    assert!(text.contains("\ninput.Record.0.Data: `Record.0.Data` is no member"), "{text}");
    assert_eq!(text.lines().count(), 2, "{text}");
    let none = problems(r#"{"service": "sts", "operation": "GetCallerIdentity", "input": {"A": 1}}"#);
    assert!(none.contains("it has none: leave `input` out"), "{none}");
    for fine in [
        r#"{"service": "kinesis", "operation": "PutRecords*", "input": {"Newer": 1}}"#,
        r#"{"service": "kinesis*", "operation": "PutRecords", "input": {"Newer": 1}}"#,
        r#"{"service": "kinesis", "input": {"Newer": 1}}"#,
        r#"{"host": "a", "input": {"Any": 1}}"#,
        r#"{"service": "s3", "operation": "GetObject", "input": {"Bucket": "a", "Key": "b"}}"#,
    ] {
        DescribedCall::from_json(fine).unwrap();
    }
    let put = call("Kinesis", "putrecords").input("Records.0.Data", 1);
    assert_eq!(put.clone().checked().unwrap(), put);
    let wrong = put.input("Stream", "orders").checked().unwrap_err().to_string();
    assert!(wrong.starts_with("input.Stream: `Stream` is no member"), "{wrong}");
}

#[test]
fn what_is_explained_is_what_happens() {
    let targets = [
        r#"{"everything": true}"#,
        r#"{"service": "kinesis"}"#,
        r#"{"service": "kinesis", "operation": "PutRecord*"}"#,
        r#"{"service": "*", "attempt": "2.."}"#,
        r#"{"host": "*.example", "function": "te*"}"#,
        r#"{"service": "s3", "function": "reports"}"#,
    ];
    let faults = [
        UNAVAILABLE,
        r#"{"latency": "1s"}"#,
        r#"{"latency": "1s", "partial": "50%"}"#,
        r#"{"error": "ProvisionedThroughputExceededException"}"#,
    ];
    let calls = [
        call("kinesis", "PutRecords"),
        call("kinesis", "PutRecord").attempt(2),
        call("s3", "GetObject"),
        call("sts", "AssumeRole").attempt(2),
        http_call("GET", "https://api.example/"),
    ];
    let pairs = targets.iter().flat_map(|target| faults.iter().map(move |fault| (*target, *fault)));
    let pairs: Vec<_> = pairs.collect();
    let mut hit = 0;
    for (n, (target, fault)) in pairs.iter().enumerate() {
        for (m, (other, more)) in pairs.iter().enumerate().filter(|(m, _)| n != *m) {
            let specs = [(n, *target, *fault), (m, *other, *more)]
                .map(|(id, target, fault)| spec(&format!("s{id}"), target, fault, ALWAYS));
            // Not every service has that error, or batches.
            let Ok(chaos) = specs.iter().fold(Chaos::builder(), |all, text| all.json(text)).build() else {
                continue;
            };
            for call in &calls {
                let told = chaos.explain_call(call);
                let fires: Vec<_> = told.iter().filter(|one| one.fires).map(|one| one.spec.clone()).collect();
                let fired: Vec<_> = match chaos.decide(&call.context()) {
                    Decision::Inject(injection) => {
                        injection.specs.iter().map(|one| one.full_name.to_string()).collect()
                    }
                    Decision::Skip(_) => Vec::new(),
                };
                assert_eq!(fires, fired, "{specs:?} {call:?} {told:?}");
                hit += fired.len();
            }
        }
    }
    assert!(hit > 1_000, "{hit}");
}

//! Names of services, operations and errors, and what they stand for; pills and
//! whose answers they are.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use chaos_core::context::{CallContext, Details};
use chaos_core::decide::{Decision, SkipReason};
use chaos_core::effect::{Answer, Effect};
use chaos_core::spec::{Scenario, service_id};
use chaos_core::wire::{Protocol, Rest, Speech};
use chaos_core::{Chaos, fault};
use serde_json::{Value, json};
use std::borrow::Cow;

fn spec(target: &Value, fault: &Value) -> String {
    json!({"id": "it", "target": target, "fault": fault, "when": {"rate": "100%"}}).to_string()
}

fn told(target: &Value, fault: &Value) -> String {
    Scenario::from_json(&spec(target, fault)).expect_err("this must be refused").to_string()
}

fn accepted(target: &Value, fault: &Value) {
    Scenario::from_json(&spec(target, fault))
        .unwrap_or_else(|problems| panic!("{target} {fault}: {problems}"));
}

/// A call that an adapter makes any answer for which there is one.
struct Call {
    service: &'static str,
    operation: &'static str,
    id: String,
}

impl Details for Call {
    fn header(&self, name: &str) -> Option<&str> {
        (name == "amz-sdk-invocation-id").then_some(&self.id)
    }

    fn input(&self, _: &str, _: &chaos_core::input::Places) -> Option<Cow<'_, str>> {
        None
    }

    fn label(&self, _: &str) -> Option<Cow<'_, str>> {
        None
    }

    fn can_make(&self, answer: &Answer) -> Result<(), &'static str> {
        match answer {
            Answer::Error(error) => error.for_service(Some(self.service)).map(drop),
            Answer::Pill(pills) => pills.can_play(Some(self.service), Some(self.operation)),
            _ => Ok(()),
        }
    }
}

fn decided(
    chaos: &Chaos,
    service: &'static str,
    operation: &'static str,
    id: &str,
) -> Result<Effect, SkipReason> {
    let call = Call { service, operation, id: id.to_owned() };
    let context = CallContext {
        service: Some(service),
        operation: Some(operation),
        details: &call,
        ..CallContext::unknown()
    };
    match chaos.decide(&context) {
        Decision::Inject(injection) => Ok(injection.effect),
        Decision::Skip(reason) => Err(reason),
    }
}

/// Code and status of the error that a call gets.
fn error(chaos: &Chaos, service: &'static str) -> Result<(String, u16), SkipReason> {
    let effect = decided(chaos, service, "Any", "1")?;
    let Some(Answer::Error(error)) = effect.outcome.as_deref() else { panic!("{effect:?}") };
    let error = error.for_service(Some(service)).unwrap();
    Ok((error.code.clone(), error.status))
}

#[test]
fn a_misspelt_error_is_refused_with_the_three_nearest() {
    let problem = told(&json!({"service": "kinesis"}), &json!({"error": "ProvisionedThroughputExceeded"}));
    assert!(
        problem.starts_with("fault.error: \"ProvisionedThroughputExceeded\" is no error of kinesis"),
        "{problem}"
    );
    assert!(problem.contains("did you mean `ProvisionedThroughputExceededException`, `"), "{problem}");
    assert_eq!(problem.matches('`').count(), 6, "three names: {problem}");
    let in_full = json!({"error": {"name": "Nonsense", "message": "m"}});
    assert!(told(&json!({"service": "kinesis"}), &in_full).starts_with("fault.error.name: \"Nonsense\""));
    accepted(&json!({"service": "kinesis"}), &json!({"error": {"name": "Nonsense", "status": 418}}));
}

#[test]
fn every_service_that_is_named_has_the_error() {
    let problem = told(&json!({"service": ["s3", "kinesis"]}), &json!({"error": "NoSuchKey"}));
    assert!(problem.contains("is no error of kinesis"), "{problem}");
    accepted(&json!({"service": ["sns", "lambda"]}), &json!({"error": "ResourceNotFoundException"}));
    // By pattern, or not at all: one that has it is enough.
    accepted(&json!({"service": "s*"}), &json!({"error": "NoSuchKey"}));
    accepted(&json!({"everything": true}), &json!({"error": "NoSuchKey"}));
    let problem = told(&json!({"everything": true}), &json!({"error": "NoSuchKeyy"}));
    assert!(problem.contains("an error of no service") && problem.contains("`NoSuchKey`"), "{problem}");
}

#[test]
fn names_that_aws_does_not_model_come_with_their_statuses() {
    for (service, name, status) in [
        ("ec2", "RequestLimitExceeded", 503),
        ("ec2", "InvalidInstanceID.NotFound", 400),
        ("s3", "SlowDown", 503),
        ("s3", "NoSuchBucketPolicy", 404),
        ("dynamodb", "ExpiredTokenException", 400),
        ("sts", "ExpiredToken", 403),
        ("sqs", "InternalFailure", 500),
    ] {
        let chaos =
            Chaos::builder().json(&spec(&json!({"service": service}), &json!({"error": name}))).build();
        assert_eq!(error(&chaos.unwrap(), service), Ok((name.to_owned(), status)), "{service}");
    }
}

#[test]
fn one_name_is_what_each_service_makes_of_it() {
    let text = spec(&json!({"everything": true}), &json!({"error": "ResourceNotFoundException"}));
    let chaos = Chaos::builder().json(&text).build().unwrap();
    let code = |code: &str, status| Ok((code.to_owned(), status));
    assert_eq!(error(&chaos, "dynamodb"), code("ResourceNotFoundException", 400));
    assert_eq!(error(&chaos, "lambda"), code("ResourceNotFoundException", 404));
    assert_eq!(error(&chaos, "sns"), code("ResourceNotFound", 404));
    let SkipReason::Unavailable(why) = error(&chaos, "sts").unwrap_err() else { panic!() };
    assert_eq!(why, "this service has no error of that name");
    // Also by the code on the wire, and in either case.
    for name in ["NotFound", "NotFoundException", "notfoundexception"] {
        let chaos = Chaos::builder().json(&spec(&json!({"service": "sns"}), &json!({"error": name}))).build();
        assert_eq!(error(&chaos.unwrap(), "sns"), code("NotFound", 404), "{name}");
    }
}

#[test]
fn services_and_operations_are_names_too() {
    let down = json!({"status": 503});
    let problem = told(&json!({"service": "kinesus"}), &down);
    assert!(problem.starts_with("target.service: \"kinesus\"") && problem.contains("`kinesis`"), "{problem}");
    let problem = told(&json!({"service": "kinesis", "operation": ["PutRecord", "PutRecrods"]}), &down);
    assert!(problem.starts_with("target.operation[1]: \"PutRecrods\""), "{problem}");
    assert!(problem.contains("`PutRecords`"), "{problem}");
    for target in [json!({"operation": "PutRecrods"}), json!({"service": "kine*", "operation": "PutRecrods"})]
    {
        assert!(told(&target, &down).contains("`PutRecords`"), "{target}");
    }
    accepted(&json!({"operation": "PutRecords"}), &down);
    let problem = told(&json!({"service": "email"}), &down);
    assert!(
        problem.contains("stands for several services; write `pinpointemail`, `ses` or `sesv2`"),
        "{problem}"
    );
    // What is newer than the catalogue.
    accepted(&json!({"service": "quantumledger*", "operation": "Entangle"}), &down);
    accepted(&json!({"service": "kinesis", "operation": "Entangle*"}), &down);
    for (name, id) in [
        ("CloudWatch Logs", "cloudwatchlogs"),
        ("states", "sfn"),
        ("stepfunctions", "sfn"),
        ("monitoring", "cloudwatch"),
        ("events", "eventbridge"),
        ("rds", "rds"),
        ("new thing", "newthing"),
    ] {
        assert_eq!(service_id(name), id);
    }
}

#[test]
fn the_members_of_an_error_are_its_own() {
    let transaction =
        |fields: Value| json!({"error": {"name": "TransactionCanceledException", "fields": fields}});
    let dynamodb = json!({"service": "dynamodb"});
    accepted(&dynamodb, &transaction(json!({"CancellationReasons": [{"Code": "None"}]})));
    let problem = told(&dynamodb, &transaction(json!({"CancellationReason": []})));
    assert!(problem.contains("CancellationReason") && problem.contains("`CancellationReasons`"), "{problem}");
    let problem = told(&dynamodb, &transaction(json!({"CancellationReasons": [{"Code": 3}]})));
    assert!(problem.contains("CancellationReasons[0].Code is the number 3"), "{problem}");
    let problem = told(&dynamodb, &transaction(json!({"Message": "mine"})));
    assert!(problem.contains("write it as `message`, beside `name`"), "{problem}");
    // Of an error that is not modelled, any that every protocol can carry.
    let bucket = |name: &str| json!({"error": {"name": "NoSuchBucketPolicy", "fields": {name: "orders"}}});
    accepted(&json!({"service": "s3"}), &bucket("BucketName"));
    assert!(told(&json!({"service": "s3"}), &bucket("a b")).contains("`a b` is no member's name"));
}

#[test]
fn an_unmodelled_member_is_plain_text_in_xml() {
    let asked = json!({"error": {"name": "NoSuchBucketPolicy", "fields": {"BucketName": "orders"}}});
    let chaos = Chaos::builder().json(&spec(&json!({"service": "s3"}), &asked)).build().unwrap();
    let effect = decided(&chaos, "s3", "GetBucketPolicy", "1").unwrap();
    let Some(Answer::Error(error)) = effect.outcome.as_deref() else { panic!() };
    let speech = Speech { protocol: Protocol::Rest(Rest::S3), query_mode: false, bodiless: false };
    let encoded = chaos_core::wire::error(&error.for_service(Some("s3")).unwrap(), &speech, "chaos-it");
    let body = String::from_utf8(encoded.body).unwrap();
    assert!(body.contains("<BucketName>orders</BucketName>"), "{body}");
}

#[test]
fn only_s3_says_200_to_an_error() {
    let ok = json!({"error": {"name": "InternalError", "status": 200}});
    accepted(&json!({"service": "s3", "operation": "CopyObject"}), &ok);
    for target in [
        json!({"service": "sqs"}),
        json!({"service": "s3"}),
        json!({"service": "s3", "operation": ["CopyObject", "GetObject"]}),
        json!({"service": "s*"}),
        json!({"everything": true}),
    ] {
        assert!(told(&target, &ok).contains("which S3 alone sends"), "{target}");
    }
}

#[test]
fn what_is_made_in_code_is_looked_up_too() {
    let built = Chaos::builder().spec(fault("kinesis", "PutRecords").error("Throtled")).build();
    let problem = built.unwrap_err().to_string();
    assert!(problem.contains("`Throtled` is no error of kinesis"), "{problem}");
    let misspelt = [
        (fault("kinesis", "PutRecrods").status(503), "`putrecrods` is no operation of kinesis"),
        (fault("kinesiss", "PutRecords").status(503), "`kinesiss` is no service that is known here"),
    ];
    for (spec, problem) in misspelt {
        let told = Chaos::builder().spec(spec).build().unwrap_err().to_string();
        assert!(told.contains(problem), "{told}");
    }
    let chaos = Chaos::builder().build().unwrap();
    let outage = chaos.scope(fault("kinesis", "PutRecords").error("Throtled"));
    let SkipReason::Unavailable(_) = decided(&chaos, "kinesis", "PutRecords", "1").unwrap_err() else {
        panic!()
    };
    assert!(chaos.health().to_string().contains("is no error of kinesis"), "{}", chaos.health());
    let asserted = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| outage.assert_injected(1)));
    let said = asserted.unwrap_err().downcast::<String>().unwrap();
    assert!(said.contains("is no error of kinesis"), "{said}");
}

fn pill(data: &Value) -> Value {
    json!({"status_code": 200, "data": data})
}

/// The place of the pill that a call gets.
fn turn(chaos: &Chaos, operation: &'static str, id: &str) -> u64 {
    decided(chaos, "kinesis", operation, id).unwrap().choice
}

#[test]
fn each_operation_has_its_turns_and_each_call_one_pill() {
    let target = json!({"service": "kinesis", "operation": ["ListStreams", "ListShards"]});
    // Both have a member `NextToken`.
    let pills = json!({"pill": [pill(&json!({"NextToken": "a"})), pill(&json!({"NextToken": "b"}))]});
    let chaos = Chaos::builder().json(&spec(&target, &pills)).build().unwrap();
    let turns: Vec<_> =
        [("ListStreams", "1"), ("ListShards", "2"), ("ListStreams", "3"), ("ListShards", "4")]
            .map(|(operation, id)| turn(&chaos, operation, id))
            .into();
    assert_eq!(turns, [0, 0, 1, 1], "they do not take each other's turns");
    assert_eq!(turn(&chaos, "ListStreams", "3"), 1, "a retry");
    assert_eq!(turn(&chaos, "ListStreams", "1"), 0, "a late retry");
    assert_eq!(turn(&chaos, "ListStreams", "5"), 0, "from the first again");
}

#[test]
fn a_pill_is_for_an_operation_that_it_fits() {
    let kinesis = |operation: &str| json!({"service": "kinesis", "operation": operation});
    accepted(
        &kinesis("ListStreams"),
        &json!({"pill": pill(&json!({"StreamNames": ["a"], "HasMoreStreams": false}))}),
    );
    accepted(&kinesis("ListStreams"), &json!({"pill": pill(&json!({}))}));
    let problem = told(&kinesis("ListStreams"), &json!({"pill": pill(&json!({"StreamNames": "a"}))}));
    assert!(
        problem
            .starts_with("fault.pill: the pill cannot be played: for ListStreams, StreamNames is the text"),
        "{problem}"
    );
    let problem =
        told(&kinesis("ListStreams"), &json!({"pill": [pill(&json!({})), pill(&json!({"Stream": 1}))]}));
    assert!(
        problem.starts_with("fault.pill[1]: ") && problem.contains("Stream is not a member"),
        "{problem}"
    );
    for target in [json!({"service": "kinesis"}), kinesis("List*")] {
        let problem = told(&target, &json!({"pill": pill(&json!({"StreamNames": []}))}));
        assert!(problem.contains("write operation = \"PutRecords\" in one of them"), "{problem}");
    }
    let two = json!({"service": "kinesis", "operation": ["ListStreams", "ListShards"]});
    let problem = told(&two, &json!({"pill": pill(&json!({"StreamNames": []}))}));
    assert!(
        problem.contains("for ListShards, StreamNames is not a member"),
        "it would never fire there: {problem}"
    );
    let scan = json!({"operation": "ListShards", "status_code": 200, "data": {}});
    let problem = told(&kinesis("ListStreams"), &json!({"pill": scan}));
    assert!(
        problem.contains("it is for the operation ListShards, which is none, or none that the target means"),
        "{problem}"
    );
    let named = json!({"operation": "ListStreams", "status_code": 200, "data": {"StreamNames": ["a"]}});
    let text = spec(&json!({"service": "kinesis"}), &json!({"pill": named}));
    let chaos = Chaos::builder().json(&text).build().unwrap();
    assert_eq!(turn(&chaos, "ListStreams", "1"), 0);
    let SkipReason::Unavailable(why) = decided(&chaos, "kinesis", "PutRecord", "1").unwrap_err() else {
        panic!()
    };
    assert_eq!(why, "no pill of the spec is for this operation");
}

#[test]
fn pills_and_specs_are_read_from_files_for_tests() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    std::fs::create_dir(folder.path().join("pills")).unwrap();
    write("pills/kinesis.ListStreams_1.json", &pill(&json!({"StreamNames": ["a"]})).to_string());
    write("pills/kinesis.ListStreams_2.json", &pill(&json!({"StreamNames": ["b"]})).to_string());
    let two = chaos_core::pill::PillFault::read(&folder.path().join("pills")).unwrap();
    assert_eq!(two.entries().len(), 2);
    let chaos = Chaos::builder().build().unwrap();
    let _outage = chaos.scope(fault("kinesis", "ListStreams").pill(two));
    assert_eq!([turn(&chaos, "ListStreams", "1"), turn(&chaos, "ListStreams", "2")], [0, 1]);
    // The path in a spec file is relative to it.
    let target = json!({"service": "kinesis", "operation": "ListStreams"});
    write("recorded.json", &spec(&target, &json!({"pill": "pills/kinesis.ListStreams_2.json"})));
    let chaos = Chaos::builder().file(folder.path().join("recorded.json")).build().unwrap();
    assert_eq!(turn(&chaos, "ListStreams", "1"), 0);
    let gone = Chaos::builder().file(folder.path().join("gone.json")).build().unwrap_err().to_string();
    assert!(gone.contains("cannot be read"), "{gone}");
    let gone = chaos_core::pill::PillFault::read(&folder.path().join("gone")).unwrap_err().to_string();
    assert!(gone.contains("cannot be read"), "{gone}");
}

#[test]
fn a_member_that_no_operation_has_is_refused_with_the_nearest() {
    let status = json!({"status": 503});
    let refused = |target: Value| told(&target, &status);
    let text =
        refused(json!({"service": "kinesis", "operation": "PutRecords", "input": {"streamname": "orders"}}));
    assert!(text.contains("`streamname` is no member of the input of `PutRecords`"), "{text}");
    assert!(text.contains("did you mean `StreamName`"), "{text}");
    let text =
        refused(json!({"service": "s3", "operation": ["GetObject", "PutObject"], "input": {"Buket": "b"}}));
    assert!(text.contains("`GetObject` or `PutObject`") && text.contains("`Bucket`"), "{text}");
    let text = refused(json!({"service": "sts", "operation": "GetCallerIdentity", "input": {"Any": "b"}}));
    assert!(text.contains("it has none"), "{text}");
    let meant = [
        json!({"service": "kinesis", "operation": "PutRecords", "input": {"Records.0.PartitionKey": "a"}}),
        // One of the two has it.
        json!({"service": "kinesis", "operation": ["PutRecord", "PutRecords"], "input": {"PartitionKey": "a"}}),
        json!({"operation": "GetObject", "input": {"Key": "a"}}),
        // What may be newer than the catalogue.
        json!({"service": "kinesis", "operation": "PutRecords*", "input": {"Newer": "a"}}),
        json!({"service": "kinesis", "input": {"Newer": "a"}}),
    ];
    for target in meant {
        accepted(&target, &status);
    }
    let made =
        Chaos::builder().spec(fault("kinesis", "PutRecords").input("Stream", "orders").status(503)).build();
    let text = made.expect_err("made in code, and misspelt").to_string();
    assert!(text.contains("`StreamName`"), "{text}");
}

//! Whether recorded answers fit the operations that they were recorded of.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use chaos_core::catalogue::Catalogue;
use chaos_core::pill::{Pill, PillName, Verdict, check};
use serde_json::{Value, json};

fn known(service: &str) -> bool {
    Catalogue::embedded().prefixed(service).next().is_some()
}

fn judged(file: &str, status: u16, data: &Value) -> Verdict<'static> {
    let pill = json!({"status_code": status, "data": data}).to_string();
    let (pill, _) = Pill::read(pill.as_bytes()).unwrap();
    check(&pill, &PillName::parse(file, &known).unwrap(), Catalogue::embedded())
}

#[track_caller]
fn fits(file: &str, status: u16, data: &Value) -> &'static str {
    let verdict = judged(file, status, data);
    assert!(verdict.problems.is_empty() && verdict.notes.is_empty(), "{verdict:?}");
    verdict.operation.unwrap().service().name()
}

#[track_caller]
fn told(verdict: &Verdict<'_>, problems: &[&str], notes: &[&str]) {
    let has = |found: &[String], wanted: &[&str]| {
        found.len() == wanted.len() && found.iter().zip(wanted).all(|(found, wanted)| found.contains(wanted))
    };
    assert!(has(&verdict.problems, problems) && has(&verdict.notes, notes), "{verdict:?}");
}

#[test]
fn answers_of_every_protocol_fit() {
    let when = json!({"__class__": "datetime", "__module__": "datetime", "year": 2026, "month": 2, "day": 3,
        "hour": 4, "minute": 5, "second": 6, "microsecond": 7});
    let body = json!({"__class__": "StreamingBody", "__module__": "botocore.response", "body": "aGk="});
    fits("dynamodb.ListTables_1.json", 200, &json!({"TableNames": ["orders"]}));
    fits("iam.GetUser_1.json", 200, &json!({"User": {"UserName": "u", "CreateDate": when}}));
    fits(
        "ec2.DescribeInstances_1.json",
        200,
        &json!({"Reservations": [{"Instances": [{"LaunchTime": when}]}]}),
    );
    fits("lambda.Invoke_1.json", 200, &json!({"StatusCode": 200, "Payload": body}));
    fits("s3.GetObject_1.json", 200, &json!({"Body": body, "LastModified": when, "ContentLength": 2}));
    fits("monitoring.DescribeAlarms_1.json", 200, &json!({"MetricAlarms": [{"Threshold": "NaN"}]}));
    fits(
        "kinesis.GetRecords_1.json",
        200,
        &json!({"Records": [{"Data": "aGk=", "SequenceNumber": "1",
        "PartitionKey": "k"}]}),
    );
    assert_eq!(fits("t.api.ecr.DescribeImages_1.json", 200, &json!({"imageDetails": []})), "ecr");
}

#[test]
fn what_does_not_fit_is_told_with_its_member() {
    let verdict = judged("dynamodb.ListTables_1.json", 200, &json!({"TableNames": ["a", 3]}));
    told(&verdict, &["TableNames[1] is the number 3, should be a text"], &[]);
    let verdict = judged("iam.GetUser_1.json", 200, &json!({"User": {"UserName": "u", "CreateDate": {}}}));
    told(&verdict, &["User.CreateDate"], &[]);
}

#[test]
fn what_is_left_out_is_told() {
    let verdict = judged("dynamodb.ListTables_1.json", 200, &json!({"Tables": [], "TableNames": []}));
    told(&verdict, &[], &["Tables is not a member, should be left out"]);
    // With nothing left it is no answer of this operation.
    let verdict = judged("dynamodb.ListTables_1.json", 200, &json!({"Tables": []}));
    told(&verdict, &["Tables is not a member"], &[]);
    let verdict = judged(
        "s3.GetBucketPolicy_1.json",
        404,
        &json!({"Error": {"Code": "NoSuchBucketPolicy", "Message": "m"}, "Bucket": "b"}),
    );
    told(&verdict, &[], &["Bucket is a member of an error that is not modelled"]);
}

#[test]
fn errors_fit_whether_they_are_modelled_or_not() {
    let error = |code: &str| json!({"Error": {"Code": code, "Message": "m"}});
    fits("dynamodb.GetItem_1.json", 400, &error("ResourceNotFoundException"));
    fits("ec2.DescribeInstances_1.json", 400, &error("InvalidInstanceID.NotFound"));
    fits("s3.HeadObject_1.json", 404, &error("404"));
    let verdict = judged(
        "dynamodb.TransactWriteItems_1.json",
        400,
        &json!({
        "Error": {"Code": "TransactionCanceledException", "Message": "m"}, "CancellationReasons": "none"}),
    );
    told(&verdict, &["CancellationReasons is the text \"none\""], &[]);
}

#[test]
fn a_shared_endpoint_prefix_is_the_service_that_fits() {
    let classic = json!({"LoadBalancerDescriptions": [{"LoadBalancerName": "a"}]});
    let new = json!({"LoadBalancers": [{"LoadBalancerName": "a"}]});
    assert_eq!(fits("elasticloadbalancing.DescribeLoadBalancers_1.json", 200, &classic), "elb");
    assert_eq!(fits("elasticloadbalancing.DescribeLoadBalancers_1.json", 200, &new), "elbv2");
}

#[test]
fn what_is_not_in_the_catalogue_is_told() {
    told(
        &judged("dynamodb.ListTabels_1.json", 200, &json!({})),
        &["dynamodb has no operation `ListTabels`; there is `ListTables`"],
        &[],
    );
    let name = PillName::parse("nowhere.A_1.json", &|_| true).unwrap();
    let (pill, _) = Pill::read(br#"{"status_code": 200, "data": {}}"#).unwrap();
    told(&check(&pill, &name, Catalogue::embedded()), &["no service has the endpoint prefix `nowhere`"], &[]);
    told(
        &judged("kinesis.SubscribeToShard_1.json", 200, &json!({})),
        &["is a stream of events, should be an answer that a pill can hold"],
        &[],
    );
}

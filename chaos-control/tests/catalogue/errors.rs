//! `monkeyless errors`.

use super::say;
use serde_json::{Value, json};

/// The lines of the table of modelled errors, without its head.
async fn modelled(words: &[&str]) -> (String, Vec<String>) {
    let said = say(words).await;
    assert_eq!(said.code, 0, "{}", said.err);
    let (table, _) = said.out.split_once("\n\nAny operation may also answer").unwrap();
    let mut lines = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    (lines.next().unwrap(), lines.collect())
}

#[tokio::test]
async fn errors_of_an_operation_have_codes_only_where_those_are_others() {
    let (head, rows) = modelled(&["errors", "kinesis", "PutRecords"]).await;
    assert_eq!(head, "ERROR STATUS");
    assert!(rows.contains(&"ProvisionedThroughputExceededException 400".to_owned()), "{rows:?}");
    let (head, rows) = modelled(&["errors", "iam", "getuser"]).await;
    assert_eq!(head, "ERROR CODE STATUS");
    assert_eq!(
        rows,
        ["NoSuchEntityException NoSuchEntity 404", "ServiceFailureException ServiceFailure 500"]
    );
    let (head, rows) = modelled(&["errors", "rds", "CreateDBInstance"]).await;
    assert_eq!(head, "ERROR CODE STATUS");
    assert!(rows.contains(&"AuthorizationNotFoundFault AuthorizationNotFound 404".to_owned()), "{rows:?}");
    // Blank where the name is the code.
    assert!(rows.contains(&"BackupPolicyNotFoundFault 404".to_owned()), "{rows:?}");
}

/// What one operation does not model, though others do, and AWS sends for any.
#[tokio::test]
async fn common_errors_of_other_operations_are_told_too() {
    let said = say(&["errors", "s3", "GetObject", "-o", "json"]).await;
    let rows = said.json();
    let of = |name: &str| rows.as_array().unwrap().iter().find(|row| row["name"] == name).cloned();
    assert_eq!(of("NoSuchKey").unwrap()["modelled"], true);
    let denied = of("AccessDenied").unwrap();
    assert_eq!((&denied["modelled"], &denied["status"]), (&false.into(), &403.into()));
}

#[tokio::test]
async fn errors_of_a_service_say_how_many_operations_have_them() {
    let (head, rows) = modelled(&["errors", "kinesis"]).await;
    assert_eq!(head, "ERROR STATUS OPERATIONS");
    assert!(rows.contains(&"ExpiredIteratorException 400 GetRecords".to_owned()), "{rows:?}");
    let many = rows.iter().find(|row| row.starts_with("ResourceNotFoundException 400 "));
    assert!(many.unwrap().ends_with(" operations"), "{rows:?}");
}

#[tokio::test]
async fn what_is_not_modelled_is_told_by_status() {
    let said = say(&["errors", "ec2"]).await;
    said.ok("models no error here");
    said.ok("InvalidVolume.NotFound");
    let said = say(&["errors", "kinesis", "PutRecords"]).await;
    let (_, names) = said.out.split_once("STATUS  NAMES\n").unwrap();
    let forbidden = names.lines().find(|line| line.starts_with(" 403 ")).unwrap();
    assert!(forbidden.contains("AccessDenied,"), "{names}");
}

#[tokio::test]
async fn errors_are_rows_for_programs() {
    let rows = say(&["-o", "json", "errors", "iam", "GetUser"]).await.json();
    let rows = rows.as_array().unwrap();
    for row in rows {
        let members: Vec<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["code", "modelled", "name", "operation", "service", "status"], "{row}");
        assert_eq!(row["operation"].is_null(), row["modelled"] == false, "{row}");
    }
    let modelled = json!({"service": "iam", "operation": "GetUser", "name": "NoSuchEntityException",
        "code": "NoSuchEntity", "status": 404, "modelled": true});
    let other = json!({"service": "iam", "operation": Value::Null, "name": "AccessDenied",
        "code": "AccessDenied", "status": 403, "modelled": false});
    assert!(rows.contains(&modelled) && rows.contains(&other), "{rows:?}");
}

#[tokio::test]
async fn services_go_by_their_other_names() {
    for (name, id, operation) in [
        ("logs", "cloudwatchlogs", "GetLogEvents"),
        ("events", "eventbridge", "PutEvents"),
        ("monitoring", "cloudwatch", "PutMetricData"),
        ("CloudWatch Logs", "cloudwatchlogs", "GetLogEvents"),
    ] {
        let rows = say(&["-o", "json", "errors", name, operation]).await.json();
        assert_eq!((&rows[0]["service"], &rows[0]["operation"]), (&json!(id), &json!(operation)), "{name}");
    }
}

#[tokio::test]
async fn what_there_is_not_is_refused_with_the_nearest_names() {
    say(&["errors", "kinesys"]).await.no("there is no service \"kinesys\"; did you mean kinesis,");
    let said = say(&["errors", "kinesis", "PutRecordz"]).await;
    said.no("kinesis has no operation \"PutRecordz\"; did you mean PutRecord");
    said.no("`monkeyless errors kinesis` lists them");
    say(&["errors", "email"]).await.no("stands for several services: pinpointemail, ses, sesv2; name one");
}

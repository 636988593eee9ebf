//! `monkeyless services`.

use super::say;
use serde_json::json;

#[tokio::test]
async fn services_are_found_by_any_of_their_names() {
    for (text, id) in [
        ("kinesisv", "kinesisvideo"),
        ("CLOUDWATCH LOGS", "cloudwatchlogs"),
        ("eventbridge", "eventbridge"),
        ("elasticmapreduce", "emr"),
    ] {
        assert!(say(&["services", text]).await.firsts().contains(&id), "{text}");
    }
    let all = say(&["services"]).await;
    assert_eq!((all.firsts().len(), all.firsts().is_sorted()), (439, true));
    let none = say(&["services", "no such thing"]).await;
    none.no("no service's name holds \"no such thing\"; `monkeyless services` lists all of them");
}

#[tokio::test]
async fn services_are_rows_for_programs() {
    let rows = say(&["-o", "json", "services", "cloudwatch logs"]).await.json();
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    let members: Vec<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["aliases", "errors", "name", "operations", "service"]);
    assert_eq!(
        (&row["service"], &row["name"], &row["aliases"]),
        (&json!("cloudwatchlogs"), &json!("CloudWatch Logs"), &json!(["logs"]))
    );
    assert!(row["operations"].as_u64() > Some(50) && row["errors"].as_u64() > Some(5), "{row}");
}

#[tokio::test]
async fn into_a_pipe_no_row_is_wider_than_120_columns_and_none_is_padded() {
    for words in [["services"].as_slice(), &["errors", "ec2"], &["errors", "s3"], &["errors", "kinesis"]] {
        let said = say(words).await;
        said.ok("\n");
        for line in said.out.lines() {
            assert!(line.chars().count() <= 120 && line.trim_end() == line, "{words:?}: {line:?}");
        }
    }
}

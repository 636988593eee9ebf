//! Successful answers: times, bytes, streams and the rest, in every protocol.

use crate::{NOON, datetime, pill, play};
use aws_smithy_types::DateTime;
use serde_json::json;

/// An eighth of a second after noon: what has fractions keeps them.
fn exactly() -> DateTime {
    DateTime::from_fractional_secs(NOON, 0.125)
}

#[tokio::test]
async fn aws_json_1_0() {
    let item = json!({"raw": {"B": "AAEC/w=="}, "all": {"L": [{"N": "1.5"}, {"NULL": true}]}});
    let played = play("dynamodb", "GetItem", &pill(&json!({"Item": item})));
    let dynamodb = aws_sdk_dynamodb::Client::new(&played.config);
    let item = dynamodb.get_item().table_name("orders").send().await.unwrap().item.unwrap();
    assert_eq!(item["raw"].as_b().unwrap().as_ref(), [0, 1, 2, 255]);
    assert_eq!(item["all"].as_l().unwrap()[0].as_n().unwrap(), "1.5");

    let table = json!({"Table": {"TableName": "orders", "CreationDateTime": datetime(), "ItemCount": 3}});
    let played = play("dynamodb", "DescribeTable", &pill(&table));
    let dynamodb = aws_sdk_dynamodb::Client::new(&played.config);
    let table = dynamodb.describe_table().table_name("orders").send().await.unwrap().table.unwrap();
    assert_eq!((table.creation_date_time, table.item_count), (Some(exactly()), Some(3)));

    let messages = json!({"Messages": [{"Body": "<é & \"so\">", "Attributes": {"SenderId": "me"}}]});
    let played = play("sqs", "ReceiveMessage", &pill(&messages));
    let sqs = aws_sdk_sqs::Client::new(&played.config);
    let messages = sqs.receive_message().queue_url("q").send().await.unwrap().messages.unwrap();
    assert_eq!(messages[0].body(), Some("<é & \"so\">"));
}

#[tokio::test]
async fn aws_json_1_1() {
    let record = json!({
        "SequenceNumber": "1", "PartitionKey": "k",
        "ApproximateArrivalTimestamp": datetime(), "Data": "3q2+7w==",
    });
    let records = json!({"Records": [record], "MillisBehindLatest": 0});
    let played = play("kinesis", "GetRecords", &pill(&records));
    let kinesis = aws_sdk_kinesis::Client::new(&played.config);
    let records = kinesis.get_records().shard_iterator("i").send().await.unwrap().records;
    assert_eq!(records[0].data.as_ref(), [0xde, 0xad, 0xbe, 0xef]);
    assert_eq!(records[0].approximate_arrival_timestamp, Some(exactly()));

    let secret =
        json!({"Name": "db", "SecretString": "swordfish", "ResponseMetadata": {"RequestId": "recorded-7"}});
    let played = play("secretsmanager", "GetSecretValue", &pill(&secret));
    let secrets = aws_sdk_secretsmanager::Client::new(&played.config);
    let secret = secrets.get_secret_value().secret_id("db").send().await.unwrap();
    assert_eq!(secret.secret_string(), Some("swordfish"));
    assert_eq!(aws_types::request_id::RequestId::request_id(&secret), Some("recorded-7"));
    played.outage.assert_injected(1);
}

#[tokio::test]
async fn aws_query() {
    let user = json!({
        "Path": "/", "UserName": "ann", "UserId": "A",
        "Arn": "arn:aws:iam::1:user/ann", "CreateDate": datetime(),
    });
    let played = play("iam", "ListUsers", &pill(&json!({"Users": [user], "IsTruncated": false})));
    let iam = aws_sdk_iam::Client::new(&played.config);
    let users = iam.list_users().send().await.unwrap().users;
    assert_eq!((users[0].user_name(), users[0].create_date), ("ann", exactly()));

    // As old recorders wrote bytes: the text itself.
    let played = play("iam", "GetCredentialReport", &pill(&json!({"Content": "user,arn\nann,x"})));
    let iam = aws_sdk_iam::Client::new(&played.config);
    let report = iam.get_credential_report().send().await.unwrap();
    assert_eq!(report.content.unwrap().as_ref(), b"user,arn\nann,x");

    let played =
        play("sns", "ListTopics", &pill(&json!({"Topics": [{"TopicArn": "arn:aws:sns:eu-west-1:1:t"}]})));
    let sns = aws_sdk_sns::Client::new(&played.config);
    assert_eq!(
        sns.list_topics().send().await.unwrap().topics()[0].topic_arn(),
        Some("arn:aws:sns:eu-west-1:1:t")
    );

    let played = play("sts", "GetCallerIdentity", &pill(&json!({"Account": "123456789012"})));
    let sts = aws_sdk_sts::Client::new(&played.config);
    assert_eq!(sts.get_caller_identity().send().await.unwrap().account(), Some("123456789012"));
}

#[tokio::test]
async fn rest_json() {
    let body =
        json!({"__class__": "StreamingBody", "__module__": "botocore.response", "body": "eyJvayI6dHJ1ZX0="});
    let played =
        play("lambda", "Invoke", &pill(&json!({"StatusCode": 200, "ExecutedVersion": "3", "Payload": body})));
    let lambda = aws_sdk_lambda::Client::new(&played.config);
    let answer = lambda.invoke().function_name("f").send().await.unwrap();
    assert_eq!((answer.status_code, answer.executed_version()), (200, Some("3")));
    assert_eq!(answer.payload.unwrap().as_ref(), br#"{"ok":true}"#);

    let mapping = json!({"UUID": "u", "LastModified": datetime(), "BatchSize": 10});
    let played = play("lambda", "GetEventSourceMapping", &pill(&mapping));
    let lambda = aws_sdk_lambda::Client::new(&played.config);
    let mapping = lambda.get_event_source_mapping().uuid("u").send().await.unwrap();
    assert_eq!((mapping.last_modified, mapping.batch_size), (Some(exactly()), Some(10)));
}

#[tokio::test]
async fn rest_xml() {
    let change = json!({"ChangeInfo": {"Id": "/change/C1", "Status": "INSYNC", "SubmittedAt": datetime()}});
    let played = play("route53", "GetChange", &pill(&change));
    let route53 = aws_sdk_route53::Client::new(&played.config);
    let change = route53.get_change().id("C1").send().await.unwrap().change_info.unwrap();
    assert_eq!((change.id(), change.submitted_at), ("/change/C1", exactly()));
}

#[tokio::test]
async fn s3() {
    let object = json!({
        "Body": {"__class__": "StreamingBody", "__module__": "botocore.response", "body": "aGVsbG8A/w=="},
        "ContentType": "text/plain", "ETag": "\"abc\"",
        "LastModified": datetime(), "Metadata": {"owner": "ann"},
    });
    let played = play("s3", "GetObject", &pill(&object));
    let s3 = aws_sdk_s3::Client::new(&played.config);
    let object = s3.get_object().bucket("orders").key("k").send().await.unwrap();
    assert_eq!((object.e_tag(), object.content_type()), (Some("\"abc\""), Some("text/plain")));
    // A header has whole seconds.
    assert_eq!(object.last_modified, Some(DateTime::from_secs(NOON)));
    assert_eq!(object.metadata().unwrap()["owner"], "ann");
    assert_eq!(object.body.collect().await.unwrap().to_vec(), b"hello\0\xff");

    let buckets = json!({"Buckets": [{"Name": "orders", "CreationDate": datetime()}], "Owner": {"ID": "o"}});
    let played = play("s3", "ListBuckets", &pill(&buckets));
    let buckets = aws_sdk_s3::Client::new(&played.config).list_buckets().send().await.unwrap();
    assert_eq!(buckets.buckets()[0].creation_date, Some(exactly()));
}

#[tokio::test]
async fn rpc_v2_cbor() {
    let points =
        json!({"Label": "CPU", "Datapoints": [{"Timestamp": datetime(), "Average": 0.5, "Unit": "Percent"}]});
    let played = play("cloudwatch", "GetMetricStatistics", &pill(&points));
    let cloudwatch = aws_sdk_cloudwatch::Client::new(&played.config);
    let point = cloudwatch.get_metric_statistics().send().await.unwrap().datapoints.unwrap().remove(0);
    assert_eq!((point.timestamp, point.average), (Some(exactly()), Some(0.5)));

    let played = play("cloudwatch", "GetMetricWidgetImage", &pill(&json!({"MetricWidgetImage": "iVBORw=="})));
    let cloudwatch = aws_sdk_cloudwatch::Client::new(&played.config);
    let image = cloudwatch.get_metric_widget_image().send().await.unwrap().metric_widget_image.unwrap();
    assert_eq!(image.as_ref(), b"\x89PNG");
}

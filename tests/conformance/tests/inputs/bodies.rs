//! Members in bodies: awsJson, awsQuery, CBOR, REST JSON and REST XML.

use crate::config;
use aws_sdk_cloudwatch::types::MetricDatum;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_iam::types::Tag;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;
use aws_sdk_route53::types::{Change, ChangeAction, ChangeBatch, ResourceRecordSet, RrType};
use aws_sdk_sns::types::{MessageAttributeValue, PublishBatchRequestEntry};
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;

#[tokio::test]
async fn of_aws_json() {
    hits!(config(), aws_sdk_kinesis, "kinesis", "PutRecord", "StreamName", "orders", |client, name| {
        client.put_record().stream_name(name).partition_key("key").data(Blob::new("data"))
    });
    hits!(
        config(),
        aws_sdk_kinesis,
        "kinesis",
        "PutRecords",
        "Records.1.PartitionKey",
        "b",
        |client, key| {
            let entry = |key| {
                PutRecordsRequestEntry::builder().partition_key(key).data(Blob::new("x")).build().unwrap()
            };
            client.put_records().stream_name("orders").records(entry("a")).records(entry(key))
        }
    );
    hits!(config(), aws_sdk_dynamodb, "dynamodb", "GetItem", "Key.id.S", "17", |client, id| {
        client.get_item().table_name("orders").key("id", AttributeValue::S(id.to_owned()))
    });
    hits!(
        config(),
        aws_sdk_secretsmanager,
        "secretsmanager",
        "GetSecretValue",
        "SecretId",
        "db",
        |client, id| { client.get_secret_value().secret_id(id) }
    );
    hits!(config(), aws_sdk_sqs, "sqs", "SendMessage", "QueueUrl", "https://sqs/1/orders", |client, url| {
        client.send_message().queue_url(url).message_body("body")
    });
    hits!(config(), aws_sdk_sqs, "sqs", "SendMessageBatch", "Entries.0.Id", "a", |client, id| {
        let entry = SendMessageBatchRequestEntry::builder().id(id).message_body("body").build().unwrap();
        client.send_message_batch().queue_url("https://sqs/1/orders").entries(entry)
    });
}

#[tokio::test]
async fn of_aws_query() {
    hits!(config(), aws_sdk_sts, "sts", "AssumeRole", "RoleArn", "arn:aws:iam::1:role/r", |client, arn| {
        client.assume_role().role_arn(arn).role_session_name("s")
    });
    hits!(config(), aws_sdk_iam, "iam", "GetRole", "RoleName", "deployer", |client, name| {
        client.get_role().role_name(name)
    });
    hits!(config(), aws_sdk_iam, "iam", "TagRole", "Tags.1.Value", "orders & more", |client, value| {
        let tag = |value| Tag::builder().key("key").value(value).build().unwrap();
        client.tag_role().role_name("deployer").tags(tag("a")).tags(tag(value))
    });
    hits!(
        config(),
        aws_sdk_sns,
        "sns",
        "Publish",
        "TopicArn",
        "arn:aws:sns:eu-west-1:1:orders",
        |client, arn| { client.publish().topic_arn(arn).message("hello") }
    );
    hits!(
        config(),
        aws_sdk_sns,
        "sns",
        "Publish",
        "MessageAttributes.color.StringValue",
        "red",
        |client, color| {
            let value = |text| {
                MessageAttributeValue::builder().data_type("String").string_value(text).build().unwrap()
            };
            let call = client.publish().topic_arn("arn:aws:sns:eu-west-1:1:orders").message("hello");
            call.message_attributes("size", value("red")).message_attributes("color", value(color))
        }
    );
    hits!(config(), aws_sdk_sns, "sns", "SetTopicAttributes", "AttributeName", "Policy", |client, name| {
        client.set_topic_attributes().topic_arn("arn:aws:sns:eu-west-1:1:orders").attribute_name(name)
    });
    hits!(config(), aws_sdk_sns, "sns", "CreateTopic", "Attributes.DisplayName", "Orders", |client, name| {
        client.create_topic().name("orders").attributes("DisplayName", name)
    });
    hits!(
        config(),
        aws_sdk_sns,
        "sns",
        "PublishBatch",
        "PublishBatchRequestEntries.1.Id",
        "b",
        |client, id| {
            let entry = |id| PublishBatchRequestEntry::builder().id(id).message("hello").build().unwrap();
            let call = client.publish_batch().topic_arn("arn:aws:sns:eu-west-1:1:orders");
            call.publish_batch_request_entries(entry("a")).publish_batch_request_entries(entry(id))
        }
    );
}

#[tokio::test]
async fn of_cbor() {
    let datum = |name: &str| MetricDatum::builder().metric_name(name).value(1.0).build();
    hits!(
        config(),
        aws_sdk_cloudwatch,
        "cloudwatch",
        "PutMetricData",
        "Namespace",
        "shop",
        |client, name| { client.put_metric_data().namespace(name).metric_data(datum("sold")) }
    );
    hits!(
        config(),
        aws_sdk_cloudwatch,
        "cloudwatch",
        "PutMetricData",
        "MetricData.1.MetricName",
        "sold",
        |client, name| {
            client.put_metric_data().namespace("shop").metric_data(datum("sold")).metric_data(datum(name))
        }
    );
}

#[tokio::test]
async fn of_rest_json() {
    hits!(config(), aws_sdk_lambda, "lambda", "CreateAlias", "FunctionVersion", "7", |client, version| {
        client.create_alias().function_name("checkout").name("live").function_version(version)
    });
    hits!(config(), aws_sdk_lambda, "lambda", "TagResource", "Tags.team", "orders", |client, team| {
        client.tag_resource().resource("arn:aws:lambda:eu-west-1:1:function:f").tags("team", team)
    });
    hits!(config(), aws_sdk_lambda, "lambda", "Invoke", "Payload.order.id", "17", |client, id| {
        let payload = format!(r#"{{"order":{{"id":"{id}"}}}}"#);
        client.invoke().function_name("checkout").payload(aws_sdk_lambda::primitives::Blob::new(payload))
    });
}

#[tokio::test]
async fn of_rest_xml() {
    let change = |name: &str| {
        let set = ResourceRecordSet::builder().name(name).r#type(RrType::A).build().unwrap();
        Change::builder().action(ChangeAction::Upsert).resource_record_set(set).build().unwrap()
    };
    hits!(
        config(),
        aws_sdk_route53,
        "route53",
        "ChangeResourceRecordSets",
        "ChangeBatch.Changes.1.ResourceRecordSet.Name",
        "shop.example",
        |client, name| {
            let batch =
                ChangeBatch::builder().changes(change("a.example")).changes(change(name)).build().unwrap();
            client.change_resource_record_sets().hosted_zone_id("Z1").change_batch(batch)
        }
    );
}

//! One call of each operation with five entries, and what its service answers.

use crate::upstream::Received;
use aws_sdk_sqs::types::BatchResultErrorEntry;
use aws_smithy_types::base64;
use aws_types::SdkConfig;
use std::future::Future;
use std::pin::Pin;

/// What tells the entries apart; in the order of the request.
pub(crate) const KEYS: [&str; 5] = ["a", "b", "c", "d", "e"];

type Outcomes = Vec<(String, bool)>;

/// A batch operation, how it is called, and how its requests are read.
pub(crate) struct Call {
    pub(crate) service: &'static str,
    pub(crate) operation: &'static str,
    /// Each entry, and whether it failed.
    pub(crate) run: fn(SdkConfig) -> Pin<Box<dyn Future<Output = Outcomes>>>,
    pub(crate) arrived: fn(&Received) -> Vec<String>,
}

macro_rules! call {
    ($service:literal, $operation:literal, $run:path, $arrived:expr) => {
        Call {
            service: $service,
            operation: $operation,
            run: |config| Box::pin($run(config)),
            arrived: |request| $arrived(&request.body),
        }
    };
}

fn json_id(body: &str) -> Vec<String> {
    between(body, r#""Id":""#, "\"")
}

fn form_id(body: &str) -> Vec<String> {
    between(body, ".Id=", "&")
}

fn detail_type(body: &str) -> Vec<String> {
    between(body, r#""DetailType":""#, "\"")
}

fn data(body: &str) -> Vec<String> {
    let text = |data: String| String::from_utf8(base64::decode(data).unwrap()).unwrap();
    between(body, r#""Data":""#, "\"").into_iter().map(text).collect()
}

pub(crate) const CALLS: &[Call] = &[
    call!("sqs", "SendMessageBatch", send, json_id),
    call!("sqs", "DeleteMessageBatch", delete_messages, json_id),
    call!("sqs", "ChangeMessageVisibilityBatch", change, json_id),
    call!("sns", "PublishBatch", publish, form_id),
    call!("eventbridge", "PutEvents", put_events, detail_type),
    call!("firehose", "PutRecordBatch", put_records, data),
    call!("s3", "DeleteObjects", crate::s3::delete, crate::s3::keys),
];

/// Every text between these two.
pub(crate) fn between(text: &str, start: &str, end: &str) -> Vec<String> {
    let rests = text.split(start).skip(1);
    rests.map(|rest| rest.split(end).next().unwrap().to_owned()).collect()
}

fn json_ids(entries: &[String], name: &str) -> String {
    entries.iter().map(|entry| format!(r#"{{"{name}":"{entry}"}}"#)).collect::<Vec<_>>().join(",")
}

/// That all went well.
pub(crate) fn answer(request: &Received) -> String {
    let (target, body) = (request.header("x-amz-target").unwrap_or_default(), request.body.as_str());
    match target.split_once('.') {
        Some(("AmazonSQS", _)) => format!(r#"{{"Successful":[{}]}}"#, json_ids(&json_id(body), "Id")),
        Some(("AWSEvents", _)) => {
            let ids = json_ids(&detail_type(body), "EventId");
            format!(r#"{{"FailedEntryCount":0,"Entries":[{ids}]}}"#)
        }
        Some(_) => {
            let ids = json_ids(&data(body), "RecordId");
            format!(r#"{{"FailedPutCount":0,"Encrypted":true,"RequestResponses":[{ids}]}}"#)
        }
        None if body.starts_with("Action=PublishBatch") => {
            let ids: String =
                form_id(body).iter().map(|id| format!("<member><Id>{id}</Id></member>")).collect();
            format!(
                "<PublishBatchResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishBatchResult>\
                 <Failed/><Successful>{ids}</Successful></PublishBatchResult></PublishBatchResponse>"
            )
        }
        None => crate::s3::answer(body),
    }
}

fn by_id<'a>(
    successful: impl Iterator<Item = &'a str>,
    failed: &'a [BatchResultErrorEntry],
) -> Vec<(String, bool)> {
    assert!(failed.iter().all(|one| one.code() == "InternalError" && !one.sender_fault()), "{failed:?}");
    let successful = successful.map(|id| (id.to_owned(), false));
    successful.chain(failed.iter().map(|one| (one.id().to_owned(), true))).collect()
}

async fn send(config: SdkConfig) -> Outcomes {
    use aws_sdk_sqs::types::SendMessageBatchRequestEntry as Entry;
    let entry = |id| Entry::builder().id(id).message_body("x").build().unwrap();
    let call = aws_sdk_sqs::Client::new(&config).send_message_batch().queue_url("http://q");
    let output = call.set_entries(Some(KEYS.map(entry).to_vec())).send().await.unwrap();
    by_id(output.successful().iter().map(|one| one.id()), output.failed())
}

async fn delete_messages(config: SdkConfig) -> Outcomes {
    use aws_sdk_sqs::types::DeleteMessageBatchRequestEntry as Entry;
    let entry = |id| Entry::builder().id(id).receipt_handle("x").build().unwrap();
    let call = aws_sdk_sqs::Client::new(&config).delete_message_batch().queue_url("http://q");
    let output = call.set_entries(Some(KEYS.map(entry).to_vec())).send().await.unwrap();
    by_id(output.successful().iter().map(|one| one.id()), output.failed())
}

async fn change(config: SdkConfig) -> Outcomes {
    use aws_sdk_sqs::types::ChangeMessageVisibilityBatchRequestEntry as Entry;
    let entry = |id| Entry::builder().id(id).receipt_handle("x").build().unwrap();
    let call = aws_sdk_sqs::Client::new(&config).change_message_visibility_batch().queue_url("http://q");
    let output = call.set_entries(Some(KEYS.map(entry).to_vec())).send().await.unwrap();
    by_id(output.successful().iter().map(|one| one.id()), output.failed())
}

async fn publish(config: SdkConfig) -> Outcomes {
    use aws_sdk_sns::types::PublishBatchRequestEntry as Entry;
    let entry = |id| Entry::builder().id(id).message("a & b").build().unwrap();
    let call = aws_sdk_sns::Client::new(&config).publish_batch().topic_arn("arn:aws:sns:eu-west-1:1:t");
    let output = call.set_publish_batch_request_entries(Some(KEYS.map(entry).to_vec())).send().await.unwrap();
    assert!(output.failed().iter().all(|one| one.code() == "InternalError" && !one.sender_fault()));
    let successful = output.successful().iter().map(|one| (one.id().unwrap().to_owned(), false));
    successful.chain(output.failed().iter().map(|one| (one.id().to_owned(), true))).collect()
}

/// Entries that are told by their place.
fn in_place<'a>(
    results: impl ExactSizeIterator<Item = (Option<&'a str>, Option<&'a str>)>,
    code: &str,
    failed: i32,
) -> Outcomes {
    assert_eq!(results.len(), KEYS.len());
    let outcome = |((id, error), key): ((Option<&str>, Option<&str>), &str)| {
        match error {
            Some(error) => assert_eq!((id, error), (None, code)),
            None => assert_eq!(id, Some(key)),
        }
        (key.to_owned(), error.is_some())
    };
    let outcomes: Vec<_> = results.zip(KEYS).map(outcome).collect();
    assert_eq!(outcomes.iter().filter(|(_, failed)| *failed).count(), usize::try_from(failed).unwrap());
    outcomes
}

async fn put_events(config: SdkConfig) -> Outcomes {
    use aws_sdk_eventbridge::types::PutEventsRequestEntry as Entry;
    let entry = |key| Entry::builder().detail_type(key).detail("{}").source("tests").build();
    let call = aws_sdk_eventbridge::Client::new(&config).put_events();
    let output = call.set_entries(Some(KEYS.map(entry).to_vec())).send().await.unwrap();
    let results = output.entries().iter().map(|one| (one.event_id(), one.error_code()));
    in_place(results, "ThrottlingException", output.failed_entry_count())
}

async fn put_records(config: SdkConfig) -> Outcomes {
    use aws_sdk_firehose::primitives::Blob;
    use aws_sdk_firehose::types::Record;
    let record = |key: &str| Record::builder().data(Blob::new(key)).build().unwrap();
    let call = aws_sdk_firehose::Client::new(&config).put_record_batch().delivery_stream_name("orders");
    let output = call.set_records(Some(KEYS.map(record).to_vec())).send().await.unwrap();
    let results = output.request_responses().iter().map(|one| (one.record_id(), one.error_code()));
    in_place(results, "ServiceUnavailableException", output.failed_put_count())
}

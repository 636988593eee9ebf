//! Which operation a request is of.

use super::Form;
use super::by_id::ById;
use super::positional::{EVENTBRIDGE, FIREHOSE, KINESIS, Positional};
use super::read_items::ReadItems;
use super::s3::DeleteObjects;
use super::sns::PublishBatch;
use super::write_items::WriteItems;
use crate::wire::Protocol;

const NO_BATCH: &str = "only batch operations have entries, of which some can fail";
const OTHER_PROTOCOL: &str = "this version does not fail entries in the protocol of this request";
const NOT_READ: &str = "the request's body is not that of a batch";

pub(super) fn read(
    service: &str,
    operation: &str,
    protocol: Protocol,
    body: &[u8],
) -> Result<Box<dyn Form>, &'static str> {
    let boxed: fn(&[u8]) -> Option<Box<dyn Form>> = match (service, operation) {
        ("kinesis", "PutRecords") => |body| form(Positional::read(&KINESIS, body)),
        ("firehose", "PutRecordBatch") => |body| form(Positional::read(&FIREHOSE, body)),
        ("eventbridge", "PutEvents") => |body| form(Positional::read(&EVENTBRIDGE, body)),
        ("sqs", "SendMessageBatch" | "DeleteMessageBatch" | "ChangeMessageVisibilityBatch") => {
            |body| form(ById::read(body))
        }
        ("dynamodb", "BatchWriteItem") => |body| form(WriteItems::read(body)),
        ("dynamodb", "BatchGetItem") => |body| form(ReadItems::read(body)),
        ("sns", "PublishBatch") => |body| form(PublishBatch::read(body)),
        ("s3", "DeleteObjects") => |body| form(DeleteObjects::read(body)),
        _ => return Err(NO_BATCH),
    };
    let speaks = match service {
        "sns" => protocol == Protocol::AwsQuery,
        "s3" => matches!(protocol, Protocol::Rest(_)),
        _ => matches!(protocol, Protocol::AwsJson10 | Protocol::AwsJson11),
    };
    if speaks { boxed(body).ok_or(NOT_READ) } else { Err(OTHER_PROTOCOL) }
}

fn form<F: Form + 'static>(read: Option<F>) -> Option<Box<dyn Form>> {
    read.map(|form| Box::new(form) as Box<dyn Form>)
}

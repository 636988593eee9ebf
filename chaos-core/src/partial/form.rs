//! Which operations have batches.

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

/// A batch operation.
pub(super) struct Operation {
    pub(super) service: &'static str,
    pub(super) name: &'static str,
    speaks: fn(Protocol) -> bool,
    read: fn(&[u8]) -> Option<Box<dyn Form>>,
}

pub(super) const ALL: &[Operation] = &[
    json("dynamodb", "BatchGetItem", |body| form(ReadItems::read(body))),
    json("dynamodb", "BatchWriteItem", |body| form(WriteItems::read(body))),
    json("eventbridge", "PutEvents", |body| form(Positional::read(&EVENTBRIDGE, body))),
    json("firehose", "PutRecordBatch", |body| form(Positional::read(&FIREHOSE, body))),
    json("kinesis", "PutRecords", |body| form(Positional::read(&KINESIS, body))),
    Operation {
        service: "s3",
        name: "DeleteObjects",
        speaks: |protocol| matches!(protocol, Protocol::Rest(_)),
        read: |body| form(DeleteObjects::read(body)),
    },
    Operation {
        service: "sns",
        name: "PublishBatch",
        speaks: |protocol| protocol == Protocol::AwsQuery,
        read: |body| form(PublishBatch::read(body)),
    },
    json("sqs", "ChangeMessageVisibilityBatch", |body| form(ById::read(body))),
    json("sqs", "DeleteMessageBatch", |body| form(ById::read(body))),
    json("sqs", "SendMessageBatch", |body| form(ById::read(body))),
];

const fn json(
    service: &'static str,
    name: &'static str,
    read: fn(&[u8]) -> Option<Box<dyn Form>>,
) -> Operation {
    const SPEAKS: fn(Protocol) -> bool =
        |protocol| matches!(protocol, Protocol::AwsJson10 | Protocol::AwsJson11);
    Operation { service, name, speaks: SPEAKS, read }
}

/// The operation, where its requests in this protocol can be read.
pub(super) fn find(
    service: &str,
    name: &str,
    protocol: Protocol,
) -> Result<&'static Operation, &'static str> {
    let found = ALL.iter().find(|one| one.service == service && one.name == name).ok_or(NO_BATCH)?;
    if (found.speaks)(protocol) { Ok(found) } else { Err(OTHER_PROTOCOL) }
}

impl Operation {
    pub(super) fn read(&self, body: &[u8]) -> Result<Box<dyn Form>, &'static str> {
        (self.read)(body).ok_or(NOT_READ)
    }
}

fn form<F: Form + 'static>(read: Option<F>) -> Option<Box<dyn Form>> {
    read.map(|form| Box::new(form) as Box<dyn Form>)
}

//! Events to Kinesis. A batch can fail in part, and the SDK does not retry
//! that: the call itself went well. So we do, for the entries that failed.

use super::Error;
use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::operation::put_records::PutRecordsOutput;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;
use std::time::Duration;

/// So often a batch, or what is left of it, is sent.
const TRIES: u32 = 4;

/// The stream of events.
#[derive(Debug)]
pub struct Events {
    stream: Client,
    backoff: Duration,
}

impl Events {
    pub(super) fn new(stream: Client, backoff: Duration) -> Self {
        Self { stream, backoff }
    }

    /// Publishes all of them, each at least once.
    ///
    /// # Errors
    /// If Kinesis does not take the call, or not all of them in four tries.
    pub async fn publish(&self, events: &[String]) -> Result<(), Error> {
        let mut left = events.iter().map(|event| entry(event)).collect::<Result<Vec<_>, _>>()?;
        for failed in 1..=TRIES {
            let put = self.stream.put_records().stream_name("orders").set_records(Some(left.clone()));
            let answer = put.send().await.map_err(|error| Error::Publish(Box::new(error.into())))?;
            left = refused(left, &answer);
            if left.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(self.backoff * failed).await;
        }
        Err(Error::EventsLeft(left.len()))
    }
}

/// Those that Kinesis did not take: its answer has one record for each, in order.
fn refused(sent: Vec<PutRecordsRequestEntry>, answer: &PutRecordsOutput) -> Vec<PutRecordsRequestEntry> {
    let both = sent.into_iter().zip(answer.records());
    both.filter(|(_, result)| result.error_code().is_some()).map(|(entry, _)| entry).collect()
}

fn entry(event: &str) -> Result<PutRecordsRequestEntry, Error> {
    let entry = PutRecordsRequestEntry::builder().partition_key(event).data(Blob::new(event));
    entry.build().map_err(|error| Error::Publish(Box::new(error.into())))
}

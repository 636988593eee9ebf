//! Batches of which a part fails: a request's entries, which of them fail, the
//! request without them, and the answer that says so. Pure: bytes in, bytes out.
//!
//! An operation is a batch operation here if it answers for each entry by
//! itself. How it says that one failed differs:
//!
//! | operation | an entry that failed |
//! |---|---|
//! | Kinesis `PutRecords`, Firehose `PutRecordBatch`, EventBridge `PutEvents` | has a code in its place in the list |
//! | SQS `SendMessageBatch`, `DeleteMessageBatch`, `ChangeMessageVisibilityBatch`; SNS `PublishBatch` | stands in `Failed` by its id |
//! | S3 `DeleteObjects` | stands as an `Error` by its key |
//! | DynamoDB `BatchWriteItem`, `BatchGetItem` | comes back as unprocessed, without a code or message |

mod by_id;
mod choose;
mod form;
mod json;
mod key;
mod positional;
mod read_items;
mod s3;
mod sns;
mod write_items;
mod xml;

pub use choose::Chosen;

use crate::effect::Partial;
use crate::spec::Rate;
use crate::wire::Protocol;
use std::fmt::Debug;

/// The entries of one batch request.
#[derive(Debug)]
pub struct Batch(Box<dyn Form>);

/// What differs between the operations.
trait Form: Debug + Send + Sync {
    /// How many entries there are.
    fn entries(&self) -> usize;

    /// Why this answer would not tell which of the entries that were sent is which.
    fn hides_entries(&self) -> Option<&'static str> {
        None
    }

    /// The request's body without the chosen entries.
    fn without(&self, chosen: &Chosen) -> Option<Vec<u8>>;

    /// The successful answer, with the chosen entries failed.
    fn fail(&self, failing: &Failing<'_>, answer: &[u8]) -> Option<Vec<u8>>;

    /// The successful answer to no entries.
    fn blank(&self) -> &'static [u8];

    /// What the service says of an entry when it is overloaded.
    fn usual_code(&self) -> &'static str;
}

/// How entries fail.
#[derive(Clone, Copy, Debug)]
struct Failing<'a> {
    chosen: &'a Chosen,
    /// They are in the answer already, as what became of them.
    sent: bool,
    code: &'a str,
    message: &'a str,
}

/// An answer that cannot be understood, as far as its entries are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the answer does not fit the batch that was sent")
    }
}

impl std::error::Error for Unreadable {}

/// The batch operations that are known, with their services, in order.
pub fn operations() -> impl Iterator<Item = (&'static str, &'static str)> {
    form::ALL.iter().map(|operation| (operation.service, operation.name))
}

impl Batch {
    /// Whether requests of this kind carry a batch: all that can be told without
    /// their bodies.
    ///
    /// # Errors
    /// Why not.
    pub fn can_be(service: &str, operation: &str, protocol: Protocol) -> Result<(), &'static str> {
        form::find(service, operation, protocol).map(drop)
    }

    /// The batch that a request carries; `service` as in
    /// [`CallContext::service`](crate::context::CallContext::service).
    ///
    /// # Errors
    /// Why there is none.
    pub fn read(
        service: &str,
        operation: &str,
        protocol: Protocol,
        body: &[u8],
    ) -> Result<Self, &'static str> {
        let form = form::find(service, operation, protocol)?.read(body)?;
        if form.entries() == 0 { Err("the batch has no entries") } else { Ok(Self(form)) }
    }

    /// Whether its answer can say of each entry that it failed.
    ///
    /// # Errors
    /// Why not.
    pub fn can_fail(&self, partial: &Partial) -> Result<(), &'static str> {
        self.0.hides_entries().filter(|_| partial.sent).map_or(Ok(()), Err)
    }

    /// How many entries it has; at least one.
    pub fn entries(&self) -> usize {
        self.0.entries()
    }

    /// Chooses the share of the entries, rounded and at least one: by the roll,
    /// and nothing else.
    pub fn choose(&self, share: Rate, roll: u64) -> Chosen {
        Chosen::draw(self.entries(), share, roll)
    }

    /// The request's body without the chosen entries; `None` where nothing is
    /// left to send.
    pub fn without(&self, chosen: &Chosen) -> Option<Vec<u8>> {
        if chosen.is_all() { None } else { self.0.without(chosen) }
    }

    /// The body of a successful answer, with the chosen entries failed. It is the
    /// answer to all entries where `partial.sent`, else to those that
    /// [`without`](Self::without) left.
    ///
    /// # Errors
    /// Where the answer is none to this batch.
    pub fn fail(&self, partial: &Partial, chosen: &Chosen, answer: &[u8]) -> Result<Vec<u8>, Unreadable> {
        let code = partial.code.as_deref().unwrap_or_else(|| self.0.usual_code());
        let failing = Failing { chosen, sent: partial.sent, code, message: &partial.message };
        self.0.fail(&failing, answer).ok_or(Unreadable)
    }

    /// The body of the successful answer to none of the entries, from which
    /// [`fail`](Self::fail) makes up the answer where nothing was sent.
    pub fn blank(&self) -> &'static [u8] {
        self.0.blank()
    }
}

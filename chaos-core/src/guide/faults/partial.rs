//! Batches of which a part fails, reported in the service's own way.
//!
//! ```toml
//! id = "orders-half-written"
//! target = { service = "dynamodb", operation = "BatchWriteItem" }
//! fault.partial = "50%"
//! when.rate = "30%"
//! ```
//!
//! | field | meaning |
//! |---|---|
//! | `share` | how many of the entries: the share of all, rounded, and at least one |
//! | `sent` | `true` (the default): the entries are done all the same, and only reported as failed. `false`: they are taken out of the request |
//! | `code`, `message` | of each failed entry, where entries have them; else what the service sends when it is overloaded |
//!
//! ```toml
//! id = "records-rejected"
//! target = { service = "kinesis", operation = "PutRecords" }
//! fault.partial = { share = "10%", sent = false, code = "InternalFailure" }
//! when.rate = "100%"
//! ```
//!
//! With `sent = true` a caller that sends the failed entries again does them twice:
//! that is the test of idempotency. With `sent = false` nothing is done that is not
//! reported.
//!
//! # In code
//!
//! ```
//! use chaos_core::{Chaos, fault, spec::{PartialFault, Rate}};
//!
//! # let chaos = Chaos::builder().build()?;
//! let half = PartialFault::of(Rate::new(0.5).unwrap());
//! let outage = chaos.scope(fault("sqs", "SendMessageBatch").partial(half).times(1));
//! // ... half of the first batch fails ...
//! # chaos.decide(&chaos_core::described::call("sqs", "SendMessageBatch").context());
//! outage.assert_injected(1);
//! # Ok::<(), chaos_core::door::Problems>(())
//! ```
//!
//! # What an AWS SDK caller sees
//!
//! A *success*, in one attempt: the SDK does not look into batches, so sending again
//! is the caller's work.
//!
//! | operation | where the failed entries stand |
//! |---|---|
//! | Kinesis `PutRecords`, Firehose `PutRecordBatch`, EventBridge `PutEvents` | with a code in their places; the count of failures is right |
//! | SQS `SendMessageBatch`, `DeleteMessageBatch`, `ChangeMessageVisibilityBatch`; SNS `PublishBatch` | in `Failed`, by id |
//! | S3 `DeleteObjects` | in `Errors`, by key |
//! | DynamoDB `BatchWriteItem`, `BatchGetItem` | in `UnprocessedItems`, `UnprocessedKeys`, without a code |
//!
//! The request id stays the service's where something was sent. Where nothing is left
//! to send, the answer is made up, and has `chaos-<spec id>`. An error of the service stays
//! as it is.
//!
//! # What a reqwest caller sees
//!
//! Nothing: the call passes, because of "partial failures for plain HTTP calls: use
//! `status` with a body".
//!
//! # Limits
//!
//! * Which entries fail is drawn anew for each hit, the same for the same seed.
//! * A spec whose target leaves no batch operation is refused: it would never fire.
//! * The answer is read whole before the SDK sees it.
//! * Not where requests are streamed, or speak CBOR. A `BatchGetItem` whose projection leaves
//!   out the keys only with `sent = false`.
//! * `sent = false` has the request signed anew, with the credentials of its call. Such a
//!   call passes where that cannot be: checksums other than CRC32, SHA-256 and MD5,
//!   SigV4a, sessions of S3 Express, presigned requests, and calls that began before
//!   the spec was armed.

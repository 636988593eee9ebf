//! The service's own error, by name, as the type that the SDK has for it.
//!
//! ```toml
//! id = "orders-throttled"
//! target = { service = "kinesis", operation = "PutRecords" }
//! fault.error = "ProvisionedThroughputExceededException"
//! when.rate = "60%"
//! ```
//!
//! With more to it:
//!
//! ```toml
//! id = "orders-conflict"
//! target = { service = "dynamodb", operation = "TransactWriteItems" }
//! when.rate = "5%"
//!
//! [fault.error]
//! name = "TransactionCanceledException"
//! message = "somebody was faster"
//! fields = { CancellationReasons = [{ Code = "ConditionalCheckFailed" }] }
//! ```
//!
//! | field | meaning |
//! |---|---|
//! | `name` | its shape's name or its code on the wire, in either case |
//! | `message` | what the caller reads; else `injected by chaos spec ...` |
//! | `status` | 400 to 599; else what the name stands for. For three operations of S3 also 200, which is how S3 fails them |
//! | `fields` | further members, as the service's definition names them; times in RFC 3339, bytes in base64; 64 KiB at most |
//!
//! `monkeyless errors kinesis PutRecords` lists what can be named.
//!
//! # In code
//!
//! ```
//! use chaos_core::{Chaos, fault};
//!
//! # let chaos = Chaos::builder().build()?;
//! let throttled = fault("kinesis", "PutRecords").error("ProvisionedThroughputExceededException");
//! let outage = chaos.scope(throttled.times(2));
//! // ... the first two attempts are throttled ...
//! # let put = chaos_core::described::call("kinesis", "PutRecords");
//! # (1..=3).for_each(|attempt| drop(chaos.decide(&put.clone().attempt(attempt).context())));
//! outage.assert_injected(2);
//! # Ok::<(), chaos_core::door::Problems>(())
//! ```
//!
//! Message, status and members: [`FaultBuilder::outcome`](crate::FaultBuilder::outcome) with an
//! [`ErrorFault`](crate::spec::ErrorFault).
//!
//! # What an AWS SDK caller sees
//!
//! `SdkError::ServiceError` with the service's own variant, in whichever protocol the
//! client speaks, and with the request id `chaos-<spec id>`. Nothing is sent.
//!
//! | the error | attempts |
//! |---|---|
//! | throttles (`ThrottlingException`, `SlowDown`, `TooManyRequestsException`, ...) | 3 |
//! | is modelled as retryable, or is a `RequestTimeout` | 3 |
//! | comes with 500, 502, 503 or 504 | 3 |
//! | any other | 1 |
//!
//! # What a reqwest caller sees
//!
//! Nothing: the call passes, because of "errors by name for plain HTTP calls: use
//! `status`".
//!
//! # Which names there are
//!
//! Names come from the catalogue of all services of AWS (feature `catalogue`), with
//! those that AWS sends without modelling them: throttling, expired tokens, the
//! codes of EC2 and S3. Anything else is refused, with the nearest names, for a
//! misspelt error would never be met.
//!
//! * An error that is newer than the catalogue: give a `status`, which takes the
//!   name as it is.
//! * Without the feature `catalogue`: the same. Specs from the shared table need
//!   no catalogue; their names are looked up when they are armed.
//! * Where the target names services one by one, each of them must have the error.
//!   Else some service must, and calls of services that lack it pass, because "this
//!   service has no error of that name".

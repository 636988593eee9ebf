//! What can happen to a call: a delay, an outcome, or a delay and then an outcome.
//!
//! | `fault.` | what the caller gets | is the request sent? | AWS SDK | `reqwest` |
//! |---|---|---|---|---|
//! | [`latency`] | the real answer, late | yes | yes | yes |
//! | [`error`] | the service's own error | no | yes | |
//! | [`status`] | an HTTP answer of yours | no | yes | yes |
//! | [`pill`] | a recorded answer | no | yes | |
//! | [`network`] | no answer | only with `response_lost` | yes | yes |
//! | [`partial`] | the real answer, in which entries failed | yes, whole or in part | yes | |
//! | [`corrupt`] | the real answer, damaged | yes | yes | yes |
//! | [`slow_body`] | the real answer, slowly | yes | yes | yes |
//!
//! A spec has at most one outcome. `latency` may stand beside any of them: the call
//! is held up first.
//!
//! ```toml
//! id = "orders-slow-then-down"
//! target = { service = "dynamodb", operation = "Query", input = { TableName = "orders" } }
//! fault = { latency = "2s", status = 503 }
//! when = { rate = "10%" }
//! ```
//!
//! # What holds for all of them
//!
//! * Faults are made below the client's retries, one decision per attempt. So a
//!   call that is hit once is usually tried again, as for real. How a fault hits
//!   all attempts of a call alike: [`per = "call"`](super::choosing#per).
//! * What cannot be done to a call (an error that its service has not, a batch that
//!   is none) makes the spec *pass*, delay included, with a reason. The reason is in
//!   `tracing` (target `chaos`, level DEBUG), in the [journal](super::testing#the-journal)
//!   and in what [`Chaos::explain`](crate::Chaos::explain) tells.
//! * At most 100 injections are under way in a process at a time
//!   ([`MAX_CONCURRENT`](crate::caps::MAX_CONCURRENT)); calls beyond that pass, and
//!   are counted as `overflow` in [`Chaos::health`](crate::Chaos::health).
//! * When a fault ends, whoever it holds up goes on at once with the real call.
//! * Failed attempts use up the retry tokens of an SDK client, which clients of
//!   one service and region share. After some dozen failed calls each has one
//!   attempt. That is so for real too; give clients of tests a `retry_partition`
//!   of their own.
//!
//! "Attempts" on these pages are those of clients with three, as the SDK has by
//! default, and of `reqwest-retry` with two retries. What is said there of
//! callers was measured next to the real failure: `docs/faults.md` has the tables
//! and names the tests.

pub mod corrupt;
pub mod error;
pub mod latency;
pub mod network;
pub mod partial;
pub mod pill;
pub mod slow_body;
pub mod status;

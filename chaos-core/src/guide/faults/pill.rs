//! Recorded answers: successes and errors, played back in turn.
//!
//! Pills are answers as [placebo](https://github.com/garnaat/placebo) records them. Nothing is
//! sent; each call gets the next pill, and after the last the first again. All
//! attempts of a call get the same one.
//!
//! ```toml
//! id = "no-orders-yet"
//! target = { service = "dynamodb", operation = "Query" }
//! when.rate = "100%"
//!
//! [[fault.pill]]
//! status_code = 200
//! data = { Items = [], Count = 0 }
//!
//! [[fault.pill]]
//! status_code = 400
//! data = { Error = { Code = "ThrottlingException", Message = "slow down" } }
//! ```
//!
//! In a spec file, `pill` can also be a path, relative to the file: a pill, a folder
//! of them, or (feature `zip`) a zip. `pill = "pills/no-orders"` is read where the
//! file is read, and `monkeyless apply` stores what it read. In a variable, over
//! the API and in the table there are no files: there a path is refused.
//!
//! # In code
//!
//! ```
//! use chaos_core::{Chaos, fault, pill::PillFault};
//!
//! # #[cfg(feature = "shapes")] {
//! # let chaos = Chaos::builder().build()?;
//! let none = PillFault::from_json(r#"{"status_code": 200, "data": {"Items": [], "Count": 0}}"#)?;
//! let empty = chaos.scope(fault("dynamodb", "Query").pill(none));
//! // ... queries that find nothing ...
//! # chaos.decide(&chaos_core::described::call("dynamodb", "Query").context());
//! empty.assert_injected(1);
//! # }
//! # Ok::<(), chaos_core::door::Problems>(())
//! ```
//!
//! [`PillFault::read`](crate::pill::PillFault::read) reads files, folders and zips.
//!
//! # What an AWS SDK caller sees
//!
//! The operation's own output, or its own error with the recorded status and
//! request id; where none was recorded, it is `chaos-<spec id>`. An error is tried again
//! as any other: see [`error`](super::error#what-an-aws-sdk-caller-sees).
//!
//! # What a reqwest caller sees
//!
//! Nothing: the call passes, because of "pills for plain HTTP calls: use `status`".
//!
//! # Limits
//!
//! * 100 pills per fault, 256 KiB each, 4 MiB together.
//! * A pill that does not fit the answer of its operation is refused, with the member
//!   and what is wrong with it. That takes the feature `shapes`; specs from the table
//!   need none. `monkeyless pill check PATH` tells it beforehand.
//! * Pickles, the other format of placebo, are never opened: reading one runs code.
//! * Several operations: every pill may name its `service` and `operation`; each
//!   operation has its own turns. A call without a pill of its own passes, because
//!   "no pill of the spec is for this operation".

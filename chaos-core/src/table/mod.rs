//! The shared DynamoDB table: what the control service writes, and what every
//! instance of an application reads.
//!
//! | file | is about |
//! |---|---|
//! | `keys` | the keys of every item |
//! | `value` | DynamoDB values to and from the project's own |
//! | `head`, `entry` | what is armed until when, and the halt: the item that is polled |
//! | `item` | one published fault spec |
//! | `store`, `error`, `failure` | the table as an object, and how it fails |
//! | `expression`, `transaction` | writing, and knowing afterwards whether it was done |
//! | `definitions`, `write`, `rearm` | scenarios as their authors edit them |
//! | `arming`, `rules`, `publish`, `in_force` | arming: publish an immutable revision, then point HEAD at it |
//! | `flip`, `change` | one change of HEAD, with its audit item |
//! | `guard` | scenarios that are armed only as long as somebody watches |
//! | `outage`, `outages` | one item for each armed period |
//! | `halt`, `halting`, `anew`, `environments` | the big red button, and whom it reaches |
//! | `copies` | copies of HEAD, for large fleets |
//! | `audit`, `status` | who did what; what is so |
//! | `reports` | what calls experienced around outages, and how instances fare |
//! | `token`, `tokens`, `sha256` | who may ask the control service for what |
//! | `request_key`, `requests` | requests that may be repeated, and are done once |
//! | `create`, `describe` | making the table |
//! | `fleet` | what all processes together may inject |
//! | `reader` | following an environment |
//!
//! Layout, costs and how to edit items by hand: `docs/table.md`.

mod actor;
mod anew;
#[cfg(feature = "inject")]
#[doc(hidden)]
pub mod any;
mod arming;
mod audit;
mod change;
mod copies;
mod create;
mod definitions;
mod describe;
mod entry;
mod environments;
mod error;
mod expression;
mod failure;
#[cfg(feature = "inject")]
mod fleet;
mod flip;
mod guard;
mod halt;
mod halting;
mod head;
mod in_force;
mod item;
mod keys;
mod local;
mod outage;
mod outages;
mod publish;
mod reader;
mod rearm;
mod reports;
mod request_key;
mod requests;
mod rules;
mod sha256;
mod status;
mod store;
mod token;
mod tokens;
mod transaction;
mod value;
mod wire;
mod wire_input;
mod wire_pills;
mod write;

pub use actor::Actor;
pub use arming::{Arm, Armed, Disarmed};
pub use audit::{AuditEntry, Deed};
pub use copies::Copies;
pub use create::{Created, TableOptions};
pub use definitions::{Definition, Definitions};
pub use describe::{Description, EnvironmentDescription};
pub use entry::Entry;
pub use error::StoreError;
#[cfg(feature = "inject")]
pub(crate) use fleet::{Loan, Rounds};
pub use guard::RENEWAL;
pub use halt::{CopyTaken, HaltReport, Scope};
pub use head::{Halted, Head};
pub use local::with_endpoint;
pub use outage::{End, Outage, OutageEnd};
pub use reader::{Poll, Reader, ReaderOptions, Snapshot};
pub use reports::{Instance, Instances, Report, Reporter, Reports, Series, Tally, TargetReport};
pub use request_key::{KeptAnswer, RequestKey};
pub use requests::{Claim, Claimed};
pub use sha256::Sha256;
pub use status::{ArmedStatus, Status};
pub use store::{Consistency, Store};
pub use token::{NewToken, Token, TokenState, Tokens};
pub use write::{Expected, Stored};

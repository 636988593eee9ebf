//! The shared DynamoDB table: what the control service writes, and what every
//! instance of an application reads.
//!
//! | file | is about |
//! |---|---|
//! | `keys` | the keys of every item |
//! | `value` | DynamoDB values to and from the project's own |
//! | `head` | what is armed until when, and the halt: the item that is polled |
//! | `item` | one published fault spec |
//! | `store`, `error` | the table as an object, and how it fails |
//! | `definitions`, `write` | scenarios as their authors edit them |
//! | `publish`, `arming`, `flip` | arming: publish an immutable revision, then point HEAD at it |
//! | `halt`, `environments` | the big red button, and whom it reaches |
//! | `audit`, `status`, `create` | who did what; what is so; making the table |
//! | `load`, `reader` | following an environment |
//!
//! Layout, costs and how to edit items by hand: `docs/table.md`.

mod actor;
mod arming;
mod audit;
mod create;
mod definitions;
mod environments;
mod error;
mod expression;
mod failure;
mod flip;
mod halt;
mod head;
mod item;
mod keys;
mod publish;
mod reader;
mod status;
mod store;
mod transaction;
mod value;
mod write;

pub use actor::Actor;
pub use arming::{Arm, Armed, Disarmed};
pub use audit::{AuditEntry, Deed};
pub use create::{Created, Description, TableOptions};
pub use definitions::{Definition, Definitions};
pub use error::StoreError;
pub use halt::{CopyTaken, HaltReport, Scope};
pub use head::{Entry, Halted, Head};
pub use reader::{Poll, Reader, ReaderOptions, Snapshot};
pub use status::{ArmedStatus, Status};
pub use store::{Consistency, Store};
pub use write::{Expected, Stored};

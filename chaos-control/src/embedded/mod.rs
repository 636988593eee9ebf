//! The embedded table: a DynamoDB engine inside this process.
//!
//! Where no table is named, `monkeyless serve` keeps its table in a folder of
//! its own. The store does not know: it talks to an ordinary AWS SDK client
//! whose transport is [`transport::InProcess`]. Other processes on this
//! machine may reach the same table through [`listener`].
//!
//! | file | is about |
//! |---|---|
//! | `engine` | opening, calling, sweeping: the one door to the database |
//! | `folder` | one process owns a folder |
//! | `dispatch` | from an operation's name to the database's typed methods |
//! | `answer` | what a call is answered with, in DynamoDB's words |
//! | `error` | what can go wrong |
//! | `transport` | serving SDK clients of this process |
//! | `listener`, `guard`, `access` | serving other processes of this machine: whom not, and what |
//!
//! The engine behaves like one DynamoDB table region that is never slow: no
//! throttling, no transaction conflicts, and every read is consistent. What
//! must survive those is tested elsewhere. It checks no signature and no
//! credentials.

mod access;
mod answer;
mod dispatch;
mod engine;
mod error;
mod folder;
pub(crate) mod guard;
pub mod listener;
pub mod transport;

pub use answer::Answer;
pub use engine::Engine;
pub use error::EngineError;

//! The control service of Monkeyless Chaos, and what the `monkeyless` command
//! does: scenarios are stored, armed, disarmed and halted in the shared table.
//!
//! | module | is about |
//! |---|---|
//! | [`cli`] | the command line |
//! | [`serve`] | the service: API, and the embedded table where no other is named |
//! | [`api`] | the HTTP routes |
//! | [`request`], [`view`], [`refusal`] | what acts are told, what they show, and every "no" |
//! | [`table`], [`remote`] | the acts, done on DynamoDB itself or asked of a service |
//! | [`catalogue`] | services, operations and errors by name |
//! | [`mod@explain`] | would this call be hit? |
//! | [`iam`] | who may do what with the table |
//! | [`embedded`] | a DynamoDB engine inside this process |
//! | [`mod@verify`] | is any of this code in a binary? |

pub mod api;
pub mod catalogue;
pub mod cli;
pub mod embedded;
pub mod explain;
pub mod iam;
pub mod refusal;
pub mod remote;
pub mod request;
pub mod serve;
pub mod table;
pub mod verify;
pub mod view;
mod watch;

//! A Lambda function that is frozen between its invocations: a process of its own
//! with the real `lambda_runtime`, on a runtime API of ours, that is stopped
//! (SIGSTOP) when it asks for the next event and goes on (SIGCONT) when there is
//! one. The table is the embedded one, over real sockets.
//!
//! The time that passes in a freeze is the tests' only real waiting; nothing is
//! synchronised by it.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod forms;
mod function;
mod host;
mod invocations;
mod signals;
mod table;
mod virtual_time;

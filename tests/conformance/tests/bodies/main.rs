//! What S3 downloads make of bodies that go wrong: each damage that is injected
//! next to a server that really does it, on a real socket, as a real client
//! sees both.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod download;
mod memory;
mod peer;
mod real;
mod settings;

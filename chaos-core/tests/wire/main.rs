//! What goes over the wire, held against what each protocol wants and against
//! parsers of our own making.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod errors;
mod fitting;
mod generated;
mod outputs;
mod parsers;
mod samples;

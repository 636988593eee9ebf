//! What goes over the wire, held against what each protocol wants and against
//! parsers of our own making.

#![allow(
    clippy::needless_pass_by_value,
    clippy::redundant_clone,
    reason = "cases are written as literals, and alike"
)]
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

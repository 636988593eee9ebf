//! Fixtures that several tests share.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

pub mod answers;
pub mod http;
pub mod logs;
pub mod memory;
pub mod noop;
pub mod sdk;
pub mod sigv4;
pub mod upstream;

/// The README's examples, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

//! Bodies that are damaged or slowed down while they stream through.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod damage;
mod effect;
mod ending;
mod property;
mod slow;

mod support;
mod whole;

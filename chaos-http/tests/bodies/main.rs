//! Damaged and slow bodies next to peers that really send such.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod damage;
mod effect;
mod members;
mod over;
mod seen;
mod slow;

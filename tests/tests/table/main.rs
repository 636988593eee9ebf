//! The shared table, over the embedded engine and in virtual time: what a
//! writer does, and what a reader in the same test makes of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod arming;
mod backend;
mod caps;
mod conflicts;
mod definitions;
mod failing;
mod following;
mod halting;
mod hand_edits;
mod history;
mod outages;
mod published;
mod replicas;
mod tables;
mod torn;
mod waking;
mod wire;
mod world;

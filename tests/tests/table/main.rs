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
mod clocks;
mod conflicts;
mod copies;
mod definitions;
mod edited;
mod every_attribute;
mod failing;
mod fleet;
mod following;
mod halting;
mod hand_edits;
mod history;
mod iam;
mod large;
mod outages;
mod policy;
mod pollers;
mod published;
mod replicas;
mod reports;
mod requests;
mod table_down;
mod tables;
mod tokens;
mod told;
mod torn;
mod virtual_clock;
mod waking;
mod wire;
mod world;

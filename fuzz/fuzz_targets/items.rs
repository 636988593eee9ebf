//! Any attribute map as an item of the table.

#![no_main]

#[path = "../bodies/items.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::read(bytes));

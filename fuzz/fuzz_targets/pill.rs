//! Any bytes as a pill.

#![no_main]

#[path = "../bodies/pill.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::read(bytes));

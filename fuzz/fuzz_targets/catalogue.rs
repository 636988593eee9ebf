//! Any bytes as the tables of the catalogue.

#![no_main]

#[path = "../bodies/catalogue.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::read(bytes));

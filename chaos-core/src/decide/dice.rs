//! Chance without a generator: a roll is a hash, so that the same seed decides
//! the same whatever the threads do.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// The hash that a spec's name contributes to its rolls.
pub(crate) fn name_hash(full_name: &str) -> u64 {
    xxh3_64(full_name.as_bytes())
}

/// What `key = "input"` hangs a call's roll on: the same for the same parts (such
/// as method, path and query) and the same body.
pub fn input_key(parts: &[&str], body: &[u8]) -> u64 {
    let parts = parts.iter().fold(0, |key, part| xxh3_64_with_seed(part.as_bytes(), key));
    xxh3_64_with_seed(body, parts)
}

/// The roll of one match: from the seed, the spec and the match's number.
pub(crate) fn roll(seed: u64, name: u64, purpose: Purpose, number: u64) -> u64 {
    let mut bytes = [0; 17];
    let (head, tail) = bytes.split_at_mut(8);
    head.copy_from_slice(&name.to_le_bytes());
    let (middle, last) = tail.split_at_mut(8);
    middle.copy_from_slice(&number.to_le_bytes());
    last.fill(purpose as u8);
    xxh3_64_with_seed(&bytes, seed)
}

/// What a roll decides: rolls of different purposes are independent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    Rate = 1,
    Delay = 2,
    Entries = 3,
}

/// A roll as a number from 0 (included) to 1 (excluded).
pub(crate) fn unit(roll: u64) -> f64 {
    (roll >> 11) as f64 / (1u64 << 53) as f64
}

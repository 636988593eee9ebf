//! Hashes for the index: letters count in either case, so that one table
//! serves dimensions that ignore case and those that do not. Equal values hash
//! equally; what hashes equally is checked in full.

/// Hashes the first `prefix` bytes of `value`, or all of them.
pub(crate) fn hash_start(value: &str, prefix: Option<usize>) -> u64 {
    let bytes = value.as_bytes();
    let bytes = bytes.get(..prefix.unwrap_or(bytes.len())).unwrap_or(bytes);
    let mut hash = bytes.len() as u64;
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        if let Some(start) = word.get_mut(..chunk.len()) {
            start.copy_from_slice(chunk);
        }
        // Setting this bit lower-cases letters; that it changes other bytes too is no harm to a hash.
        hash = mix(hash, u64::from_le_bytes(word) | 0x2020_2020_2020_2020);
    }
    hash
}

/// Joins two hashes; every bit of both reaches every bit of the result.
pub(crate) fn mix(key: u64, hash: u64) -> u64 {
    let product = u128::from(key ^ 0x9E37_79B9_7F4A_7C15) * u128::from(hash ^ 0xD6E8_FEB8_6659_FD93);
    (product as u64) ^ (product >> 64) as u64
}

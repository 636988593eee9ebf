//! Hashes for the index: letters count in either case, so that one table
//! serves dimensions that ignore case and those that do not. Equal values hash
//! equally; what hashes equally is checked in full.

/// Hashes the first `prefix` bytes of `value`, or all of them.
pub(crate) fn hash_start(value: &str, prefix: Option<usize>) -> u64 {
    let bytes = value.as_bytes();
    let bytes = bytes.get(..prefix.unwrap_or(bytes.len())).unwrap_or(bytes);
    let mut hash = bytes.len() as u64;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        hash = mix(hash, folded(u64::from_le_bytes(*word)));
    }
    match (bytes.last_chunk::<8>(), rest) {
        (_, []) => hash,
        // Some bytes count twice, which is quicker than to take the rest alone.
        (Some(last), _) => mix(hash, folded(u64::from_le_bytes(*last))),
        (None, rest) => mix(hash, folded(rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)))),
    }
}

/// Setting this bit lower-cases letters; that it changes other bytes too is no harm to a hash.
fn folded(word: u64) -> u64 {
    word | 0x2020_2020_2020_2020
}

/// Joins two hashes; every bit of both reaches every bit of the result.
pub(crate) fn mix(key: u64, hash: u64) -> u64 {
    let product = u128::from(key ^ 0x9E37_79B9_7F4A_7C15) * u128::from(hash ^ 0xD6E8_FEB8_6659_FD93);
    (product as u64) ^ (product >> 64) as u64
}

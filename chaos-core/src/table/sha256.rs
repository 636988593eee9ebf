//! Hashes that the caller has made.

use std::fmt;
use std::sync::Arc;

/// A SHA-256, as 64 lower-case hexadecimal digits.
///
/// ```
/// use chaos_core::table::Sha256;
/// assert_eq!(Sha256::of_digest(&[0xab; 32]), Sha256::new(&"ab".repeat(32)).unwrap());
/// assert_eq!(Sha256::new("ab"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sha256(Arc<str>);

impl Sha256 {
    /// `None` where `hex` is not 64 lower-case hexadecimal digits.
    pub fn new(hex: &str) -> Option<Self> {
        let digits = hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (digits && hex.len() == 64).then(|| Self(hex.into()))
    }

    /// Of the 32 bytes that the hash function gave.
    pub fn of_digest(digest: &[u8; 32]) -> Self {
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Self(hex.into())
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

//! The answer as it grows, within bounds.

use super::Reason;

const TOO_LARGE: Reason = Reason::Borrowed("the answer would be too large with its members replaced");
/// On top of four times what there was.
const SPARE: usize = 1024 * 1024;

/// Bytes, not more than there may be.
#[derive(Debug)]
pub(super) struct Out {
    bytes: Vec<u8>,
    most: usize,
}

impl Out {
    /// What replaces this body.
    pub(super) fn instead_of(body: &[u8]) -> Self {
        let most = body.len().saturating_mul(4).saturating_add(SPARE);
        Self { bytes: Vec::with_capacity(body.len()), most }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), Reason> {
        if bytes.len() > self.most.saturating_sub(self.bytes.len()) {
            return Err(TOO_LARGE);
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

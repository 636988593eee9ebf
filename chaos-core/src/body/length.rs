//! Lengths that are told.

use super::cut::kept;
use crate::spec::Truncate;

/// What is known of a body's length before it comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Length {
    /// What the header `content-length` says.
    pub told: Option<u64>,
    /// What the HTTP client goes by: the exact size hint of the body.
    pub exact: Option<u64>,
}

/// What a told length becomes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Told {
    As,
    Truncated(i64),
    By(i32),
}

impl Told {
    pub(super) fn of(self, told: u64) -> u64 {
        match self {
            Self::As => told,
            Self::Truncated(after) => kept(after.max(-Truncate::MAX_BEFORE_END), Some(told)).unwrap_or(told),
            Self::By(by) => told.saturating_add_signed(i64::from(by)),
        }
    }
}

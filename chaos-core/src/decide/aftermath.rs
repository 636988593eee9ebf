//! What shows only after a call was chosen: that nothing came of it.

use std::borrow::Cow;
use std::fmt;
#[cfg(feature = "inject")]
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Why an injection changed nothing of what its caller got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoEffect {
    /// The fault was over before it struck.
    Over,
    /// The answer is not one that it can change: what it lacks, or is, in words.
    Answer(Cow<'static, str>),
}

impl From<&'static str> for NoEffect {
    fn from(why: &'static str) -> Self {
        Self::Answer(Cow::Borrowed(why))
    }
}

impl From<Cow<'static, str>> for NoEffect {
    fn from(why: Cow<'static, str>) -> Self {
        Self::Answer(why)
    }
}

impl fmt::Display for NoEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Over => f.write_str("the fault was over before it struck"),
            Self::Answer(why) => f.write_str(why),
        }
    }
}

/// The injections of one spec that changed nothing.
#[derive(Debug, Default)]
pub(crate) struct Voids {
    count: AtomicU64,
    reasons: Mutex<Vec<(NoEffect, u64)>>,
}

/// So many different reasons are kept of one spec.
#[cfg(feature = "inject")]
const REASONS: usize = 8;

impl Voids {
    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Acquire)
    }

    #[cfg(feature = "inject")]
    pub(crate) fn add(&self, why: &NoEffect) {
        self.count.fetch_add(1, Ordering::AcqRel);
        let mut reasons = self.reasons.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, count)) = reasons.iter_mut().find(|(known, _)| known == why) {
            *count += 1;
        } else if reasons.len() < REASONS {
            reasons.push((why.clone(), 1));
        }
    }

    /// Why, and how often, in the order in which they came; the first few.
    pub(crate) fn reasons(&self) -> Vec<(NoEffect, u64)> {
        self.reasons.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What is told of one injection later, to whoever wrote it down when it was
/// decided.
#[cfg(feature = "inject")]
#[derive(Debug, Default)]
pub(crate) struct Aftermath {
    pub(crate) why: OnceLock<NoEffect>,
    /// Where its attempt was counted among those that were hit.
    pub(crate) counted: OnceLock<Counted>,
}

/// An attempt that was counted as hit.
#[cfg(feature = "inject")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    /// The target's place.
    pub(crate) slot: usize,
    /// The second since 1970.
    pub(crate) at: i64,
    pub(crate) call: Option<u64>,
    /// Whether a success was counted as a failure, for its answer was damaged.
    pub(crate) damaged: bool,
}

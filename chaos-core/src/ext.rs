//! The adapters' trait where they are compiled out. Here whatever this crate's own
//! features are: cargo unifies those of a build, and an adapter may be off where
//! this crate is not.

/// What both adapters call `ChaosExt` in such a build: one trait, so that a
/// program that imports it from both is not asked which of two it means.
pub trait ChaosExt: Sized {
    /// Returns `self`. The live build decorates it, or adds faults to it: it takes
    /// `&Chaos`, with plain HTTP clients also what knows their timeouts.
    #[must_use = "calls have to be made with what this returns"]
    #[inline(always)]
    fn chaos<A>(self, _chaos: A) -> Self {
        self
    }
}

impl<T> ChaosExt for T {}

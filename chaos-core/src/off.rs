//! The production face of a build without `inject`: the same names, no size,
//! no code. Everything here must compile to nothing.

use std::future::Future;

/// The handle, compiled out: zero-sized, and every method is an identity.
///
/// Turn on the feature `inject` for the live one; user code stays the same.
///
/// ```
/// # async fn example() {
/// let chaos = chaos_core::Chaos::from_env_http().await;
/// assert_eq!(std::mem::size_of_val(&chaos), 0);
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Chaos;

impl Chaos {
    /// A handle that never injects.
    #[inline(always)]
    pub const fn inert() -> Self {
        Chaos
    }

    /// Nothing is read and nothing is set up. The live one reads the `CHAOS_*`
    /// variables and takes the AWS config for its table.
    #[inline(always)]
    pub async fn from_env<C>(_config: &C) -> Self {
        Chaos
    }

    /// As [`Chaos::from_env`]; never an error in this build.
    ///
    /// # Errors
    /// None.
    #[inline(always)]
    pub async fn try_from_env<C>(_config: &C) -> Result<Self, std::convert::Infallible> {
        Ok(Chaos)
    }

    /// As [`Chaos::from_env`], for an application without an AWS config.
    #[inline(always)]
    pub async fn from_env_http() -> Self {
        Chaos
    }

    /// Nothing to flush.
    #[inline(always)]
    pub async fn flush(&self) {}

    /// What this process would say of itself: compiled out.
    #[inline(always)]
    pub fn health(&self) -> Health {
        Health
    }
}

/// The state of a handle that is compiled out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Health;

impl std::fmt::Display for Health {
    #[inline(always)]
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("compiled out")
    }
}

/// Runs `work`; the live build sets labels around it that `target.label` matches.
#[inline(always)]
pub fn with_labels<K, V, F>(_labels: impl IntoIterator<Item = (K, V)>, work: F) -> F
where
    K: Into<String>,
    V: Into<String>,
    F: Future,
{
    work
}

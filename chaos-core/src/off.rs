//! The production face of a build without `inject`: the same names, no size,
//! no code. Everything here must compile to nothing.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

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
#[derive(Debug)]
pub struct Chaos;

// By hand, for a derived one is a function of its own in a debug build. Not
// `Copy`: the live handle is not, and users would be told not to clone it.
impl Clone for Chaos {
    #[inline(always)]
    fn clone(&self) -> Self {
        Chaos
    }
}

impl Chaos {
    /// A handle that never injects.
    #[inline(always)]
    pub const fn inert() -> Self {
        Chaos
    }

    /// Nothing is read and nothing is set up. The live one reads the `CHAOS_*`
    /// variables and takes the AWS config for its table.
    #[inline(always)]
    pub fn from_env<C>(_config: &C) -> impl Future<Output = Self> + Send {
        Now(Chaos)
    }

    /// As [`Chaos::from_env`]; never an error in this build.
    ///
    /// # Errors
    /// None.
    #[inline(always)]
    pub fn try_from_env<C>(
        _config: &C,
    ) -> impl Future<Output = Result<Self, std::convert::Infallible>> + Send {
        Now(Ok(Chaos))
    }

    /// As [`Chaos::from_env`], for an application without an AWS config.
    #[inline(always)]
    pub fn from_env_http() -> impl Future<Output = Self> + Send {
        Now(Chaos)
    }

    /// Nothing to flush.
    #[inline(always)]
    pub fn flush(&self) -> impl Future<Output = ()> + Send {
        Now(())
    }

    /// Nothing to wait for.
    #[inline(always)]
    pub fn ready(&self, _within: Duration) -> impl Future<Output = ()> + Send {
        Now(())
    }

    /// Returns `handler`. The live one keeps itself up to date around its invocations.
    #[inline(always)]
    pub fn lambda<S>(&self, handler: S) -> S {
        handler
    }

    /// The layer of tower that does nothing; its own unit, but no unit to clippy.
    #[inline(always)]
    pub const fn lambda_layer(&self) -> ((),) {
        ((),)
    }

    /// What this process would say of itself: compiled out.
    #[inline(always)]
    pub const fn health(&self) -> Health {
        "compiled out"
    }
}

/// The state of a handle that is compiled out: something to show. A type of our
/// own would leave its `Display` in the binary.
pub type Health = &'static str;

/// A future that is ready at once. An `async fn` would leave its name and its
/// source file's path in the binary.
#[must_use = "futures do nothing unless awaited"]
struct Now<T>(T);

impl<T: Clone + Unpin> Future for Now<T> {
    type Output = T;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<T> {
        Poll::Ready(self.0.clone())
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

/// Runs `work`; the live build gives it the labels that are in force here.
#[inline(always)]
pub fn inherit<F: Future>(work: F) -> F {
    work
}

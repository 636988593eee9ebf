//! The adapter, compiled out.

use chaos_core::Chaos;
use std::time::Duration;

/// What `.chaos(..)` takes; here nothing.
#[derive(Debug)]
pub struct Adapter;

// By hand, for a derived one is a function of its own in a debug build.
impl Clone for Adapter {
    #[inline(always)]
    fn clone(&self) -> Self {
        Adapter
    }
}

impl Adapter {
    /// Nothing. The live one keeps the handle.
    #[inline(always)]
    pub fn new(_chaos: &Chaos) -> Self {
        Adapter
    }

    /// Nothing. The live one keeps the client's timeouts.
    #[must_use]
    #[inline(always)]
    pub fn timeouts(
        self,
        _connect: Option<Duration>,
        _total: Option<Duration>,
        _read: Option<Duration>,
    ) -> Self {
        self
    }
}

impl From<&Chaos> for Adapter {
    #[inline(always)]
    fn from(_chaos: &Chaos) -> Self {
        Adapter
    }
}

#[cfg(feature = "middleware")]
pub use built::ChaosExt;
// Without `reqwest-middleware` an identity function on any type.
#[cfg(not(feature = "middleware"))]
pub use chaos_core::ChaosExt;

/// With it: what the live build gives, without anything in it.
#[cfg(feature = "middleware")]
mod built {
    use super::Adapter;
    use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};

    /// Adds [`chaos`](ChaosExt::chaos) to `reqwest::Client`, `ClientBuilder` and
    /// `ClientWithMiddleware`; here it only builds.
    pub trait ChaosExt: Sized {
        /// The built client. The live build adds faults.
        #[must_use = "requests have to be made with the client that this returns"]
        fn chaos(self, chaos: impl Into<Adapter>) -> ClientWithMiddleware;
    }

    impl ChaosExt for ClientBuilder {
        #[inline(always)]
        fn chaos(self, _chaos: impl Into<Adapter>) -> ClientWithMiddleware {
            self.build()
        }
    }

    impl ChaosExt for reqwest::Client {
        #[inline(always)]
        fn chaos(self, _chaos: impl Into<Adapter>) -> ClientWithMiddleware {
            ClientBuilder::new(self).build()
        }
    }

    impl ChaosExt for ClientWithMiddleware {
        #[inline(always)]
        fn chaos(self, _chaos: impl Into<Adapter>) -> ClientWithMiddleware {
            self
        }
    }
}

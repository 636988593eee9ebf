//! The adapter, compiled out: identity functions on any type, so that not even
//! the AWS SDK's crates are needed.

use chaos_core::Chaos;

/// What the handle offers to AWS SDK clients; here nothing that costs.
pub trait ChaosSdk {
    /// Returns `inner`. The live build decorates it.
    #[inline(always)]
    fn http_client<T>(&self, inner: T) -> T {
        inner
    }

    /// Returns `inner`. The live build decorates it, for credentials too.
    #[inline(always)]
    fn http_client_with_credentials<T>(&self, inner: T) -> T {
        inner
    }

    /// An interceptor that does nothing.
    #[cfg(feature = "interceptor")]
    #[inline(always)]
    fn interceptor(&self) -> ChaosInterceptor {
        ChaosInterceptor
    }
}

impl ChaosSdk for Chaos {}

/// An interceptor that overrides no hook.
#[cfg(feature = "interceptor")]
#[derive(Clone, Copy, Debug, Default)]
pub struct ChaosInterceptor;

#[cfg(feature = "interceptor")]
#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl aws_smithy_runtime_api::client::interceptors::Intercept for ChaosInterceptor {
    fn name(&self) -> &'static str {
        "Chaos"
    }
}

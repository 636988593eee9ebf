//! The per-client interceptor: the SDK's own word on what a call is.

use crate::context::Exact;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use chaos_core::{Chaos, spec::service_id};

/// Tells the decorated HTTP client what the SDK knows of each attempt; made by
/// [`ChaosSdk::interceptor`](crate::ChaosSdk::interceptor).
///
/// ```
/// use aws_smithy_runtime_api::client::interceptors::Intercept;
/// use chaos_sdk_interceptor::{Chaos, ChaosSdk};
///
/// // Then: aws_sdk_kinesis::config::Builder::from(&config).interceptor(..)
/// assert_eq!(Chaos::inert().interceptor().name(), "Chaos");
/// ```
#[derive(Clone, Debug)]
pub struct ChaosInterceptor(Chaos);

impl ChaosInterceptor {
    pub(crate) fn new(chaos: &Chaos) -> Self {
        Self(chaos.clone())
    }
}

#[dyn_dispatch_hint]
impl Intercept for ChaosInterceptor {
    fn name(&self) -> &'static str {
        "Chaos"
    }

    // The last hook before the request is sent, and run for each attempt:
    // extensions that earlier hooks set are lost to the SDK's copies.
    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.0.is_idle() {
            return Ok(());
        }
        let Some(metadata) = config.load::<Metadata>() else { return Ok(()) };
        let attempt = config.load::<RequestAttempts>().map_or(1, RequestAttempts::attempts);
        let service = service_id(metadata.service());
        let exact = Exact { service, metadata: metadata.clone(), attempt };
        context.request_mut().add_extension(exact);
        Ok(())
    }
}

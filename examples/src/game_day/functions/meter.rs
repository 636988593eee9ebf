//! What your own metrics would show: an SDK interceptor that counts calls and
//! attempts from outside of Monkeyless Chaos, which it knows nothing of.

use crate::line::Counts;
use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
    FinalizerInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{Builder, ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::time::Instant;

/// Counts what the clients experience that it made.
#[derive(Clone, Debug, Default)]
pub(super) struct Meter(Arc<Mutex<Counts>>);

impl Meter {
    /// `Client::new(config)`, metered.
    pub(super) fn client(&self, config: &SdkConfig) -> Client {
        Client::from_conf(Builder::from(config).interceptor(self.clone()).build())
    }

    /// The counts since this was last asked.
    pub(super) fn take(&self) -> Counts {
        let mut taken = Counts::default();
        self.count(|counts| taken = std::mem::take(counts));
        taken
    }

    pub(super) fn count(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// When a call began; kept by the SDK with the call.
#[derive(Debug)]
struct Began(Instant);

impl Storable for Began {
    type Storer = StoreReplace<Self>;
}

#[dyn_dispatch_hint]
impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        call: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        call.interceptor_state().store_put(Began(Instant::now()));
        Ok(())
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        call: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.count(|counts| {
            counts.attempts += 1;
            counts.retries += u64::from(is_retried(call));
        });
        Ok(())
    }

    fn read_after_execution(
        &self,
        end: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        call: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let passed = end.output_or_error().is_some_and(|end| end.is_ok());
        let took = call.load::<Began>().map(|began| began.0.elapsed()).unwrap_or_default();
        self.count(|counts| {
            counts.passed += u64::from(passed);
            counts.rescued += u64::from(passed && is_retried(call));
            counts.lost += u64::from(!passed);
            counts.slowest_ms = counts.slowest_ms.max(took.as_millis().try_into().unwrap_or(u64::MAX));
        });
        Ok(())
    }
}

/// Whether a call is beyond its first attempt.
fn is_retried(call: &ConfigBag) -> bool {
    call.load::<RequestAttempts>().is_some_and(|attempts| attempts.attempts() > 1)
}

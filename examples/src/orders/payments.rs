//! Payments by HTTP, retried by `reqwest-retry`. An answer may be lost after
//! the money was taken, so every charge has a key that makes it happen once.

use super::{Error, Settings};
use chaos_core::Chaos;
use chaos_http::{Adapter, ChaosExt};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use reqwest_retry::RetryTransientMiddleware;
use reqwest_retry::policies::ExponentialBackoff;
use serde::{Deserialize, Serialize};

/// The payment provider.
#[derive(Debug)]
pub struct Payments {
    http: ClientWithMiddleware,
    url: String,
}

#[derive(Serialize)]
struct Charge {
    cents: u64,
}

/// That a charge was made.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Receipt {
    /// The provider's name for it.
    pub charge: String,
}

impl Payments {
    pub(super) fn new(http: reqwest::Client, settings: &Settings, chaos: &Chaos) -> Self {
        let pauses = (settings.backoff, settings.backoff * 10);
        let policy = ExponentialBackoff::builder().retry_bounds(pauses.0, pauses.1).build_with_max_retries(2);
        // Chaos is innermost, so that the retries meet its faults as real ones. It
        // has to be told the client's timeouts, which reqwest does not reveal.
        let http = ClientBuilder::new(http)
            .with(RetryTransientMiddleware::new_with_policy(policy))
            .chaos(Adapter::new(chaos).timeouts(None, Some(settings.patience), None));
        Self { http, url: settings.payments.clone() }
    }

    /// Takes `cents` for `order`, once, however often it is called for it.
    ///
    /// # Errors
    /// If the provider is down or says no. If its answer cannot be read, it is
    /// not known whether it was paid: call again for the same order.
    pub async fn charge(&self, order: &str, cents: u64) -> Result<Receipt, Error> {
        let charge = self.http.post(format!("{}/charges", self.url)).json(&Charge { cents });
        let answer = charge.header("idempotency-key", order).send().await.map_err(Error::PaymentsDown)?;
        answer.error_for_status().map_err(Error::Payment)?.json().await.map_err(Error::Payment)
    }
}

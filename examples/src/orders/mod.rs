//! A small service that depends on three others: prices come from DynamoDB,
//! events go to Kinesis, and payments are made by HTTP. Each has its own way to
//! live through an outage, and `tests/orders.rs` shows that each works.

mod error;
mod events;
mod payments;
mod prices;

pub use error::Error;
pub use events::Events;
pub use payments::{Payments, Receipt};
pub use prices::{Price, Prices};

use aws_config::SdkConfig;
use aws_config::timeout::TimeoutConfig;
use chaos_core::Chaos;
use chaos_sdk_interceptor::ChaosExt;
use std::time::Duration;

/// What differs between production and a test.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the payment provider is, such as `https://payments.example`.
    pub payments: String,
    /// How long one try of a call may take.
    pub patience: Duration,
    /// The pause before a first retry of our own; later ones are longer.
    pub backoff: Duration,
}

/// The service.
#[derive(Debug)]
pub struct Orders {
    /// What things cost.
    pub prices: Prices,
    /// Who wants to know of orders is told here.
    pub events: Events,
    /// How they are paid.
    pub payments: Payments,
}

impl Orders {
    /// The service, with clients of its own that consult `chaos`. In production
    /// that is `Chaos::from_env(&config).await`, and in tests `Chaos::builder()`.
    pub fn new(config: &SdkConfig, http: reqwest::Client, settings: &Settings, chaos: &Chaos) -> Self {
        let patience = TimeoutConfig::builder().operation_attempt_timeout(settings.patience).build();
        let config = config.to_builder().timeout_config(patience).build().chaos(chaos);
        Self {
            prices: Prices::new(aws_sdk_dynamodb::Client::new(&config)),
            events: Events::new(aws_sdk_kinesis::Client::new(&config), settings.backoff),
            payments: Payments::new(http, settings, chaos),
        }
    }

    /// Sells one `item`; `order` is what the caller calls this order, and the
    /// same whenever it tries again.
    ///
    /// # Errors
    /// If it was not paid, or nobody could be told.
    pub async fn place(&self, order: &str, item: &str) -> Result<Receipt, Error> {
        let price = self.prices.of(item).await?;
        let receipt = self.payments.charge(order, price.cents).await?;
        self.events.publish(&[format!("{order} paid")]).await?;
        Ok(receipt)
    }
}

//! A Lambda function: clients and `Chaos` are made once, at the cold start, and
//! every invocation uses them.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use chaos_core::Chaos;
use chaos_sdk_interceptor::ChaosExt;
use lambda_runtime::{Error, LambdaEvent};
use serde::{Deserialize, Serialize};

/// What stays from one invocation to the next.
#[derive(Debug)]
pub struct Function {
    orders: Client,
}

/// The event that it is invoked with.
#[derive(Clone, Debug, Deserialize)]
pub struct Asked {
    /// Which order.
    pub order: String,
}

/// What it answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// What was ordered.
    pub item: String,
}

impl Function {
    /// The cold start. The `CHAOS_*` variables are the function's own, as set
    /// where it is deployed; `CHAOS_FUNCTION` is not needed, for Lambda says how
    /// the function is called.
    pub async fn cold_start() -> (Self, Chaos) {
        let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
        let chaos = Chaos::from_env(&config).await;
        (Self::new(config, &chaos), chaos)
    }

    /// The function, with a config and a handle from elsewhere, for tests.
    pub fn new(config: SdkConfig, chaos: &Chaos) -> Self {
        Self { orders: Client::new(&config.chaos(chaos)) }
    }

    /// One invocation.
    ///
    /// # Errors
    /// If there is no such order, or DynamoDB does not answer.
    pub async fn handle(&self, event: LambdaEvent<Asked>) -> Result<Answer, Error> {
        let order = AttributeValue::S(event.payload.order);
        let get = self.orders.get_item().table_name("orders").key("order", order);
        let found = get.send().await.map_err(aws_sdk_dynamodb::Error::from)?;
        let item = found.item().and_then(|order| order.get("item")?.as_s().ok());
        Ok(Answer { item: item.ok_or("no such order")?.clone() })
    }
}

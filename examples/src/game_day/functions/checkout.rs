//! `checkout`, an ordinary application: it takes orders, stores them in
//! DynamoDB and shows them to the customer.
//!
//! What Monkeyless Chaos asks of it is in the first three lines of [`run`].

use super::meter::Meter;
use super::tell_lost;
use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::AttributeValue::{N, S};
use chaos_sdk_interceptor::{Chaos, ChaosExt};
use std::time::Duration;
use tokio::time::interval;

/// Customers do not wait for each other.
const A_CUSTOMER_EVERY: Duration = Duration::from_millis(50);
/// Then numbers are used again, so that the table stays small.
const NUMBERS: u32 = 1_000;

pub(super) async fn run(meter: &Meter) {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let chaos = Chaos::from_env(&config).await;
    let config = config.chaos(&chaos);

    let database = meter.client(&config); // Client::new(&config), and the game day looks on
    let mut customers = interval(A_CUSTOMER_EVERY);
    for number in (1..=NUMBERS).cycle() {
        customers.tick().await;
        tokio::spawn(serve(database.clone(), number));
    }
}

/// One customer: the order is stored, then shown.
async fn serve(database: Client, number: u32) {
    let id = S(format!("order-{number}"));
    let order = database.put_item().table_name("orders").item("id", id.clone());
    match order.item("cents", N((number * 99).to_string())).send().await {
        Ok(_) => show(&database, id).await,
        Err(error) => tell_lost("PutItem", reason(&error), &error),
    }
}

async fn show(database: &Client, id: aws_sdk_dynamodb::types::AttributeValue) {
    let stored = database.get_item().table_name("orders").key("id", id).send().await;
    if let Err(error) = stored {
        tell_lost("GetItem", error.code().unwrap_or("no answer"), &error);
    }
}

/// Injected errors arrive as the service's own do: as modelled variants.
fn reason(error: &SdkError<PutItemError>) -> &str {
    match error.as_service_error() {
        Some(PutItemError::ProvisionedThroughputExceededException(_)) => {
            "PutItemError::ProvisionedThroughputExceededException"
        }
        _ => error.code().unwrap_or("no answer"),
    }
}

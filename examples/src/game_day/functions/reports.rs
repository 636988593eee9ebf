//! `reports`, an ordinary application next to `checkout`: it writes figures
//! and reads them back. It uses the same operations of the same service, and
//! an outage of `checkout` must not reach it.

use super::meter::Meter;
use super::tell_lost;
use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue::{N, S};
use chaos_sdk_interceptor::{Chaos, ChaosExt};
use std::time::Duration;
use tokio::time::interval;

const A_FIGURE_EVERY: Duration = Duration::from_millis(100);
/// Then they are written again, so that the table stays small.
const FIGURES: u32 = 100;

pub(super) async fn run(meter: &Meter) {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let chaos = Chaos::from_env(&config).await;
    let config = config.chaos(&chaos);

    let database = meter.client(&config); // Client::new(&config), and the game day looks on
    let mut figures = interval(A_FIGURE_EVERY);
    for number in (1..=FIGURES).cycle() {
        figures.tick().await;
        tokio::spawn(refresh(database.clone(), number));
    }
}

async fn refresh(database: Client, number: u32) {
    let id = S(format!("figure-{number}"));
    let figure = database.put_item().table_name("figures").item("id", id.clone());
    if let Err(error) = figure.item("value", N(number.to_string())).send().await {
        return tell_lost("PutItem", error.code().unwrap_or("no answer"), &error);
    }
    if let Err(error) = database.get_item().table_name("figures").key("id", id).send().await {
        tell_lost("GetItem", error.code().unwrap_or("no answer"), &error);
    }
}

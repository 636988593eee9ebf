//! A user's program. Whether it can inject faults is decided by features
//! alone: there is no `cfg` in it. `plain/src/main.rs` is the same program
//! without the lines that speak of faults.

mod aws;
mod pages;
mod web;

use aws_sdk_secretsmanager::{Client, config::Builder};
use chaos_core::ENABLED;
use chaos_sdk_interceptor::{Chaos, ChaosExt, ChaosSdk, with_labels};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let config = aws::config();
    let chaos = Chaos::from_env(&config).await;
    let config = config.chaos(&chaos);
    let client = Client::new(&config);

    // A client that the config does not reach is wrapped by hand.
    let http = chaos.http_client(aws::Canned);
    let by_hand = Client::from_conf(Builder::from(&config).http_client(http).build());

    let first = with_labels([("user", "test-1")], aws::read(&client)).await;
    let second = aws::read(&by_hand).await;
    let page = pages::read(&chaos).await;
    chaos.clone().flush().await;
    println!("enabled={ENABLED} health={} secrets={first},{second} page={page}", chaos.health());
}

//! A client with the interceptor beside the wrapped HTTP client.

mod aws;

use aws_sdk_secretsmanager::{Client, config::Builder};
use chaos_sdk_interceptor::{Chaos, ChaosExt, ChaosSdk};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let config = aws::config();
    let chaos = Chaos::from_env(&config).await;
    let config = config.chaos(&chaos);
    let with_interceptor = Builder::from(&config).interceptor(chaos.interceptor());
    let client = Client::from_conf(with_interceptor.build());
    println!("enabled={} secrets={}", chaos_core::ENABLED, aws::read(&client).await);
}

//! What else the production face has: each name is there in every build, and
//! its futures may be awaited on any thread.

mod aws;

use std::fmt::Display;
use std::future::Future;
use std::time::Duration;

use aws_sdk_secretsmanager::{Client, config::Builder};
use chaos_sdk_interceptor::{Chaos, ChaosSdk, inherit, with_labels};

static INERT: Chaos = Chaos::inert();

fn on_any_thread<F: Future + Send>(future: F) -> F {
    future
}

fn on_any_thread_too<T: Clone + Send>(it: T) -> T {
    it
}

async fn chosen(config: &aws_types::SdkConfig) -> Chaos {
    match on_any_thread(Chaos::try_from_env(config)).await {
        Ok(chaos) => chaos,
        Err(error) => {
            eprintln!("{error}");
            on_any_thread(Chaos::from_env_http()).await
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let config = aws::config();
    let chaos = on_any_thread(chosen(&config)).await;
    let http = chaos.http_client_with_credentials(aws::Canned);
    let client = Client::from_conf(Builder::from(&config).http_client(http).build());
    let secret = on_any_thread(with_labels([("user", "test-1")], inherit(aws::read(&client)))).await;
    on_any_thread(INERT.flush()).await;
    on_any_thread(chaos.ready(Duration::ZERO)).await;
    let _ = (on_any_thread_too(chaos.lambda("a handler")), on_any_thread_too(chaos.lambda_layer()));
    let health: &dyn Display = &chaos.health();
    println!("secret={secret} health={health}");
}

//! The function's program: this test binary once more, with variables set.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_types::SdkConfig;
use chaos_core::Chaos;
use chaos_sdk_interceptor::ChaosExt;
use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use serde_json::{Value, json};
use std::time::Duration;

/// How the handle is told of invocations: `lambda`, `layer` or `none`.
pub(crate) const FORM: &str = "TEST_FORM";
/// Where the function's own database is.
pub(crate) const ORDERS: &str = "TEST_ORDERS";
/// Whether the cold start waits for the table.
pub(crate) const READY: &str = "TEST_READY";

/// No test: the function, where the variables say so.
#[test]
fn function() {
    let Ok(form) = std::env::var(FORM) else { return };
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run(&form)).unwrap();
}

async fn run(form: &str) -> Result<(), Error> {
    let config = config();
    let chaos = Chaos::from_env(&config).await;
    if std::env::var_os(READY).is_some() {
        chaos.ready(Duration::from_secs(60)).await;
    }
    let orders = config.into_builder().endpoint_url(std::env::var(ORDERS)?).build();
    let orders = &Client::new(&orders.chaos(&chaos));
    let handler = service_fn(async |_: LambdaEvent<Value>| Ok::<_, Error>(json!(call(orders).await)));
    match form {
        "lambda" => lambda_runtime::run(chaos.lambda(handler)).await,
        "layer" => Runtime::new(handler).layer(chaos.lambda_layer()).run().await,
        _ => lambda_runtime::run(handler).await,
    }
}

/// What the handler's one call comes to: `ok`, or the error's code.
async fn call(orders: &Client) -> String {
    let key = |name: &str| (name.to_owned(), AttributeValue::S("x".to_owned()));
    let call = orders.get_item().table_name("orders").set_key(Some([key("pk"), key("sk")].into()));
    match call.send().await {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.code().unwrap_or("?").to_owned(),
    }
}

fn config() -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(SharedCredentialsProvider::new(Credentials::for_tests()))
        .region(Region::from_static("us-east-1"))
        .retry_config(RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(
            aws_smithy_async::rt::sleep::TokioSleep::new(),
        ))
        .build()
}

//! The Lambda function's program: `cargo lambda build -p examples --bin lambda`.

use examples::lambda::Function;
use lambda_runtime::{Error, service_fn};

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing_subscriber::fmt().without_time().init();
    let function = &Function::cold_start().await;
    lambda_runtime::run(service_fn(|event| function.handle(event))).await
}

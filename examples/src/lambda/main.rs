//! The Lambda function's program: `cargo lambda build -p examples --bin lambda`.

use examples::lambda::Function;
use lambda_runtime::{Error, service_fn};

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing_subscriber::fmt().without_time().init();
    let (function, chaos) = &Function::cold_start().await;
    // The process is frozen between invocations: `lambda` sees to it that it hears of faults all the same.
    lambda_runtime::run(chaos.lambda(service_fn(|event| function.handle(event)))).await
}

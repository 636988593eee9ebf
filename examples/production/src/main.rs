//! The same source with faults and without: there is no `cfg` in it.

use chaos_http::{Chaos, ChaosExt};
use reqwest_middleware::ClientWithMiddleware;

/// A build for production with faults in it is refused. `deploy.sh` sets the
/// variable; without it, as in tests and in staging, both builds are welcome.
const _: () = assert!(
    option_env!("FOR_PRODUCTION").is_none() || !chaos_core::ENABLED,
    "built for production with the feature `chaos`"
);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let chaos = Chaos::from_env_http().await;
    let client = reqwest::Client::new().chaos(&chaos);
    // With the AWS SDK:
    //     let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    //     let chaos = Chaos::from_env(&config).await;
    //     let config = config.chaos(&chaos);

    println!("faults can be injected: {}; {}", chaos_core::ENABLED, chaos.health());
    if let Some(url) = std::env::args().nth(1) {
        println!("{url}: {}", status(&client, &url).await);
    }
    chaos.flush().await;
}

async fn status(client: &ClientWithMiddleware, url: &str) -> String {
    match client.get(url).send().await {
        Ok(answer) => answer.status().to_string(),
        Err(error) => error.to_string(),
    }
}

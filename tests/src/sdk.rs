//! SDK configs for tests: no environment, no waiting between retries.

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::HttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_types::region::Region;
use aws_types::sdk_config::{Builder, SdkConfig};
use std::time::Duration;

/// The access key that requests are signed with.
pub const ACCESS_KEY: &str = "AKIDTESTS";
/// Its secret.
pub const SECRET_KEY: &str = "a secret for tests";

/// A config for clients that call `endpoint`, with three attempts.
pub fn config(endpoint: &str) -> Builder {
    crate::logs::install();
    let credentials = Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "tests");
    let retries = RetryConfig::standard().with_initial_backoff(Duration::ZERO);
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(retries.with_max_backoff(Duration::ZERO))
        .endpoint_url(endpoint)
}

/// A config for clients that `http` serves, in no network.
pub fn in_memory(http: impl HttpClient + 'static) -> Builder {
    config("http://upstream.invalid").http_client(http)
}

//! Engines on this machine: they take any credentials, and need some.

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_dynamodb::config::{Builder, Region};
use aws_types::SdkConfig;
use std::time::Duration;

/// Who has credentials on this machine has them at once; what asks EC2 for them has none.
const PATIENCE: Duration = Duration::from_millis(300);

/// Sets the endpoint. On this machine requests are signed with the key `test`
/// where `config` gives no credentials, and for `us-east-1` where it names no
/// region: AWS would refuse both, emulators accept them.
pub fn with_endpoint(builder: Builder, config: &SdkConfig, endpoint: &str) -> Builder {
    let builder = builder.endpoint_url(endpoint);
    if !is_loopback(endpoint) {
        return builder;
    }
    let builder = builder.credentials_provider(OrTest(config.credentials_provider()));
    match config.region() {
        Some(_) => builder,
        None => builder.region(Region::from_static("us-east-1")),
    }
}

/// Credentials of the application, or `test`.
#[derive(Debug)]
struct OrTest(Option<SharedCredentialsProvider>);

impl ProvideCredentials for OrTest {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async move {
            let test = Credentials::new("test", "test", None, None, "monkeyless-chaos");
            let Some(provider) = &self.0 else { return Ok(test) };
            let given = tokio::time::timeout(PATIENCE, provider.provide_credentials()).await;
            Ok(given.ok().and_then(Result::ok).unwrap_or(test))
        })
    }
}

/// Whether a URL leads to this machine only, as an emulator's does.
fn is_loopback(endpoint: &str) -> bool {
    let rest = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // What precedes an `@` is no host, however much it looks like one.
    let host = authority.rsplit('@').next().unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_credential_types::provider::error::CredentialsError;

    /// Gives credentials, has none, or is never done.
    #[derive(Debug)]
    enum Provider {
        Ours,
        None,
        Silent,
    }

    impl ProvideCredentials for Provider {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            future::ProvideCredentials::new(async move {
                match self {
                    Self::Ours => Ok(Credentials::new("ours", "x", None, None, "here")),
                    Self::None => Err(CredentialsError::not_loaded("none")),
                    Self::Silent => std::future::pending().await,
                }
            })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_no_credentials_has_those_of_tests() {
        for (provider, key) in
            [(Provider::Ours, "ours"), (Provider::None, "test"), (Provider::Silent, "test")]
        {
            let given = OrTest(Some(SharedCredentialsProvider::new(provider))).provide_credentials().await;
            assert_eq!(given.map(|given| given.access_key_id().to_owned()).ok().as_deref(), Some(key));
        }
        let given = OrTest(None).provide_credentials().await;
        assert!(given.is_ok_and(|given| given.access_key_id() == "test"));
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for here in
            ["http://127.0.0.1:7071", "http://localhost", "http://[::1]:8000/", "https://LOCALHOST:1/x"]
        {
            assert!(is_loopback(here), "{here}");
        }
        for elsewhere in [
            "http://localhost.example",
            "http://127.0.0.1.example",
            "http://127.0.0.1@evil.example",
            "https://dynamodb.eu-west-1.amazonaws.com",
            "http://[::2]",
            "",
        ] {
            assert!(!is_loopback(elsewhere), "{elsewhere}");
        }
    }
}

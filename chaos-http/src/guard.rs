//! Whose calls are never injected, whatever any spec says.

use crate::context::host;
use chaos_core::decide::SkipReason;
use reqwest::Url;
use std::net::IpAddr;

/// Variables that name where the platform is called: an authority or a URL.
const PLATFORM: [&str; 2] = ["AWS_LAMBDA_RUNTIME_API", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];

/// The Lambda runtime, instance metadata and container credentials.
pub(crate) struct Guard(Vec<Url>);

impl Guard {
    pub(crate) fn from_env() -> Self {
        Self::of(PLATFORM.iter().filter_map(|name| std::env::var(name).ok()))
    }

    fn of(places: impl IntoIterator<Item = String>) -> Self {
        let url = |place: String| match place.contains("://") {
            true => Url::parse(&place).ok(),
            false => Url::parse(&format!("http://{place}/")).ok(),
        };
        Self(places.into_iter().filter_map(url).collect())
    }

    /// Why a call must not be touched, if so.
    pub(crate) fn refuses(&self, url: &Url) -> Option<SkipReason> {
        let is_there = |place: &Url| {
            host(place) == host(url) && place.port_or_known_default() == url.port_or_known_default()
        };
        let refused = is_of_the_platform(host(url)) || self.0.iter().any(is_there);
        refused
            .then_some(SkipReason::Protected("calls for metadata, for credentials and of the Lambda runtime"))
    }
}

/// The links to instance metadata and container credentials (169.254.0.0/16 and
/// fd00:ec2::/32).
fn is_of_the_platform(host: &str) -> bool {
    match host.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => address.is_link_local(),
        Ok(IpAddr::V6(address)) => address.segments().starts_with(&[0xfd00, 0x0ec2]),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Guard;

    #[test]
    fn the_platform_is_out_of_reach_and_all_else_within() {
        let places = ["Runtime.Local:9001", "http://127.0.0.1:51679/creds"];
        let guard = Guard::of(places.map(str::to_owned));
        let cases = [
            ("http://169.254.169.254/latest/meta-data", true),
            ("http://169.254.170.23/v1/credentials", true),
            ("http://[fd00:ec2::254]/latest", true),
            ("http://[::ffff:169.254.169.254]/latest", true),
            ("http://runtime.local.:9001/2018-06-01/runtime/invocation/next", true),
            ("http://127.0.0.1:51679/other", true),
            ("http://runtime.local/", false),
            ("http://127.0.0.1:8000/", false),
            ("http://10.0.0.1/", false),
            ("https://169.254.169.254.example.com/", false),
        ];
        for (url, refused) in cases {
            assert_eq!(guard.refuses(&url.parse().unwrap()).is_some(), refused, "{url}");
        }
    }
}

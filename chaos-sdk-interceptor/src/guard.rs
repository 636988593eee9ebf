//! Whose calls are never injected, whatever any spec says: without credentials
//! nothing works, not even what would end the outage.

use crate::uri::Uri;
use chaos_core::decide::SkipReason;
use std::net::IpAddr;

/// Services through which credentials are had.
pub(crate) const CREDENTIALS: [&str; 4] = ["sts", "sso", "ssooidc", "signin"];

#[derive(Debug)]
pub(crate) struct Guard {
    credentials: bool,
    runtime_api: Option<Box<str>>,
}

impl Guard {
    /// For a loaded config: its credentials providers have a client of their
    /// own, so what comes here for STS is the application's.
    pub(crate) fn for_config() -> Self {
        Self { credentials: false, runtime_api: runtime_api() }
    }

    /// For a client that may serve credentials providers too.
    pub(crate) fn by_hand() -> Self {
        Self { credentials: true, runtime_api: runtime_api() }
    }

    /// Why a call must not be touched, if so.
    pub(crate) fn refuses(&self, service: Option<&str>, uri: &Uri<'_>) -> Option<SkipReason> {
        let what = match service {
            // Every SDK client names its service; the container credentials
            // provider, which may call any host, does not.
            None => "requests that name no service, as for container credentials,",
            Some("imds") => "calls for instance metadata",
            Some(service) if self.credentials && CREDENTIALS.contains(&service) => "calls for credentials",
            Some(_) if is_of_the_platform(uri.host) => "calls for metadata and credentials",
            Some(_) if self.is_runtime_api(uri) => "calls of the Lambda runtime",
            Some(_) => return None,
        };
        Some(SkipReason::Protected(what))
    }

    fn is_runtime_api(&self, uri: &Uri<'_>) -> bool {
        self.runtime_api.as_deref().is_some_and(|authority| {
            let (host, port) = Uri::host_and_port(authority);
            uri.host.eq_ignore_ascii_case(host) && uri.port.unwrap_or("80") == port.unwrap_or("80")
        })
    }
}

/// The links to instance metadata (169.254.169.254, fd00:ec2::254), container
/// credentials (169.254.170.2, 169.254.170.23, fd00:ec2::23) and their like:
/// nothing else of AWS lives at such addresses.
fn is_of_the_platform(host: &str) -> bool {
    match host.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => address.is_link_local(),
        Ok(IpAddr::V6(address)) => address.segments().starts_with(&[0xfd00, 0x0ec2]),
        Err(_) => false,
    }
}

fn runtime_api() -> Option<Box<str>> {
    std::env::var("AWS_LAMBDA_RUNTIME_API").ok().filter(|host| !host.is_empty()).map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::Guard;
    use crate::uri::Uri;

    fn guard(credentials: bool) -> Guard {
        Guard { credentials, runtime_api: Some("127.0.0.1:9001".into()) }
    }

    fn refuses(guard: &Guard, service: &str, uri: &str) -> bool {
        let service = Some(service).filter(|service| !service.is_empty());
        guard.refuses(service, &Uri::of(uri)).is_some()
    }

    #[test]
    fn the_platform_is_out_of_reach_for_all() {
        let hosts = [
            "http://169.254.169.254/latest/meta-data",
            "http://169.254.169.254:80/latest",
            "http://169.254.169.254./latest",
            "http://[fd00:ec2::254]/latest",
            "http://[FD00:EC2::254]:80/latest",
            "http://[fd00:0ec2:0:0:0:0:0:254]/latest",
            "http://[::ffff:169.254.169.254]/latest",
            "http://169.254.170.2/v2/credentials",
            "http://169.254.170.23/v1/credentials",
            "http://[fd00:ec2::23]/v1/credentials",
            "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
        ];
        for uri in hosts {
            for guard in [guard(true), guard(false)] {
                assert!(refuses(&guard, "kinesis", uri), "{uri}");
                assert!(refuses(&guard, "", uri), "{uri}");
            }
        }
        assert!(refuses(&guard(false), "imds", "http://localhost:1338/latest"));
        assert!(refuses(&guard(false), "", "http://localhost:51679/creds"));
        assert!(refuses(&guard(false), "", "https://creds.internal.example/"));
    }

    #[test]
    fn the_runtime_api_is_known_by_host_and_port() {
        let named = Guard { credentials: false, runtime_api: Some("Runtime.Local".into()) };
        assert!(refuses(&named, "lambda", "http://runtime.local./x"));
        assert!(refuses(&named, "lambda", "http://RUNTIME.LOCAL:80/x"));
        assert!(!refuses(&named, "lambda", "http://runtime.local:81/x"));
        assert!(!refuses(&guard(false), "dynamodb", "http://127.0.0.1:8000/"));
    }

    #[test]
    fn credentials_are_out_of_reach_by_hand() {
        for service in ["sts", "sso", "ssooidc", "signin"] {
            let uri = format!("https://{service}.eu-west-1.amazonaws.com/");
            assert!(refuses(&guard(true), service, &uri), "{service}");
            assert!(!refuses(&guard(false), service, &uri), "{service}");
        }
    }

    #[test]
    fn other_calls_are_in_reach() {
        let uris = [
            "https://kinesis.eu-west-1.amazonaws.com/",
            "http://localhost:8000/",
            "http://10.0.0.1/",
            "http://[fe80::1]/",
            "http://[fd00:ec3::254]/",
            "https://169.254.169.254.example.com/",
        ];
        for uri in uris {
            assert!(!refuses(&guard(true), "kinesis", uri), "{uri}");
        }
    }
}

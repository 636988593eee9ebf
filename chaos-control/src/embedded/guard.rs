//! Whom the listener does not serve.
//!
//! Nobody proves who they are on the loopback listener, so that the browser
//! of whoever runs it must not become a way in. A page of another site can
//! make its visitor's browser send requests here; the browser then says so in
//! `Origin`. A page that had its own name resolve to 127.0.0.1 (DNS rebinding)
//! need not send `Origin`, but the browser still sends that name in `Host`.

use std::net::IpAddr;

use axum::http::{
    HeaderMap, Uri,
    header::{HOST, ORIGIN},
    uri::Authority,
};

/// Why a request is refused whatever it asks for; `None` when it is not.
pub(crate) fn refusal(uri: &Uri, headers: &HeaderMap) -> Option<&'static str> {
    if headers.contains_key(ORIGIN) {
        return Some("Requests of web pages (with an `Origin` header) are refused.");
    }
    if !is_addressed_to_loopback(uri, headers) {
        return Some("The `Host` must be localhost, 127.0.0.1 or [::1].");
    }
    None
}

/// Whether a request names a loopback host, and no other anywhere.
fn is_addressed_to_loopback(uri: &Uri, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter().peekable();
    hosts.peek().is_some()
        && hosts.all(|host| host.to_str().is_ok_and(is_loopback))
        && uri.authority().is_none_or(|authority| is_loopback(authority.as_str()))
}

/// Whether `host`, which may have a port, is a loopback name.
///
/// Addresses are parsed and never compared as text: `127.0.0.1.evil.example`
/// is a name like any other.
fn is_loopback(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    let name = authority.host();
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    !host.contains('@')
        && (name.eq_ignore_ascii_case("localhost")
            || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(uri: &'static str, headers: &[(&'static str, &'static str)]) -> bool {
        let mut map = HeaderMap::new();
        for &(name, value) in headers {
            map.append(name, axum::http::HeaderValue::from_static(value));
        }
        refusal(&Uri::from_static(uri), &map).is_some()
    }

    #[test]
    fn loopback_names_are_served() {
        for host in ["localhost", "LocalHost:7071", "127.0.0.1:1", "127.9.9.9", "[::1]", "[::1]:80"] {
            assert!(!refused("/", &[("host", host)]), "{host}");
        }
    }

    #[test]
    fn other_names_are_refused() {
        for host in [
            "",
            "example.com",
            "127.0.0.1.example.com",
            "localhost.example.com",
            "example-localhost",
            "localhost@example.com",
            "example.com@localhost",
            "0.0.0.0",
            "192.168.0.1",
            "[::2]",
            "[::ffff:10.0.0.1]",
            "localhost/",
            "localhost, example.com",
            ":80",
        ] {
            assert!(refused("/", &[("host", host)]), "{host:?}");
        }
    }

    #[test]
    fn every_name_in_a_request_must_be_loopback() {
        let local = ("host", "localhost");
        assert!(refused("/", &[]), "no host");
        assert!(refused("/", &[local, ("host", "example.com")]), "a second host");
        assert!(refused("http://example.com/", &[local]), "an absolute target");
        assert!(!refused("http://localhost:80/", &[local]));
    }

    #[test]
    fn any_origin_is_refused() {
        for origin in ["http://localhost:7070", "https://example.com", "null", ""] {
            assert!(refused("/", &[("host", "localhost"), ("origin", origin)]), "{origin:?}");
        }
    }
}

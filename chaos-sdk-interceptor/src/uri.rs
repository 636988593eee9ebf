//! The parts of a request's URI that are asked for, borrowed.

/// `scheme://host:port/path?query`, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Uri<'a> {
    /// Without port, brackets and trailing dot, in the case it was written in.
    pub(crate) host: &'a str,
    /// As written; `None` for the scheme's own.
    pub(crate) port: Option<&'a str>,
    /// Without query; empty where there is none.
    pub(crate) path: &'a str,
}

impl<'a> Uri<'a> {
    pub(crate) fn of(uri: &'a str) -> Self {
        let rest = behind_scheme(uri);
        let (authority, rest) = before(rest, |byte| matches!(byte, b'/' | b'?' | b'#'));
        let (path, _) = before(rest, |byte| matches!(byte, b'?' | b'#'));
        let (host, port) = Self::host_and_port(authority);
        Self { host, port, path }
    }

    /// Of an authority, such as `[::1]:8080`.
    pub(crate) fn host_and_port(authority: &'a str) -> (&'a str, Option<&'a str>) {
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, rest)) => (host, rest.strip_prefix(':')),
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        (host.strip_suffix('.').unwrap_or(host), port.filter(|port| !port.is_empty()))
    }
}

fn behind_scheme(uri: &str) -> &str {
    let (_, rest) = before(uri, |byte| byte == b':');
    rest.strip_prefix("://").unwrap_or(uri)
}

/// What stands before the first byte that ends it (an ASCII one), and the rest.
///
/// URIs are short: quicker than searching for texts.
fn before(text: &str, ends: impl Fn(u8) -> bool) -> (&str, &str) {
    let end = text.bytes().position(ends).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::Uri;

    #[test]
    fn a_uri_is_taken_apart() {
        let cases = [
            ("https://kinesis.eu-west-1.amazonaws.com/", "kinesis.eu-west-1.amazonaws.com", None, "/"),
            ("http://localhost:8000/a/b?c=/d:1@x", "localhost", Some("8000"), "/a/b"),
            ("http://localhost:8000?c=/d", "localhost", Some("8000"), ""),
            ("http://localhost#c://d/e", "localhost", None, ""),
            ("localhost:8000/a?b=http://c/d", "localhost", Some("8000"), "/a"),
            ("http://u:p@HOST.:1/", "HOST", Some("1"), "/"),
            ("http://[fd00:ec2::254]:80/latest", "fd00:ec2::254", Some("80"), "/latest"),
            ("http://[::1]/", "::1", None, "/"),
            ("http://host:/", "host", None, "/"),
            ("/only/a/path", "", None, "/only/a/path"),
            ("", "", None, ""),
        ];
        for (uri, host, port, path) in cases {
            assert_eq!(Uri::of(uri), Uri { host, port, path }, "{uri}");
        }
    }
}

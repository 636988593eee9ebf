//! The parts of URLs that targets name.

/// The host without user, port, brackets and trailing dot, in lower case, and
/// the path without query, `/` where there is none. A text without a scheme
/// counts from its host on.
pub(super) fn host_and_path(url: &str) -> (String, String) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let path = tail.split(['?', '#']).next().unwrap_or_default();
    let path = if path.is_empty() { "/" } else { path };
    (host(authority.rsplit('@').next().unwrap_or_default()), path.to_owned())
}

/// The host of an authority without user.
pub(super) fn host(authority: &str) -> String {
    let name = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        // More than one colon is an address of IPv6 without its brackets.
        None if authority.matches(':').count() > 1 => authority,
        None => authority.split(':').next().unwrap_or_default(),
    };
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::host_and_path;

    #[test]
    fn host_and_path_are_those_of_the_request() {
        for (url, host, path) in [
            ("https://API.payments.example/v1/charge?id=7#x", "api.payments.example", "/v1/charge"),
            ("http://user:secret@h.example:8080", "h.example", "/"),
            ("http://h.example.?q=/not", "h.example", "/"),
            ("http://[::1]:8000/a", "::1", "/a"),
            ("h.example/a", "h.example", "/a"),
            ("http://a@b@h/", "h", "/"),
            ("", "", "/"),
        ] {
            assert_eq!(host_and_path(url), (host.to_owned(), path.to_owned()), "{url}");
        }
    }
}

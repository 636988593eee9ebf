//! The labels of S3, whose bucket stands in the host or in the path.

use super::Request;
use super::uri::{Labels, path};
use std::borrow::Cow;
use std::net::IpAddr;

/// Where the bucket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style<'a> {
    /// In the host.
    Host(&'a str),
    /// In the path.
    Path,
    /// The host stands for it, and does not tell its name: access points.
    Unnamed,
}

/// The label at a segment of the path as it is defined: `/{Bucket}/{Key+}`.
pub(super) fn label<'a>(request: &Request<'a, '_>, labels: Labels, segment: u16) -> Option<Cow<'a, str>> {
    let path = path(request.uri);
    let style = style(request.host, path, labels);
    match (style, segment.checked_sub(1)) {
        (Style::Path, _) => labels.value(path, segment),
        (Style::Host(bucket), None) => Some(Cow::Borrowed(bucket)),
        (Style::Unnamed, None) => None,
        (Style::Host(_) | Style::Unnamed, Some(segment)) => {
            let of = labels.of.checked_sub(1)?;
            let rest = labels.rest.and_then(|rest| rest.checked_sub(1));
            Labels { of, rest }.value(path, segment)
        }
    }
}

fn style<'a>(host: &'a str, path: &str, labels: Labels) -> Style<'a> {
    of_host(host).unwrap_or_else(|| {
        let segments = path.split('/').filter(|segment| !segment.is_empty()).count();
        match host.split_once('.') {
            // Too short for a path with the bucket in it.
            Some((bucket, _)) if segments < usize::from(labels.of) && host.parse::<IpAddr>().is_err() => {
                Style::Host(bucket)
            }
            _ => Style::Path,
        }
    })
}

/// What the host alone tells: `orders.s3.eu-west-1.amazonaws.com`, `s3.example`.
fn of_host(host: &str) -> Option<Style<'_>> {
    const LOCALHOST: &str = ".localhost";
    if let Some(bucket) = host.strip_suffix(LOCALHOST) {
        // `s3.localhost` is one more name of an endpoint.
        return Some(if bucket == "s3" { Style::Path } else { Style::Host(bucket) });
    }
    let (start, label) = labels(host).filter(|(_, label)| is_of_s3(label)).last()?;
    let before = host.get(..start.saturating_sub(1))?;
    let is_other = ["accesspoint", "outposts", "object-lambda"].iter().any(|other| label.contains(other));
    Some(match before {
        _ if is_other => Style::Unnamed,
        "" => Style::Path,
        bucket => Style::Host(bucket),
    })
}

/// The labels of a host, and where each begins.
fn labels(host: &str) -> impl Iterator<Item = (usize, &str)> {
    host.split('.').scan(0, |next, label| {
        let start = *next;
        *next += label.len() + 1;
        Some((start, label))
    })
}

fn is_of_s3(label: &str) -> bool {
    label == "s3" || label.starts_with("s3-") || label.starts_with("s3express-")
}

//! Members in the path and the query of a request.

use super::path::number;
use std::borrow::Cow;

/// The labels of a path, such as `/{Bucket}/{Key+}`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Labels {
    /// Of how many segments the path is.
    pub(super) of: u16,
    /// Which of them may hold slashes.
    pub(super) rest: Option<u16>,
}

impl Labels {
    /// The label at a segment, from 0. The endpoint's own path may stand before
    /// it, where no label holds slashes.
    pub(super) fn value<'a>(self, path: &'a str, segment: u16) -> Option<Cow<'a, str>> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let path = if self.rest.is_none() { path.trim_end_matches('/') } else { path };
        let more = path.split('/').count().checked_sub(usize::from(self.of))?;
        let (first, count) = match self.rest {
            None => (usize::from(segment) + more, 1),
            Some(rest) if segment < rest => (usize::from(segment), 1),
            Some(rest) if segment == rest => (usize::from(segment), more + 1),
            Some(_) => (usize::from(segment) + more, 1),
        };
        let from = after(path, first)?;
        let end = after(from, count).map_or(from.len(), |rest| from.len() - rest.len() - 1);
        decoded(from.get(..end)?, false).filter(|value| !value.is_empty())
    }
}

/// What follows so many segments.
fn after(path: &str, segments: usize) -> Option<&str> {
    let Some(last) = segments.checked_sub(1) else { return Some(path) };
    let (slash, _) = path.match_indices('/').nth(last)?;
    path.get(slash + 1..)
}

/// The path of a URI, without query.
pub(super) fn path(uri: &str) -> &str {
    let (_, rest) = uri.split_once("://").unwrap_or(("", uri));
    let rest = rest.find(['?', '#']).and_then(|end| rest.get(..end)).unwrap_or(rest);
    rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or_default()
}

/// A parameter of the query; of a list, the entry of this number.
pub(super) fn query<'a>(uri: &'a str, name: &str, entry: &[&str]) -> Option<Cow<'a, str>> {
    let entry = match entry {
        [] => 0,
        [entry] => number(entry)?,
        _ => return None,
    };
    let query = uri.split_once('?')?.1;
    let query = query.split_once('#').map_or(query, |(query, _)| query);
    let fields = query.split('&').map(|field| field.split_once('=').unwrap_or((field, "")));
    let mut found = fields.filter(|(key, _)| decoded(key, false).is_some_and(|key| key == name));
    decoded(found.nth(entry)?.1, false)
}

/// Percent-decoded, in forms with `+` for a space; `None` for what is no text.
pub(super) fn decoded(text: &str, is_form: bool) -> Option<Cow<'_, str>> {
    if !text.contains(['%', '+']) {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let (byte, after) = match (byte, escaped(after)) {
            (b'%', Some(escaped)) => (escaped, after.get(2..).unwrap_or_default()),
            (b'+', _) if is_form => (b' ', after),
            _ => (*byte, after),
        };
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

fn escaped(after: &[u8]) -> Option<u8> {
    let digits = after.get(..2)?;
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(digits.first()?)? << 4 | digit(digits.last()?)?)
}

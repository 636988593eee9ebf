//! The numbers that Python writes and JSON does not have.

use std::borrow::Cow;

const TOKENS: [&str; 3] = ["-Infinity", "Infinity", "NaN"];

/// The same text with bare `NaN`, `Infinity` and `-Infinity` as texts, which is
/// how AWS writes these numbers in JSON; all else is left as it is.
pub(super) fn quoted(text: &str) -> Cow<'_, str> {
    if !TOKENS.iter().any(|token| text.contains(token)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find(['"', '-', 'I', 'N']) {
        let (before, here) = rest.split_at(at);
        out.push_str(before);
        let (taken, left) = here.split_at(step(here));
        if TOKENS.contains(&taken) {
            out.extend(["\"", taken, "\""]);
        } else {
            out.push_str(taken);
        }
        rest = left;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// How many bytes of `here` belong together: a whole string, a token, or one byte.
fn step(here: &str) -> usize {
    if here.starts_with('"') {
        return string(here);
    }
    TOKENS.iter().find(|token| here.starts_with(**token)).map_or(1, |token| token.len())
}

/// The length of the string that `here` begins with, quotes and all.
fn string(here: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in here.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    here.len()
}

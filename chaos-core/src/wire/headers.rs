//! Headers as they can go over the wire.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Headers by lower-case name. Whatever goes in, names are HTTP tokens and
/// values visible ASCII: a name that is none is dropped.
#[derive(Debug, Default)]
pub(super) struct Headers(Vec<(String, String)>);

impl Headers {
    /// What was recorded; may name a header more than once. The media type is
    /// that of the recorder's protocol, not of this answer's.
    pub(super) fn replayed(headers: &[(String, String)]) -> Self {
        let mut replayed = Self::default();
        let kept = headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        kept.for_each(|(name, value)| replayed.push(name, value));
        replayed
    }

    /// Takes the place of every header of this name.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.0.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.push(name, value);
    }

    /// Where there is none of this name yet.
    pub(super) fn set_default(&mut self, name: &str, value: &str) {
        if !self.has(name) {
            self.push(name, value);
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn into_inner(self) -> Vec<(String, String)> {
        self.0
    }

    fn push(&mut self, name: &str, value: &str) {
        if !name.is_empty() && name.bytes().all(is_token) {
            self.0.push((name.to_ascii_lowercase(), safe(value)));
        }
    }
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Line ends and other control characters become spaces; what is not ASCII is
/// written as S3 writes it, an encoded word of RFC 2047.
fn safe(value: &str) -> String {
    let clean: String = value.chars().map(|c| if c.is_ascii_control() { ' ' } else { c }).collect();
    match clean.is_ascii() {
        true => clean,
        false => format!("=?UTF-8?B?{}?=", STANDARD.encode(clean)),
    }
}

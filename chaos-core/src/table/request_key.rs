//! What lies under an idempotency key.

use super::keys::Key;
use super::value::{Item, number, string, text, whole};
use super::{Sha256, StoreError};
use crate::clock::later;
use jiff::Timestamp;
use std::fmt;
use std::time::Duration;

/// How long an answer is kept.
pub(super) const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// Whoever has not answered after so long is taken to be gone.
pub(super) const GONE: Duration = Duration::from_secs(60);
/// The longest body that is kept, in bytes.
const MAX_BODY: usize = 64 * 1024;
/// The longest key, so that it fits into a sort key with any actor's name.
const MAX_KEY: usize = 255;

/// What a caller names a request with that he may repeat (`Idempotency-Key`):
/// 1 to 255 bytes, no control characters.
///
/// ```
/// use chaos_core::table::RequestKey;
/// assert!(RequestKey::new("5f0c6e4a").is_some());
/// assert_eq!(RequestKey::new(""), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey(String);

impl RequestKey {
    /// `None` where `key` is empty, too long, or holds control characters.
    pub fn new(key: &str) -> Option<Self> {
        let fits = (1..=MAX_KEY).contains(&key.len()) && !key.contains(char::is_control);
        fits.then(|| Self(key.to_owned()))
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An answer, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body; `None` where it has more than 64 KiB, for those are not kept.
    pub body: Option<String>,
}

/// What lies there.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) hash: Sha256,
    pub(super) at: Timestamp,
    pub(super) token: String,
    /// `None` while it is in flight.
    pub(super) answer: Option<KeptAnswer>,
}

impl Request {
    pub(super) fn item(&self, key: &Key) -> Item {
        let attributes = [
            ("hash", text(self.hash.as_str())),
            ("state", text("in flight")),
            ("at", text(self.at.to_string())),
            ("token", text(&self.token)),
            ("ttl", number(later(self.at, KEPT).as_second())),
        ];
        let mut item = key.item();
        item.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
        item
    }

    /// Nothing in it is guessed at: it decides whether something is done again.
    pub(super) fn parse(key: &Key, item: &Item) -> Result<Self, StoreError> {
        Self::read(item).map_err(|problem| StoreError::Unreadable { item: key.to_string(), problem })
    }

    fn read(item: &Item) -> Result<Self, String> {
        let answer = match string(item, "state").as_str() {
            "in flight" => None,
            "done" => Some(KeptAnswer::read(item)?),
            other => return Err(format!("`state` is {other:?}, and neither `in flight` nor `done`")),
        };
        let token = Some(string(item, "token")).filter(|token| !token.is_empty());
        Ok(Self {
            hash: Sha256::new(&string(item, "hash"))
                .ok_or("`hash` is no SHA-256 in 64 hexadecimal digits")?,
            at: string(item, "at").parse().map_err(|_| "`at` is no time".to_owned())?,
            token: token.ok_or("`token` is missing")?,
            answer,
        })
    }
}

impl KeptAnswer {
    fn read(item: &Item) -> Result<Self, String> {
        let status = whole(item, "status").and_then(|status| u16::try_from(status).ok());
        let status = status.filter(|status| (100..=599).contains(status));
        let body = match item.get("body") {
            None => None,
            Some(body) => Some(body.as_s().map_err(|_| "`body` is no text".to_owned())?.clone()),
        };
        Ok(Self { status: status.ok_or("`status` is no whole number from 100 to 599")?, body })
    }

    /// The body, as far as it is kept.
    pub(super) fn kept(&self) -> Option<&str> {
        self.body.as_deref().filter(|body| body.len() <= MAX_BODY)
    }
}

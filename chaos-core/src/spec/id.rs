//! Names of scenarios and fault specs.

use crate::door::{At, Door};
use serde::{Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// The id of a scenario or a fault spec: `[a-z0-9][a-z0-9-]{0,62}`.
///
/// ```
/// use chaos_core::spec::Id;
/// assert!(Id::new("orders-stream-throttled").is_some());
/// assert!(Id::new("Orders Stream").is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(transparent, description = "A name: 1 to 63 lower-case letters, digits and hyphens.")
)]
pub struct Id(
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[a-z0-9][a-z0-9-]{0,62}$")))] Arc<str>,
);

impl Id {
    /// `None` where `text` is not an id.
    pub fn new(text: &str) -> Option<Self> {
        let mut bytes = text.bytes();
        let head = bytes.next().is_some_and(is_letter_or_digit);
        let tail = bytes.all(|byte| is_letter_or_digit(byte) || byte == b'-');
        (head && tail && text.len() <= 63).then(|| Self(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        const RIGHT: &str =
            "write 1 to 63 lower-case letters, digits and hyphens, not starting with a hyphen";
        let id = Self::new(door.text(at, RIGHT)?);
        if id.is_none() {
            door.refuse(at, "is not an id", RIGHT);
        }
        id
    }
}

fn is_letter_or_digit(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Id {
    /// The name of a spec that code made without one.
    #[cfg(feature = "inject")]
    pub(crate) fn fault() -> Self {
        Self("fault".into())
    }
}

//! Who acts.

use crate::caps;
use std::fmt;
use std::sync::Arc;

/// The name under which an act is recorded: 1 to 256 bytes, no control characters.
///
/// ```
/// use chaos_core::table::Actor;
/// assert_eq!(Actor::new("alice").map(|actor| actor.to_string()).as_deref(), Some("alice"));
/// assert_eq!(Actor::new(""), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor(Arc<str>);

impl Actor {
    /// `None` where `name` is empty, too long or holds control characters.
    pub fn new(name: &str) -> Option<Self> {
        let fits = !name.trim().is_empty() && name.len() <= caps::MAX_NAME_BYTES;
        (fits && !name.contains(char::is_control)).then(|| Self(name.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

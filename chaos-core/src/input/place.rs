//! Where a member lies.

use serde::{Deserialize, Serialize};

/// Where a member of an operation's input lies in its request, when that is not
/// the body under the member's own name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Place {
    /// A segment of the path.
    Path {
        /// Which, from 0.
        segment: u16,
        /// Of how many.
        of: u16,
        /// The one that may hold slashes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rest: Option<u16>,
    },
    /// A parameter of the query.
    Query(Box<str>),
    /// A header, by its name in lower case.
    Header(Box<str>),
    /// All headers whose names begin so, in lower case.
    Headers(Box<str>),
    /// The body is the member.
    Payload,
    /// The body, under this name.
    Body(Box<str>),
}

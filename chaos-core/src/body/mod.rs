//! The real answer, damaged or slowed down while it streams through.
//!
//! What happens to a body is told by machines that know nothing of polling
//! ([`Damage`], [`Pace`]); [`Damaged`] and [`Slowed`] put them around an
//! [`http_body::Body`], for any adapter. Nothing is gathered on the way: what is
//! held back is at most the tail that may have to be cut off
//! ([`Truncate::MAX_BEFORE_END`](crate::spec::Truncate::MAX_BEFORE_END)).

#[cfg(feature = "inject")]
mod cut;
#[cfg(feature = "inject")]
mod damage;
#[cfg(feature = "inject")]
mod damaged;
#[cfg(feature = "inject")]
mod flips;
#[cfg(feature = "inject")]
mod frames;
#[cfg(feature = "inject")]
mod length;
#[cfg(feature = "inject")]
mod masks;
pub mod members;
#[cfg(feature = "inject")]
mod pace;
#[cfg(feature = "inject")]
mod slowed;
#[cfg(feature = "inject")]
mod slowing;
#[cfg(feature = "inject")]
mod whole;

#[cfg(feature = "inject")]
pub use damage::Damage;
#[cfg(feature = "inject")]
pub use damaged::Damaged;
#[cfg(feature = "inject")]
pub use length::Length;
#[cfg(feature = "inject")]
pub use pace::{Pace, Step};
#[cfg(feature = "inject")]
pub use slowed::Slowed;
#[cfg(feature = "inject")]
pub use slowing::{Slowing, Timer};
#[cfg(feature = "inject")]
pub use whole::Rejoined;

/// Any error of a body.
#[cfg(feature = "inject")]
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// How an adapter's client reports a body that died: its own kind of error.
#[cfg(feature = "inject")]
pub type MakeError = Box<dyn Fn(Died) -> BoxError + Send + Sync>;

/// What became of the connection in the middle of a body.
#[cfg(feature = "inject")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Died {
    /// The peer closed it.
    Closed,
    /// The peer reset it.
    Reset,
    /// Nothing came for [`crate::caps::MAX_DELAY`], the longest that a call is
    /// held up.
    Stalled,
}

/// The size of a body with so many bytes before it.
#[cfg(feature = "inject")]
fn longer(rest: &http_body::SizeHint, bytes: u64) -> http_body::SizeHint {
    let mut hint = http_body::SizeHint::new();
    hint.set_lower(rest.lower().saturating_add(bytes));
    if let Some(upper) = rest.upper() {
        hint.set_upper(upper.saturating_add(bytes));
    }
    hint
}

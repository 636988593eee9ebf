//! Fault injection for reqwest calls.
#[cfg(feature = "inject")]
mod act;
#[cfg(feature = "inject")]
mod adapter;
#[cfg(feature = "inject")]
mod context;
#[cfg(feature = "inject")]
mod genuine;
#[cfg(feature = "inject")]
mod guard;
#[cfg(feature = "inject")]
mod middleware;
#[cfg(feature = "inject")]
mod watch;

#[cfg(not(feature = "inject"))]
mod off;

#[cfg(feature = "inject")]
pub use adapter::{Adapter, ChaosExt};
pub use chaos_core::{Chaos, with_labels};
#[cfg(not(feature = "inject"))]
pub use off::{Adapter, ChaosExt};

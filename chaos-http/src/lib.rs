//! The place of the reqwest adapter, which is **not built yet**: this crate
//! holds nothing but the handle, so that features and dependencies can be laid
//! out as they will be.
//!
//! Until it is, target AWS SDK calls through `chaos-sdk-interceptor`.

pub use chaos_core::{Chaos, with_labels};

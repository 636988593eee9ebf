//! Monkeyless Chaos: fault specs, matching and deciding, and the handle that
//! the adapters consult.
//!
#![cfg_attr(
    all(doc, feature = "inject"),
    doc = "**How to use it is told in the [`guide`]**: a page per fault, tests, game days, safety."
)]
#![cfg_attr(
    all(doc, not(feature = "inject")),
    doc = "How to use it is told in the `guide`, a part of the documentation with the feature `inject`."
)]
//!
//! An intercepted call reads front to back, and so does this module list:
//! call context, match, decide, effect, report. With the feature `inject` off
//! nothing of it is compiled; what is left is an empty [`Chaos`].
//!
//! | feature | brings |
//! |---|---|
//! | (none) | the production face, zero-sized |
//! | `model` | specs, validation, deciding, explaining: pure |
//! | `catalogue` | every service, operation, error and input member of AWS by name (1.3 MB) |
//! | `shapes` | the shapes of outputs, which pills are played by (1.6 MB); brings `catalogue` |
//! | `zip` | pills in zips |
//! | `schema` | the JSON Schema of the spec format |
//! | `table` | the shared DynamoDB table; with `inject`, its reader |
//! | `inject` | the live handle: a build with it can inject faults |

#[cfg(all(feature = "inject", chaos_forbid))]
compile_error!(
    "chaos_forbid is set and the feature `inject` of chaos-core is on: this build could inject \
     faults. Find who turns it on with `cargo tree -e features -i chaos-core`."
);

#[cfg(feature = "model")]
pub mod body;
#[cfg(feature = "model")]
pub mod caps;
#[cfg(feature = "catalogue")]
pub mod catalogue;
#[cfg(feature = "model")]
pub mod clock;
#[cfg(feature = "model")]
pub mod context;
#[cfg(feature = "model")]
pub mod decide;
#[cfg(feature = "model")]
pub mod described;
#[cfg(feature = "model")]
pub mod door;
#[cfg(feature = "model")]
pub mod effect;
// Pages of documentation: no build holds them. Some of their examples need the names of AWS.
#[cfg(all(doc, feature = "inject", any(not(doctest), feature = "catalogue")))]
pub mod guide;
#[cfg(feature = "model")]
pub mod input;
#[cfg(feature = "model")]
mod names;
#[cfg(feature = "model")]
pub mod partial;
#[cfg(feature = "model")]
pub mod pill;
#[cfg(feature = "model")]
pub mod settings;
#[cfg(feature = "model")]
pub mod source;
#[cfg(feature = "model")]
pub mod spec;
#[cfg(feature = "inject")]
pub mod sweep;
#[cfg(feature = "table")]
pub mod table;
#[cfg(feature = "model")]
pub mod wire;

mod ext;
#[cfg_attr(feature = "inject", doc(hidden))]
pub use ext::ChaosExt;

#[cfg(feature = "inject")]
mod handle;
#[cfg(feature = "inject")]
pub use handle::{
    AfterWait, Builder, Chaos, Counts, Entry, FaultBuilder, Health, InCode, Invocation, IsolatedScope,
    Journal, LambdaLayer, LambdaService, Observed, Reporting, Scope, Seen, StartError, TableHealth, Tried,
    Watched, call_key, fault, http_fault, inherit, label, with_labels,
};

#[cfg(not(feature = "inject"))]
mod off;
#[cfg(not(feature = "inject"))]
pub use off::{Chaos, Health, inherit, with_labels};

/// Whether this build can inject faults. `const _: () = assert!(!chaos_core::ENABLED);`
/// in a production `main.rs` makes sure that it cannot.
pub const ENABLED: bool = cfg!(feature = "inject");

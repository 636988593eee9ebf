//! The spec format: plain data, validated at the door.

mod address;
mod attempt;
mod corrupt;
mod doubts;
mod fault;
mod id;
mod latency;
mod outcome;
mod partial;
mod pattern;
mod rate;
mod scenario;
#[cfg(feature = "schema")]
mod schema;
mod slow_body;
mod target;
mod time;
mod when;

pub use attempt::Attempts;
pub use corrupt::{CorruptFault, Ending, Flip, Members, Truncate};
pub use fault::Fault;
pub use id::Id;
pub use latency::Latency;
#[cfg(any(feature = "inject", feature = "table"))]
pub(crate) use outcome::is_error_name;
pub use outcome::{ErrorFault, NetworkFault, Outcome, StatusFault};
pub use partial::PartialFault;
pub use pattern::{Case, Pattern, Patterns};
pub use rate::{AskedRate, Rate};
pub use scenario::{FaultSpec, Scenario};
pub use slow_body::SlowBodyFault;
pub use target::{Target, service_id};
pub use time::{format_duration, parse_duration};
pub use when::{Key, Per, When};

/// The JSON Schema of a scenario or a single spec, generated from these types.
#[cfg(feature = "schema")]
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(schema::Document).to_value()
}

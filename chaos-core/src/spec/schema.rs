//! Shapes for the JSON Schema where a value has several spellings.

#![allow(dead_code, clippy::large_enum_variant, reason = "these types are only described, never made")]

use super::id::Id;
use super::outcome::{ErrorFault, NetworkFault, StatusFault};
use super::scenario::Scenario;
use super::target::Target;
use schemars::JsonSchema;

/// A text, or several of which any may match; `*` and `?` are wildcards.
#[derive(JsonSchema)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// A range of attempts: `"2"`, `"2.."`, `"1..3"`, or a number.
#[derive(JsonSchema)]
#[serde(untagged)]
pub(crate) enum TextOrInt {
    Text(String),
    Int(u32),
}

/// A percentage as text, or a share as a number with a fraction.
#[derive(JsonSchema)]
#[serde(untagged)]
pub(crate) enum TextOrNumber {
    Text(String),
    Number(f64),
}

/// A delay, an outcome, or a delay and then an outcome.
#[derive(JsonSchema)]
#[schemars(rename = "Fault", deny_unknown_fields)]
pub(crate) struct FaultShape {
    latency: Option<LatencyShape>,
    error: Option<ErrorShape>,
    status: Option<StatusShape>,
    pill: Option<crate::pill::PillFault>,
    network: Option<NetworkFault>,
    partial: Option<PartialShape>,
    corrupt: Option<CorruptShape>,
    slow_body: Option<SlowBodyShape>,
}

/// A delay such as `"200ms"`, or a distribution.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Latency")]
pub(crate) enum LatencyShape {
    Fixed(String),
    Uniform { uniform: [String; 2] },
    LogNormal { median: String, p99: String },
}

/// An error's name, or the error in full.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Error")]
pub(crate) enum ErrorShape {
    Name(String),
    Full(ErrorFault),
}

/// A status code, or the answer in full.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Status")]
pub(crate) enum StatusShape {
    Code(u16),
    Full(StatusFault),
}

/// The share of a batch's entries that fail, or that in full.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Partial")]
pub(crate) enum PartialShape {
    Text(String),
    Number(f64),
    Full(PartialFull),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct PartialFull {
    /// How many of the entries: `"50%"` or `0.5`; more than none.
    share: TextOrNumber,
    /// Whether they are done all the same; true where it is not said.
    sent: Option<bool>,
    /// The code of each; by default what the service sends when it is overloaded.
    code: Option<String>,
    /// The message of each; by default it says that it was injected.
    message: Option<String>,
}

/// The real answer, damaged: `"garbage"`, or the kind of damage.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Corrupt")]
pub(crate) enum CorruptShape {
    Garbage(GarbageWord),
    Kind(CorruptFull),
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GarbageWord {
    Garbage,
}

/// One kind of damage; `drop` and `replace` may stand together.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct CorruptFull {
    /// How many bytes are flipped (1 to 1024), or at which positions.
    flip: Option<FlipShape>,
    /// After how many bytes the body ends, or how many bytes before its end, below zero.
    truncate: Option<TruncateShape>,
    /// All bytes are others.
    garbage: Option<bool>,
    /// By how many bytes the length is wrong that the answer says.
    wrong_length: Option<i32>,
    /// Members that are left out: dotted paths in the names of the wire, or `header:` and a name.
    drop: Option<OneOrMany>,
    /// Other values by such paths.
    replace: Option<std::collections::BTreeMap<String, serde_json::Value>>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
pub(crate) enum FlipShape {
    Bytes(u32),
    At { at: Vec<u64> },
}

#[derive(JsonSchema)]
#[serde(untagged)]
pub(crate) enum TruncateShape {
    After(i64),
    Full { after: i64, by: Option<super::Ending> },
}

/// Bytes a second, or that and after how many bytes nothing comes any more.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "SlowBody")]
pub(crate) enum SlowBodyShape {
    Rate(u64),
    Full { rate: Option<u64>, stall_after: Option<u64> },
}

/// Which of the matching calls are hit.
#[derive(JsonSchema)]
#[schemars(rename = "When", deny_unknown_fields)]
pub(crate) struct WhenShape {
    /// The share that is hit: `"60%"` or `0.6`.
    rate: TextOrNumber,
    /// The first so many matching calls pass.
    skip: Option<u64>,
    /// After those, only every n-th is a candidate: with 3, the third, the sixth, ...
    #[schemars(range(min = 1))]
    every: Option<u64>,
    /// At most so many injections per process.
    #[schemars(range(min = 1))]
    max: Option<u64>,
    /// The rate grows from 0 to full over this time after arming.
    ramp: Option<String>,
    /// What a roll hangs on: `call` (the number of the match), `input`, or `label:` and a name.
    key: Option<String>,
    /// What is rolled for.
    per: Option<Per>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Per {
    Attempt,
    Call,
}

/// A single fault spec: a scenario of one.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct SingleSpec {
    id: Id,
    description: Option<String>,
    /// What its authors expect of the system while it is armed.
    hypothesis: Option<String>,
    /// Armed, where files, the environment and tests say so.
    enabled: Option<bool>,
    /// The latest end, where files and the environment arm.
    until: Option<String>,
    target: Target,
    fault: FaultShape,
    when: WhenShape,
}

/// What a spec file, an API body and an element of `CHAOS_SPECS` hold.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(title = "Monkeyless Chaos scenario or single fault spec")]
pub(crate) enum Document {
    Scenario(Scenario),
    Single(SingleSpec),
}

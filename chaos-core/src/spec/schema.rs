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

/// Only what is true.
pub(crate) struct True;

impl JsonSchema for True {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "True".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "const": true })
    }
}

fn not_zero(schema: &mut schemars::Schema) {
    schema.insert("not".to_owned(), serde_json::json!({ "const": 0 }));
}

/// `drop` and `replace` are one kind, all others stand alone.
fn one_kind(schema: &mut schemars::Schema) {
    let of = |name: &str| serde_json::json!({ "required": [name] });
    let members = serde_json::json!({ "anyOf": [of("drop"), of("replace")] });
    let kinds = ["flip", "truncate", "garbage", "wrong_length"].map(of).into_iter().chain([members]);
    schema.insert("oneOf".to_owned(), kinds.collect());
}

/// One kind of damage; `drop` and `replace` may stand together.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, transform = one_kind)]
pub(crate) struct CorruptFull {
    /// How many bytes are flipped (1 to 1024), or at which positions.
    flip: Option<FlipShape>,
    /// After how many bytes the body ends, or how many bytes before its end, below zero.
    truncate: Option<TruncateShape>,
    /// All bytes are others.
    garbage: Option<True>,
    /// By how many bytes the length is wrong that the answer says.
    #[schemars(transform = not_zero)]
    wrong_length: Option<i32>,
    /// Members that are left out: dotted paths in the names of the wire, or `header:` and a name.
    drop: Option<OneOrMany>,
    /// Other values by such paths.
    replace: Option<std::collections::BTreeMap<String, serde_json::Value>>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
pub(crate) enum FlipShape {
    Bytes(#[schemars(range(min = 1, max = 1024))] u32),
    At(FlipAt),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct FlipAt {
    /// Positions from 0, 1 to 1024 of them.
    at: OneOrManyPositions,
}

#[derive(JsonSchema)]
#[serde(untagged)]
pub(crate) enum OneOrManyPositions {
    One(u64),
    Many(#[schemars(length(min = 1, max = 1024))] Vec<u64>),
}

#[derive(JsonSchema)]
#[serde(untagged)]
pub(crate) enum TruncateShape {
    After(#[schemars(range(min = -65_536))] i64),
    Full(TruncateFull),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct TruncateFull {
    #[schemars(range(min = -65_536))]
    after: i64,
    by: Option<super::Ending>,
}

/// Bytes a second, or that and after how many bytes nothing comes any more.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "SlowBody")]
pub(crate) enum SlowBodyShape {
    Rate(#[schemars(range(min = 1))] u64),
    Full(SlowBodyFull),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1))]
pub(crate) struct SlowBodyFull {
    #[schemars(range(min = 1))]
    rate: Option<u64>,
    stall_after: Option<u64>,
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
    /// At most so many injections by all processes together, for specs in the table.
    #[schemars(range(min = 1))]
    fleet_max: Option<u64>,
    /// The rate grows from 0 to full over this time after arming.
    ramp: Option<String>,
    /// What a roll hangs on: `call` (the number of the match), `input`, or `label:` and a name.
    #[schemars(regex(pattern = "^(call|input|label:.+)$"))]
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

//! Which calls a fault spec is about.

use super::address;
use super::attempt::Attempts;
use super::pattern::{Case, Patterns};
use crate::caps;
use crate::door::{At, Door, Fields, Known};
use serde::Serialize;
use std::collections::BTreeMap;

/// Constraints of which every given one must match.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Target {
    /// The process's function name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<super::schema::OneOrMany>"))]
    pub function: Option<Patterns>,
    /// The service, as the SDK's user agent names it: the service id in lower case without spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<super::schema::OneOrMany>"))]
    pub service: Option<Patterns>,
    /// The operation, in either case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<super::schema::OneOrMany>"))]
    pub operation: Option<Patterns>,
    /// The region that the request is signed for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<super::schema::OneOrMany>"))]
    pub region: Option<Patterns>,
    /// The host, without port.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<super::schema::OneOrMany>"))]
    pub host: Option<Patterns>,
    /// The HTTP method.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<super::schema::OneOrMany>"))]
    pub method: Option<Patterns>,
    /// The path, without query.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<super::schema::OneOrMany>"))]
    pub path: Option<Patterns>,
    /// Header values by header name, in either case.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default, with = "BTreeMap<String, super::schema::OneOrMany>"))]
    pub header: BTreeMap<String, Patterns>,
    /// Members of the operation's input, by name or dotted path (`Records.0.PartitionKey`).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default, with = "BTreeMap<String, super::schema::OneOrMany>"))]
    pub input: BTreeMap<String, Patterns>,
    /// Labels that the application set around a piece of work.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default, with = "BTreeMap<String, super::schema::OneOrMany>"))]
    pub label: BTreeMap<String, Patterns>,
    /// Which tries of a call: `"1"`, `"2.."`, `"1..3"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<super::schema::TextOrInt>"))]
    pub attempt: Option<Attempts>,
    /// Says on purpose that every call is meant.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub everything: bool,
}

const KNOWN: Known = Known {
    now: &[
        "function",
        "service",
        "operation",
        "region",
        "host",
        "method",
        "path",
        "header",
        "input",
        "label",
        "attempt",
        "everything",
    ],
    later: &[],
};

impl Target {
    /// How specific: an exact constraint counts two, one with wildcards one.
    pub fn specificity(&self) -> u32 {
        let single = [
            &self.function,
            &self.service,
            &self.operation,
            &self.region,
            &self.host,
            &self.method,
            &self.path,
        ];
        let maps = [&self.header, &self.input, &self.label];
        let patterns = single.into_iter().flatten().chain(maps.into_iter().flat_map(BTreeMap::values));
        let attempt = if self.attempt.is_some() { 2 } else { 0 };
        attempt + patterns.map(|patterns| if patterns.all_exact() { 2 } else { 1 }).sum::<u32>()
    }

    pub(crate) fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        let fields = door.object(at, KNOWN)?;
        if !meant(door, &fields) {
            return None;
        }
        let mut text = |name, normalise, case| patterns(door, &fields, name, normalise, case);
        let target = Self {
            function: text("function", as_is, Case::Sensitive),
            service: text("service", service_id, Case::Ignored),
            operation: text("operation", as_is, Case::Ignored),
            region: text("region", as_is, Case::Ignored),
            host: text("host", as_is, Case::Ignored),
            method: text("method", as_is, Case::Ignored),
            path: text("path", as_is, Case::Sensitive),
            header: map(door, &fields, "header", str::to_ascii_lowercase),
            input: map(door, &fields, "input", as_is),
            label: map(door, &fields, "label", as_is),
            attempt: fields.get("attempt").and_then(|at| Attempts::parse(door, &at)),
            everything: fields.get("everything").and_then(|at| door.bool(&at)).unwrap_or(false),
        };
        if door.knows_names() {
            address::check(door, &fields);
        }
        Some(target)
    }
}

/// An empty target is refused, and so is "everything" next to a constraint.
fn meant(door: &mut Door, fields: &Fields<'_>) -> bool {
    let everything = fields.get("everything");
    // Every call has a first attempt: that alone constrains nothing.
    let given = KNOWN.now.iter().filter(|name| **name != "attempt" && fields.get(name).is_some()).count();
    if fields.is_empty() || (given == 0 && fields.get("attempt").is_some()) {
        door.refuse_whole(
            fields.at(),
            "names no calls, which would hit every one",
            "name a service, function or host, or write everything = true",
        );
        return false;
    }
    if let Some(at) = everything {
        if given > 1 {
            door.refuse_whole(&at, "`everything` stands beside constraints", "leave one of the two out");
            return false;
        }
        if door.bool(&at) == Some(false) {
            door.refuse(
                &at,
                "leaves the target empty",
                "name a service, function or host, or write everything = true",
            );
            return false;
        }
    }
    true
}

fn patterns(
    door: &mut Door,
    fields: &Fields<'_>,
    name: &str,
    normalise: fn(&str) -> String,
    case: Case,
) -> Option<Patterns> {
    Patterns::parse(door, &fields.get(name)?, normalise, case)
}

fn map(
    door: &mut Door,
    fields: &Fields<'_>,
    name: &str,
    normalise: fn(&str) -> String,
) -> BTreeMap<String, Patterns> {
    const RIGHT: &str = "write names with values, such as { name = \"value\" }";
    let Some(at) = fields.get(name) else { return BTreeMap::new() };
    let Some(members) = at.members() else {
        door.refuse(&at, format!("is {}, not an object", at.node.kind()), RIGHT);
        return BTreeMap::new();
    };
    if members.is_empty() || members.len() > caps::MAX_LIST {
        door.refuse(&at, format!("has {} members", members.len()), RIGHT);
    }
    let mut named = BTreeMap::new();
    for (name, at) in members {
        let Some(patterns) = Patterns::parse(door, &at, as_is, Case::Sensitive) else { continue };
        if named.insert(normalise(name), patterns).is_some() {
            door.refuse_whole(
                &at,
                format!("`{name}` is given twice"),
                "names here are the same in either case: keep one",
            );
        }
    }
    named
}

fn as_is(text: &str) -> String {
    text.to_owned()
}

/// A service's name as the SDK's user agent writes it: `CloudWatch Logs` is
/// `cloudwatchlogs`. Names of botocore and of endpoints are known too: all of
/// them with the feature `catalogue`, else the common ones.
pub fn service_id(text: &str) -> String {
    crate::names::service_id(text)
}

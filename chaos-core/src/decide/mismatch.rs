//! What of a target a call does not meet, for people: all of it, with what was
//! wanted and what the call has.

use crate::context::CallContext;
use crate::input::Places;
use crate::spec::{Patterns, Target};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// One constraint of a target that a call does not meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mismatch {
    /// The target's field: `service`, `input`, `attempt`, ...
    pub field: Cow<'static, str>,
    /// The header, input member or label, where the field has names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Any of these would do, as the target has them.
    pub wanted: Vec<String>,
    /// What the call has, shortened to 80 characters; `None` where it shows none,
    /// which meets no constraint.
    pub given: Option<String>,
}

/// What is in the names of headers of which nothing is repeated.
const SECRET: [&str; 9] =
    ["auth", "token", "key", "secret", "cookie", "credential", "password", "session", "signature"];
/// The longest excerpt of what a call has, in characters.
const EXCERPT: usize = 80;
/// How many values are named, of those that would do.
const NAMED: usize = 4;

/// Every constraint of `target` that `call` does not meet, in the order of the
/// target's fields, `attempt` last; empty if it meets all. `function` is not
/// looked at: it is the process's, and settled when specs are loaded.
///
/// For assertions and reports: this copies, where [`matches`](super::matches) does not.
///
/// ```
/// use chaos_core::decide::{constraints, mismatches};
/// use chaos_core::described::call;
/// use chaos_core::spec::Scenario;
///
/// let scenario = Scenario::from_toml(r#"
///     id = "throttled"
///     target = { service = "kinesis", operation = "PutRecords", input = { StreamName = "orders" } }
///     fault.status = 503
///     when.rate = "100%"
/// "#)?;
/// let target = &scenario.spec[0].target;
/// let call = call("kinesis", "PutRecords").input("StreamName", "payments");
/// let unmet = mismatches(target, &call.context());
/// assert_eq!(unmet[0].to_string(), "input StreamName wants `orders`, the call has `payments`");
/// assert_eq!((unmet.len(), constraints(target)), (1, 3), "a near miss: two of three are met");
/// # Ok::<(), chaos_core::door::Problems>(())
/// ```
pub fn mismatches(target: &Target, call: &CallContext<'_>) -> Vec<Mismatch> {
    mismatches_in(target, call, &Places::default())
}

/// The same, where places of members were published.
pub(super) fn mismatches_in(target: &Target, call: &CallContext<'_>, places: &Places) -> Vec<Mismatch> {
    let plain = [
        ("service", &target.service, call.service),
        ("operation", &target.operation, call.operation),
        ("region", &target.region, call.region),
        ("host", &target.host, call.host),
        ("method", &target.method, call.method),
        ("path", &target.path, call.path),
    ];
    let mut found: Vec<_> = plain
        .into_iter()
        .filter_map(|(field, wanted, given)| Mismatch::of(field, None, wanted.as_ref()?, given))
        .collect();
    let header = |name: &str| call.details.header(name).map(Cow::Borrowed);
    found.extend(named("header", &target.header, header));
    found.extend(named("input", &target.input, |name| call.details.input(name, places)));
    found.extend(named("label", &target.label, |name| call.details.label(name)));
    found.extend(target.attempt.filter(|wanted| !wanted.contains(call.attempt)).map(|wanted| Mismatch {
        field: "attempt".into(),
        name: None,
        wanted: vec![wanted.to_string()],
        given: Some(call.attempt.to_string()),
    }));
    found
}

/// How many constraints a target has, `function` and `attempt` included: less
/// the number of [`mismatches`], how near a call comes to it.
pub fn constraints(target: &Target) -> usize {
    let plain = [
        &target.function,
        &target.service,
        &target.operation,
        &target.region,
        &target.host,
        &target.method,
        &target.path,
    ];
    plain.into_iter().flatten().count()
        + [&target.header, &target.input, &target.label].into_iter().map(BTreeMap::len).sum::<usize>()
        + usize::from(target.attempt.is_some())
}

fn named<'t, 'c>(
    field: &'static str,
    wanted: &'t BTreeMap<String, Patterns>,
    given: impl Fn(&str) -> Option<Cow<'c, str>> + 't,
) -> impl Iterator<Item = Mismatch> + 't
where
    'c: 't,
{
    wanted
        .iter()
        .filter_map(move |(name, wanted)| Mismatch::of(field, Some(name), wanted, given(name).as_deref()))
}

impl Mismatch {
    /// `None` where the constraint is met.
    pub(super) fn of(
        field: &'static str,
        name: Option<&str>,
        wanted: &Patterns,
        given: Option<&str>,
    ) -> Option<Self> {
        if given.is_some_and(|given| wanted.matches(given)) {
            return None;
        }
        let hidden = field == "header" && name.is_some_and(is_secret);
        let told = |given: &str| if hidden { "(not shown)".to_owned() } else { excerpt(given) };
        Some(Self {
            field: field.into(),
            name: name.map(str::to_owned),
            wanted: wanted.iter().map(|pattern| pattern.written().to_owned()).collect(),
            given: given.map(told),
        })
    }
}

fn is_secret(header: &str) -> bool {
    SECRET.iter().any(|part| header.contains(part))
}

fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.field)?;
        if let Some(name) = &self.name {
            write!(f, " {name}")?;
        }
        f.write_str(" wants ")?;
        for (place, wanted) in self.wanted.iter().take(NAMED).enumerate() {
            f.write_str(if place > 0 { " or `" } else { "`" })?;
            write!(f, "{wanted}`")?;
        }
        if self.wanted.len() > NAMED {
            write!(f, " or one of {} more", self.wanted.len() - NAMED)?;
        }
        match &self.given {
            Some(given) => write!(f, ", the call has `{given}`"),
            None => f.write_str(", the call shows none"),
        }
    }
}

//! Whether a call is one that a target means.

use crate::context::CallContext;
use crate::input::Places;
use crate::spec::{Patterns, Target};
use std::fmt;

/// The first constraint that a call does not meet: all that deciding needs.
/// [`mismatches`](super::mismatches) tells all of them, with the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unmet<'a> {
    /// The constraint's field.
    pub field: &'static str,
    /// The header, input member or label, where the field has names.
    pub name: Option<&'a str>,
}

impl fmt::Display for Unmet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name {
            Some(name) => write!(f, "{} {name}", self.field),
            None => f.write_str(self.field),
        }
    }
}

/// Checks every constraint but `function` (settled when specs are loaded) and
/// `attempt` (checked after the window); `input` last, which costs most.
///
/// # Errors
/// The first constraint that the call does not meet. What a call does not
/// reveal meets no constraint.
pub fn matches<'t>(target: &'t Target, call: &CallContext<'_>) -> Result<(), Unmet<'t>> {
    matches_in(target, call, &Places::default())
}

/// The same, where places of members were published.
pub(super) fn matches_in<'t>(
    target: &'t Target,
    call: &CallContext<'_>,
    places: &Places,
) -> Result<(), Unmet<'t>> {
    matches_but_input(target, call)?;
    for (name, wanted) in &target.input {
        if !call.details.input(name, places).is_some_and(|given| wanted.matches(&given)) {
            return Err(Unmet { field: "input", name: Some(name) });
        }
    }
    Ok(())
}

/// Whether a call meets all but `input`, which may take a pass over its body.
#[inline]
pub(super) fn matches_but_input<'t>(target: &'t Target, call: &CallContext<'_>) -> Result<(), Unmet<'t>> {
    plain("service", &target.service, call.service)?;
    plain("operation", &target.operation, call.operation)?;
    plain("region", &target.region, call.region)?;
    plain("host", &target.host, call.host)?;
    plain("method", &target.method, call.method)?;
    plain("path", &target.path, call.path)?;
    for (name, wanted) in &target.header {
        if !call.details.header(name).is_some_and(|given| wanted.matches(given)) {
            return Err(Unmet { field: "header", name: Some(name) });
        }
    }
    for (name, wanted) in &target.label {
        if !call.details.label(name).is_some_and(|given| wanted.matches(&given)) {
            return Err(Unmet { field: "label", name: Some(name) });
        }
    }
    Ok(())
}

fn plain_of(target: &Target) -> [&Option<Patterns>; 6] {
    [&target.service, &target.operation, &target.region, &target.host, &target.method, &target.path]
}

/// Whether the same calls meet both targets, `input` aside.
pub(super) fn same_but_input(a: &Target, b: &Target) -> bool {
    plain_of(a) == plain_of(b) && a.header == b.header && a.label == b.label
}

#[inline]
fn plain(field: &'static str, wanted: &Option<Patterns>, given: Option<&str>) -> Result<(), Unmet<'static>> {
    match wanted {
        Some(wanted) if !given.is_some_and(|given| wanted.matches(given)) => Err(Unmet { field, name: None }),
        _ => Ok(()),
    }
}

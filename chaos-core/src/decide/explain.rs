//! Would this call be hit, by which spec, and why not by the others?

use super::{ArmedSpec, SkipReason, SpecSet, in_force};
use crate::clock::Now;
use crate::context::CallContext;
use crate::effect::Answer;
use serde::Serialize;
use std::sync::Arc;

/// What one spec would do with a call.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explained {
    /// `scenario/spec`.
    pub spec: String,
    /// Whether it could fire.
    pub fires: bool,
    /// The share of such calls that it hits now, from 0 to 1; 0 where it cannot fire.
    pub rate: f64,
    /// In words.
    pub why: String,
}

/// Goes through every spec, from the most specific to the least, without
/// counting anything: the dice are not rolled, their odds are told.
pub fn explain(set: &SpecSet, call: &CallContext<'_>, now: &Now) -> Vec<Explained> {
    let ours = set.specs().iter().map(|spec| explain_one(set, spec, call, now));
    let others = set.elsewhere().iter().map(|spec| no(spec, "the target's function is another".to_owned()));
    ours.chain(others).collect()
}

fn explain_one(set: &SpecSet, spec: &Arc<ArmedSpec>, call: &CallContext<'_>, now: &Now) -> Explained {
    if set.halted() {
        return no(spec, SkipReason::Halted.to_string());
    }
    if let Err(mismatch) = set.matches(spec, call) {
        return no(spec, format!("the target's {mismatch} does not match"));
    }
    if let Err(what) = call.details.may_hit(&spec.spec.target) {
        return no(spec, SkipReason::Protected(what).to_string());
    }
    if let Err(reason) = in_force(spec, call, now) {
        return no(spec, reason.to_string());
    }
    if let Some(Err(why)) = spec.answer.as_ref().map(|answer| can_make(call, answer)) {
        return no(spec, why.to_owned());
    }
    let when = &spec.spec.when;
    if spec.is_used_up() {
        return no(spec, SkipReason::MaxReached.to_string());
    }
    let rate = spec.rate_at(now);
    let mut why =
        format!("matches; hits {} of such calls", crate::spec::Rate::new(rate).unwrap_or(when.rate));
    if when.skip > 0 {
        why.push_str(&format!(", after the first {}", when.skip));
    }
    if when.every > 1 {
        why.push_str(&format!(", then one in {}", when.every));
    }
    Explained { spec: spec.full_name.to_string(), fires: rate > 0.0, rate, why }
}

fn can_make(call: &CallContext<'_>, answer: &Answer) -> Result<(), &'static str> {
    call.details.can_make(answer)?;
    call.details.can_make_with_body(answer)
}

fn no(spec: &ArmedSpec, why: String) -> Explained {
    Explained { spec: spec.full_name.to_string(), fires: false, rate: 0.0, why }
}

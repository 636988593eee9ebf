//! Would this call be hit, by which spec, and why not by the others?

use super::choose::key;
use super::mismatch::{Mismatch, constraints};
use super::odds::odds;
use super::{ArmedSpec, SkipReason, SpecSet};
use crate::clock::Now;
use crate::context::CallContext;
use crate::effect::Answer;
use crate::spec::{Key, When};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// What one spec would do with a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explained {
    /// `scenario/spec`.
    pub spec: String,
    /// Whether it could fire.
    pub fires: bool,
    /// The share of such calls that it hits now, from 0 to 1; 0 where it cannot fire.
    pub rate: f64,
    /// What it does to calls, in a few words: `+2s, 503`.
    pub does: String,
    /// Which calls it hits, or why it cannot fire, in words.
    pub why: String,
    /// How many constraints its target has.
    pub constraints: usize,
    /// Those that the call does not meet: the fewer, the nearer a miss it is.
    pub mismatches: Vec<Mismatch>,
}

impl Explained {
    /// How many of the target's constraints the call meets.
    pub fn met(&self) -> usize {
        self.constraints.saturating_sub(self.mismatches.len())
    }

    /// Whether the call is one that the target means, whatever else keeps it from being hit.
    pub fn matches(&self) -> bool {
        self.mismatches.is_empty()
    }
}

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.spec, self.does, self.why)
    }
}

/// Goes through every spec, from the most specific to the least, without
/// counting anything: the dice are not rolled, their odds are told. Specs for
/// other functions come last.
pub fn explain(set: &SpecSet, call: &CallContext<'_>, now: &Now) -> Vec<Explained> {
    explain_among([set].into_iter(), call, now)
}

/// The same with several sets, as they are decided by: those of an earlier one go
/// before those of a later, and one that is halted halts all.
pub(crate) fn explain_among<'s>(
    sets: impl Iterator<Item = &'s SpecSet> + Clone,
    call: &CallContext<'_>,
    now: &Now,
) -> Vec<Explained> {
    let mut taken = Taken { halted: sets.clone().any(SpecSet::halted), ..Taken::default() };
    let mut told = Vec::new();
    for set in sets.clone() {
        told.extend(set.specs().iter().map(|spec| explain_one(set, spec, call, now, &mut taken)));
    }
    for set in sets {
        told.extend(set.elsewhere().iter().map(|spec| explain_other(set, spec, call, taken.halted)));
    }
    told
}

/// What more specific specs give to every such call, and so leave to no other.
#[derive(Default)]
struct Taken {
    halted: bool,
    delay: Option<Arc<str>>,
    answer: Option<Arc<str>>,
}

impl Taken {
    /// Who leaves nothing of what `spec` could give.
    fn by(&self, spec: &ArmedSpec) -> Option<&Arc<str>> {
        let gives_delay = spec.spec.fault.latency.is_some() && self.delay.is_none();
        let gives_answer = spec.answer.is_some() && self.answer.is_none();
        if gives_delay || gives_answer { None } else { self.answer.as_ref().or(self.delay.as_ref()) }
    }

    /// Counts what `spec` gives to every call.
    fn take(&mut self, spec: &ArmedSpec, rate: f64) {
        let When { skip, every, max, fleet_max, .. } = spec.spec.when;
        if rate < 1.0 || skip > 0 || every > 1 || max.is_some() || fleet_max.is_some() {
            return;
        }
        let name = || Arc::clone(&spec.full_name);
        if spec.spec.fault.latency.is_some() {
            self.delay.get_or_insert_with(name);
        }
        if spec.answer.is_some() {
            self.answer.get_or_insert_with(name);
        }
    }
}

fn explain_one(
    set: &SpecSet,
    spec: &ArmedSpec,
    call: &CallContext<'_>,
    now: &Now,
    taken: &mut Taken,
) -> Explained {
    let unmet = set.mismatches(spec, call);
    if taken.halted {
        return told(spec, Err(SkipReason::Halted.to_string()), unmet);
    }
    if !unmet.is_empty() {
        let why = in_words(&unmet);
        return told(spec, Err(why), unmet);
    }
    let answer = spec.answer.as_deref().filter(|_| taken.answer.is_none());
    if let Err(why) = could_fire(spec, answer, call, now) {
        return told(spec, Err(why), unmet);
    }
    if let Some(other) = taken.by(spec) {
        let why = format!("{other} is more specific and fires for every such call already");
        return told(spec, Err(why), unmet);
    }
    let rate = spec.rate_at(now);
    taken.take(spec, rate);
    told(spec, Ok((rate, odds(spec, rate))), unmet)
}

/// A spec for other functions; nothing more is asked of it.
fn explain_other(set: &SpecSet, spec: &ArmedSpec, call: &CallContext<'_>, halted: bool) -> Explained {
    let ours = Some(set.function()).filter(|function| !function.is_empty());
    let function = spec.spec.target.function.as_ref();
    let function = function.and_then(|wanted| Mismatch::of("function", None, wanted, ours));
    let unmet: Vec<_> = function.into_iter().chain(set.mismatches(spec, call)).collect();
    let why = if halted { SkipReason::Halted.to_string() } else { in_words(&unmet) };
    told(spec, Err(why), unmet)
}

/// What keeps a spec that matches, and would give this answer, from firing.
fn could_fire(
    spec: &ArmedSpec,
    answer: Option<&Answer>,
    call: &CallContext<'_>,
    now: &Now,
) -> Result<(), String> {
    let protected = |what| SkipReason::Protected(what).to_string();
    call.details.may_hit(&spec.spec.target).map_err(protected)?;
    spec.in_force(now).map_err(|reason| reason.to_string())?;
    if let Some(answer) = answer {
        can_make(call, answer)?;
    }
    // Of a call's input not enough may be told here to say what its roll hangs on.
    if let Key::Label(_) = spec.spec.when.key {
        key(spec, call).map_err(|reason| reason.to_string())?;
    }
    if spec.is_used_up() {
        return Err(SkipReason::MaxReached.to_string());
    }
    spec.fleet_objection().map_or(Ok(()), |reason| Err(reason.to_string()))
}

fn can_make(call: &CallContext<'_>, answer: &Answer) -> Result<(), &'static str> {
    call.details.can_make(answer)?;
    call.details.can_make_with_body(answer)
}

fn told(spec: &ArmedSpec, odds: Result<(f64, String), String>, mismatches: Vec<Mismatch>) -> Explained {
    let (rate, why) = odds.unwrap_or_else(|why| (0.0, why));
    Explained {
        spec: spec.full_name.to_string(),
        fires: rate > 0.0,
        rate,
        does: spec.summary(),
        why,
        constraints: constraints(&spec.spec.target),
        mismatches,
    }
}

/// "the target's region wants .., the call has ..; its host wants .."
fn in_words(unmet: &[Mismatch]) -> String {
    let each: Vec<_> = unmet.iter().map(ToString::to_string).collect();
    format!("the target's {}", each.join("; its "))
}

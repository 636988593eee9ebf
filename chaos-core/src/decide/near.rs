//! The calls that came nearest to a spec that no call matched.

use super::{ArmedSpec, SpecSet, constraints};
use crate::context::CallContext;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Beyond so many specs nobody looks which came nearest.
const LOOKED_AT: usize = 100;
/// So many are kept of a spec.
const KEPT: usize = 3;

/// A call that a spec is almost about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NearMiss {
    /// How many of the target's constraints it does not meet.
    unmet: usize,
    call: String,
    why: String,
}

/// The nearest, without double ones.
#[derive(Debug, Default)]
pub(crate) struct NearMisses(Mutex<Vec<NearMiss>>);

impl NearMisses {
    pub(crate) fn all(&self) -> Vec<NearMiss> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, miss: NearMiss) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(place) = kept.binary_search(&miss) {
            kept.insert(place, miss);
            kept.truncate(KEPT);
        }
    }
}

/// Notes how near `call`, which is told as `told`, came to those specs that no
/// call matched so far.
pub(crate) fn note_near_misses(set: &SpecSet, call: &CallContext<'_>, told: &dyn fmt::Display) {
    if set.specs().len() > LOOKED_AT {
        return;
    }
    for spec in set.specs().iter().filter(|spec| spec.state.matched() == 0) {
        if let Some(miss) = near_miss(set, spec, call, told) {
            spec.state.near_misses().note(miss);
        }
    }
}

fn near_miss(
    set: &SpecSet,
    spec: &ArmedSpec,
    call: &CallContext<'_>,
    told: &dyn fmt::Display,
) -> Option<NearMiss> {
    let target = &spec.spec.target;
    let unmet = set.mismatches(spec, call);
    // What has nothing in common with the target is not near it.
    if unmet.is_empty() || unmet.len() >= constraints(target) {
        return None;
    }
    let why: Vec<_> = unmet.iter().map(ToString::to_string).collect();
    Some(NearMiss { unmet: unmet.len(), call: told.to_string(), why: why.join("; ") })
}

impl fmt::Display for NearMiss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.call, self.why)
    }
}

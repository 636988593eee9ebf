//! The calls that came nearest to a spec that no call matched.

use super::{ArmedSpec, SpecSet, constraints};
use crate::context::CallContext;
use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Beyond so many specs nobody looks which came nearest.
const LOOKED_AT: usize = 100;
/// So many are kept of a spec.
const KEPT: usize = 3;
/// So many kinds of calls are held against a spec.
const KINDS: usize = 64;

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
pub(crate) struct NearMisses(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    nearest: Vec<NearMiss>,
    /// Calls of the same kind miss alike: one of each is enough.
    kinds: HashSet<u64>,
}

impl NearMisses {
    pub(crate) fn all(&self) -> Vec<NearMiss> {
        self.kept().nearest.clone()
    }

    /// Whether no call of this kind was held against the spec yet.
    fn is_new(&self, kind: u64) -> bool {
        let mut kept = self.kept();
        kept.kinds.len() < KINDS && kept.kinds.insert(kind)
    }

    fn note(&self, miss: NearMiss) {
        let nearest = &mut self.kept().nearest;
        if let Err(place) = nearest.binary_search(&miss) {
            nearest.insert(place, miss);
            nearest.truncate(KEPT);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Notes how near `call`, which is told as `told`, came to those specs that no
/// call matched so far.
pub(crate) fn note_near_misses(set: &SpecSet, call: &CallContext<'_>, told: &dyn fmt::Display) {
    if set.specs().len() > LOOKED_AT {
        return;
    }
    let kind = kind_of(call);
    for spec in set.specs().iter().filter(|spec| spec.state.met() == 0) {
        if !spec.state.near_misses().is_new(kind) {
            continue;
        }
        if let Some(miss) = near_miss(set, spec, call, told) {
            spec.state.near_misses().note(miss);
        }
    }
}

fn kind_of(call: &CallContext<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (call.service, call.operation, call.host, call.method, call.path).hash(&mut hasher);
    hasher.finish()
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

//! A member of the input that tells apart specs that pin the same otherwise,
//! and the calls for which it is worth reading.

use super::fold::{hash_start, mix};
use super::matching::{matches_but_input, same_but_input};
use crate::context::CallContext;
use crate::spec::{Patterns, Target};
use smallvec::SmallVec;

/// Specs that differ in more ways than this, beside `input`, have it read for any of them.
const MAX_GATES: usize = 8;

/// A member of the input that is read for calls with some key.
#[derive(Debug)]
pub(super) struct Member {
    name: Box<str>,
    hash: u64,
    gate: Gate,
}

/// Whether a call with this key can match a spec with this member.
#[derive(Debug)]
enum Gate {
    /// It can, as far as can be told before the member is read.
    Open,
    /// If it meets, `input` aside, one of these specs, which stand for all of them.
    Any(SmallVec<[u32; 2]>),
}

impl Member {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.into(), hash: hash_start(name, None), gate: Gate::Any(SmallVec::new()) }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether a call with this key can match one of the specs, its input aside.
    #[inline]
    pub(super) fn is_worth_reading<'t>(
        &self,
        call: &CallContext<'_>,
        target: &impl Fn(u32) -> Option<&'t Target>,
    ) -> bool {
        self.gate.lets_in(call, target)
    }

    /// Counts a spec in. `is_key`: the key says already that a call meets all but `input`.
    pub(super) fn add<'t>(
        &mut self,
        position: u32,
        is_key: bool,
        target: &impl Fn(u32) -> Option<&'t Target>,
    ) {
        self.gate.add(position, is_key, target);
    }

    /// The key of specs that want this value, below `key`.
    pub(super) fn key(&self, key: u64, value: &str) -> u64 {
        mix(mix(key, self.hash), hash_start(value, None))
    }

    pub(super) fn keys(&self, key: u64, wanted: &Patterns) -> SmallVec<[u64; 2]> {
        wanted.iter().map(|pattern| self.key(key, pattern.text())).collect()
    }
}

impl Gate {
    #[inline]
    fn lets_in<'t>(&self, call: &CallContext<'_>, target: &impl Fn(u32) -> Option<&'t Target>) -> bool {
        match self {
            Self::Open => true,
            Self::Any(gates) => gates
                .iter()
                .any(|gate| target(*gate).is_some_and(|target| matches_but_input(target, call).is_ok())),
        }
    }

    fn add<'t>(&mut self, position: u32, is_key: bool, target: &impl Fn(u32) -> Option<&'t Target>) {
        let Self::Any(gates) = self else { return };
        let is_same = |gate: &u32| match (target(*gate), target(position)) {
            (Some(known), Some(new)) => same_but_input(known, new),
            _ => false,
        };
        match gates.iter().any(is_same) {
            _ if is_key => *self = Self::Open,
            true => {}
            false if gates.len() < MAX_GATES => gates.push(position),
            false => *self = Self::Open,
        }
    }
}

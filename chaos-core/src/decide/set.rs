//! Everything that is in force for one process at one moment: immutable, and
//! swapped whole.

use super::armed::ArmedSpec;
use super::fold::hash_start;
use super::index::{Candidates, Index};
use super::matching::{Unmet, matches_in};
use super::mismatch::{Mismatch, mismatches_in};
use crate::context::CallContext;
use crate::effect::Answer;
use crate::input::Places;
use crate::spec::Target;
use std::collections::HashSet;
use std::sync::Arc;

/// The specs of a process, most specific first, with their index.
#[derive(Debug)]
pub struct SpecSet {
    generation: u64,
    halted: bool,
    function: Box<str>,
    specs: Vec<Arc<ArmedSpec>>,
    elsewhere: Vec<Arc<ArmedSpec>>,
    index: Index,
    operations: Operations,
    places: Places,
    resigns: bool,
}

/// Which operations are targeted at all.
#[derive(Debug, Default)]
struct Operations {
    named: HashSet<u64>,
    /// Some spec constrains the operation by pattern, or not at all.
    any: bool,
}

impl SpecSet {
    /// A set for the process named `function`; specs for other functions are
    /// kept aside, for `explain` only.
    pub fn new(generation: u64, halted: bool, function: &str, specs: Vec<Arc<ArmedSpec>>) -> Self {
        let ours = |spec: &Arc<ArmedSpec>| {
            spec.spec.target.function.as_ref().is_none_or(|patterns| patterns.matches(function))
        };
        let (mut specs, elsewhere): (Vec<_>, Vec<_>) = specs.into_iter().partition(ours);
        specs.sort_by(|a, b| (b.specificity, &a.full_name).cmp(&(a.specificity, &b.full_name)));
        let index = Index::new(specs.len(), target_in(&specs));
        let operations = Operations::of(&specs);
        let resigns = specs
            .iter()
            .any(|spec| matches!(spec.answer.as_deref(), Some(Answer::Partial(partial)) if !partial.sent));
        let places = Places::published(specs.iter().map(|spec| &*spec.places));
        let function = function.into();
        Self { generation, halted, function, specs, elsewhere, index, operations, places, resigns }
    }

    /// Which version of the source this is.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Whether everything is halted.
    pub fn halted(&self) -> bool {
        self.halted
    }

    /// The process's function name; empty where none is known.
    pub fn function(&self) -> &str {
        &self.function
    }

    /// Whether a scenario of this id is among them, for whatever function.
    #[cfg(feature = "inject")]
    pub(crate) fn has_scenario(&self, id: &str) -> bool {
        self.specs().iter().chain(self.elsewhere()).any(|spec| spec.scenario() == id)
    }

    /// The specs for this process, most specific first.
    pub fn specs(&self) -> &[Arc<ArmedSpec>] {
        &self.specs
    }

    /// The specs for other functions.
    pub fn elsewhere(&self) -> &[Arc<ArmedSpec>] {
        &self.elsewhere
    }

    /// Whether any armed spec could ever fire: without one there is nothing to ask.
    pub fn is_live(&self) -> bool {
        !self.halted && self.specs.iter().any(|spec| spec.armed)
    }

    /// A quick look before anything of the call is read: `false` means that no
    /// spec can match a call of this operation.
    pub fn may_match(&self, operation: Option<&str>) -> bool {
        self.operations.any || operation.is_some_and(|name| self.operations.named.contains(&hash(name)))
    }

    /// Whether some spec takes entries out of requests, which are then signed anew.
    pub fn may_resign(&self) -> bool {
        self.resigns
    }

    /// Whether a call is one that `spec` means.
    pub(super) fn matches<'t>(&self, spec: &'t ArmedSpec, call: &CallContext<'_>) -> Result<(), Unmet<'t>> {
        matches_in(&spec.spec.target, call, &self.places)
    }

    /// All that a call does not meet of what `spec` is about.
    pub(super) fn mismatches(&self, spec: &ArmedSpec, call: &CallContext<'_>) -> Vec<Mismatch> {
        mismatches_in(&spec.spec.target, call, &self.places)
    }

    pub(crate) fn candidates<'a>(
        &'a self,
        call: &CallContext<'_>,
    ) -> impl Iterator<Item = &'a Arc<ArmedSpec>> + use<'a> {
        let candidates: Candidates = self.index.candidates(call, &self.places, target_in(&self.specs));
        candidates.into_iter().filter_map(|position| self.specs.get(position as usize))
    }
}

impl Operations {
    fn of(specs: &[Arc<ArmedSpec>]) -> Self {
        let mut operations = Self::default();
        for spec in specs {
            match &spec.spec.target.operation {
                Some(patterns) if patterns.all_exact() => {
                    operations.named.extend(patterns.iter().map(|pattern| hash(pattern.text())));
                }
                _ => operations.any = true,
            }
        }
        operations
    }
}

fn target_in<'s>(specs: &'s [Arc<ArmedSpec>]) -> impl Fn(u32) -> Option<&'s Target> {
    |position| specs.get(position as usize).map(|spec| &spec.spec.target)
}

fn hash(operation: &str) -> u64 {
    hash_start(operation, None)
}

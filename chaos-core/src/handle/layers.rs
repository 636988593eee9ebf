//! Several sources make one set: each holds a layer, replaced whole.

use super::health::Source;
use crate::decide::{ArmedSpec, SpecSet};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Which source a layer belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LayerId {
    Builder,
    Environment,
    File(PathBuf),
    #[cfg_attr(not(feature = "table"), allow(dead_code))]
    Table,
    Scope(u64),
}

/// What one source has put in force.
#[derive(Debug, Default)]
pub(crate) struct Layer {
    pub(crate) specs: Vec<Arc<ArmedSpec>>,
    pub(crate) halted: bool,
    pub(crate) generation: u64,
    pub(crate) problems: Vec<String>,
    /// What can be said of the source itself, between two changes.
    pub(crate) source: Option<Arc<Source>>,
}

#[derive(Debug, Default)]
pub(crate) struct Layers {
    by_id: BTreeMap<LayerId, Layer>,
    version: u64,
    next_scope: u64,
}

impl Layers {
    pub(crate) fn put(&mut self, id: LayerId, layer: Layer) {
        self.by_id.insert(id, layer);
    }

    pub(crate) fn remove(&mut self, id: &LayerId) {
        self.by_id.remove(id);
    }

    /// An id that no other scope of this handle has or had.
    pub(crate) fn scope_id(&mut self) -> LayerId {
        self.next_scope += 1;
        LayerId::Scope(self.next_scope)
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.by_id.keys().filter_map(|id| if let LayerId::File(path) = id { Some(path) } else { None })
    }

    pub(crate) fn problems(&self) -> impl Iterator<Item = &String> {
        self.by_id.values().flat_map(|layer| &layer.problems)
    }

    pub(crate) fn source(&self) -> Option<&Arc<Source>> {
        self.by_id.values().find_map(|layer| layer.source.as_ref())
    }

    pub(crate) fn compose(&mut self, function: &str) -> SpecSet {
        self.version += 1;
        let table = self.by_id.values().map(|layer| layer.generation).max().unwrap_or(0);
        let generation = if table > 0 { table } else { self.version };
        let halted = self.by_id.values().any(|layer| layer.halted);
        let specs = self.by_id.values().flat_map(|layer| layer.specs.iter().cloned()).collect();
        SpecSet::new(generation, halted, function, specs)
    }
}

//! Calls of a handle that are made outside of every piece of work with faults
//! of its own, heard by who wants to know what escapes such work.

use super::Chaos;
use super::engine::Engine;
use super::isolated::Listener;
use crate::context::CallContext;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Who hears them.
#[derive(Debug, Default)]
pub(crate) struct Overheard(Mutex<Vec<Arc<dyn Listener>>>);

/// Hears them until this is dropped.
#[derive(Debug)]
pub(crate) struct Overhearing {
    engine: Arc<Engine>,
    listener: Arc<dyn Listener>,
}

impl Overheard {
    pub(super) fn hear(&self, call: &CallContext<'_>) {
        self.listeners().iter().for_each(|listener| listener.hear(call, &[]));
    }

    fn listeners(&self) -> MutexGuard<'_, Vec<Arc<dyn Listener>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Arc<dyn Listener>>)) -> bool {
        let mut listeners = self.listeners();
        change(&mut listeners);
        !listeners.is_empty()
    }
}

impl Chaos {
    /// Tells `listener` of every attempt in the scope of no work; on an inert
    /// handle of none.
    pub(crate) fn overhear(&self, listener: Arc<dyn Listener>) -> Overhearing {
        let engine = self.engine_or_inert();
        let added = Arc::clone(&listener);
        engine.overhear(|overheard| overheard.change(|listeners| listeners.push(added)));
        Overhearing { engine, listener }
    }
}

impl Drop for Overhearing {
    fn drop(&mut self) {
        let others = |other: &Arc<dyn Listener>| !Arc::ptr_eq(other, &self.listener);
        self.engine.overhear(|overheard| overheard.change(|listeners| listeners.retain(others)));
    }
}

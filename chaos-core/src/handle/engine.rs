//! The live state behind a handle: layers of specs, swapped whole into one
//! snapshot that every decision reads once.

use super::events::Events;
use super::layers::{Layer, LayerId, Layers};
use super::observe::Observer;
use crate::clock::Clock;
use crate::context::CallContext;
use crate::decide::{ArmedSpec, Decision, Limits, Rules, SpecSet, decide};
use crate::door::Problem;
use arc_swap::ArcSwap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Some spec could fire.
const LIVE: u8 = 1;
/// Attempts are counted.
const OBSERVING: u8 = 2;

/// The bytes that `monkeyless verify` looks for. Kept by the one function that
/// every live handle comes from.
static MARKER: &str = concat!("monkeyless-chaos:live-build:", env!("CARGO_PKG_VERSION"), ";");

#[derive(Debug)]
pub(crate) struct Engine {
    /// Read on every call: 0 means that there is nothing to do.
    flags: AtomicU8,
    set: ArcSwap<SpecSet>,
    layers: Mutex<Layers>,
    changed: watch::Sender<u64>,
    observer: Option<Observer>,
    limits: Arc<Limits>,
    #[cfg(feature = "table")]
    follower: std::sync::OnceLock<Follower>,
    pub(crate) config: Config,
}

/// A task that ends with the engine that it serves.
#[cfg(feature = "table")]
#[derive(Debug)]
struct Follower(tokio::task::AbortHandle);

#[cfg(feature = "table")]
impl Drop for Follower {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What does not change while a handle lives.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) function: String,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) seed: u64,
    pub(crate) dry_run: bool,
    pub(crate) disabled: bool,
    pub(crate) observe: bool,
    pub(crate) problems: Vec<Problem>,
}

impl Engine {
    pub(crate) fn new(config: Config) -> Arc<Self> {
        std::hint::black_box(MARKER);
        let observing = if config.observe { OBSERVING } else { 0 };
        Arc::new(Self {
            flags: AtomicU8::new(observing),
            set: ArcSwap::from_pointee(SpecSet::new(0, false, &config.function, Vec::new())),
            layers: Mutex::new(Layers::default()),
            changed: watch::Sender::new(0),
            observer: config.observe.then(Observer::default),
            limits: Arc::default(),
            #[cfg(feature = "table")]
            follower: std::sync::OnceLock::new(),
            config,
        })
    }

    #[inline]
    pub(crate) fn is_idle(&self) -> bool {
        self.flags.load(Ordering::Relaxed) == 0
    }

    #[inline]
    pub(crate) fn is_live(&self) -> bool {
        self.flags.load(Ordering::Relaxed) & LIVE != 0
    }

    pub(crate) fn observer(&self) -> Option<&Observer> {
        self.observer.as_ref()
    }

    pub(crate) fn limits(&self) -> &Arc<Limits> {
        &self.limits
    }

    pub(crate) fn set(&self) -> arc_swap::Guard<Arc<SpecSet>> {
        self.set.load()
    }

    pub(crate) fn decide(&self, call: &CallContext<'_>) -> Decision {
        let set = self.set.load();
        let rules = Rules {
            clock: &*self.config.clock,
            seed: self.config.seed,
            limits: &self.limits,
            dry_run: self.config.dry_run,
        };
        let mut events = Events { call, generation: set.generation(), dry_run: self.config.dry_run };
        decide(&set, call, rules, &mut events)
    }

    /// Changes the layers and swaps in what follows from them.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Layers) -> T) -> T {
        let mut layers = self.layers();
        let result = change(&mut layers);
        let set = layers.compose(&self.config.function);
        let live = set.is_live() && !self.config.disabled;
        self.set.store(Arc::new(set));
        self.set_flag(LIVE, live);
        self.changed.send_modify(|version| *version += 1);
        result
    }

    pub(crate) fn put(&self, id: LayerId, layer: Layer) {
        self.change(|layers| layers.put(id, layer));
    }

    /// Ends `task` when this engine is dropped. One at most.
    #[cfg(feature = "table")]
    pub(crate) fn own(&self, task: tokio::task::AbortHandle) {
        let _ = self.follower.set(Follower(task));
    }

    pub(crate) fn layers(&self) -> MutexGuard<'_, Layers> {
        // A panic elsewhere leaves the layers whole: they are replaced, never edited in place.
        self.layers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_flag(&self, flag: u8, on: bool) {
        match on {
            true => self.flags.fetch_or(flag, Ordering::Release),
            false => self.flags.fetch_and(!flag, Ordering::Release),
        };
    }

    /// Ends when one of `specs` is no longer in force: disarmed, replaced or halted.
    pub(crate) async fn no_longer(&self, specs: &[Arc<ArmedSpec>]) {
        let mut changed = self.changed.subscribe();
        loop {
            let set = self.set.load_full();
            let stands = |spec: &Arc<ArmedSpec>| {
                set.specs().iter().any(|other| Arc::ptr_eq(&spec.state, &other.state))
            };
            if set.halted() || !specs.iter().all(stands) {
                return;
            }
            if changed.changed().await.is_err() {
                return;
            }
        }
    }
}

//! The live state behind a handle: layers of specs, swapped whole into one
//! snapshot that every decision reads once.

#[cfg(feature = "table")]
mod following;

use super::aftermath::aftermath_of;
use super::ambient;
use super::events::Events;
use super::isolated::Isolated;
use super::journal::{Journal, Recorder, Seen};
use super::layers::{Layer, LayerId, Layers};
use super::observe::Observer;
use super::overheard::Overheard;
use crate::clock::Clock;
use crate::context::CallContext;
use crate::decide::{
    ArmedSpec, Decision, Explained, Limits, Rules, SpecSet, decide_among, explain_among, note_near_misses,
};
use crate::door::Problem;
use arc_swap::ArcSwap;
use smallvec::SmallVec;
use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Some spec could fire.
const LIVE: u8 = 1;
/// Attempts are counted.
const OBSERVING: u8 = 2;
/// Some piece of work has faults of its own.
const ISOLATED: u8 = 4;
/// A journal is kept.
const RECORDING: u8 = 8;
/// The source is looked after on the call path.
#[cfg(feature = "table")]
const AGING: u8 = 32;
/// Somebody hears the calls that no piece of work makes.
const OVERHEARD: u8 = 16;
/// So many attempts are told of a spec whose test failed.
const TOLD: usize = 10;
/// What every call has to be decided for.
const DECIDING: u8 = LIVE | ISOLATED | RECORDING | OVERHEARD;

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
    recorder: Option<Recorder>,
    isolated: AtomicUsize,
    overheard: Overheard,
    limits: Arc<Limits>,
    #[cfg(feature = "table")]
    following: following::Following,
    pub(crate) config: Config,
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
    pub(crate) journal: bool,
    pub(crate) problems: Vec<Problem>,
}

/// How often to look whether the last call has let go of a set.
const LOOKS: usize = 100;

/// Waits a moment until no call looks at a set any more, so that none has to
/// give back the memory of thousands of specs.
fn let_go(set: &Arc<SpecSet>) {
    for _ in 0..LOOKS {
        if Arc::strong_count(set) == 1 {
            return;
        }
        std::thread::yield_now();
    }
}

impl Engine {
    pub(crate) fn new(config: Config) -> Arc<Self> {
        std::hint::black_box(MARKER);
        let observing = if config.observe { OBSERVING } else { 0 };
        let recording = if config.journal { RECORDING } else { 0 };
        Arc::new(Self {
            flags: AtomicU8::new(observing | recording),
            set: ArcSwap::from_pointee(SpecSet::new(0, false, &config.function, Vec::new())),
            layers: Mutex::new(Layers::default()),
            changed: watch::Sender::new(0),
            observer: config.observe.then(Observer::default),
            recorder: config.journal.then(Recorder::default),
            isolated: AtomicUsize::new(0),
            overheard: Overheard::default(),
            limits: Arc::default(),
            #[cfg(feature = "table")]
            following: following::Following::default(),
            config,
        })
    }

    #[inline]
    pub(crate) fn is_idle(&self) -> bool {
        match self.flags.load(Ordering::Relaxed) {
            0 => true,
            #[cfg(feature = "table")]
            flags if flags & AGING != 0 => self.is_idle_and_fresh(flags),
            _ => false,
        }
    }

    /// The same where the process may have been frozen since the source was asked last.
    #[cfg(feature = "table")]
    #[inline(never)]
    fn is_idle_and_fresh(&self, flags: u8) -> bool {
        self.look();
        flags & !AGING == 0
    }

    #[inline]
    pub(crate) fn is_live(&self) -> bool {
        self.flags.load(Ordering::Relaxed) & DECIDING != 0
    }

    /// Whether some spec might match a call of this operation.
    pub(crate) fn may_match(&self, operation: Option<&str>) -> bool {
        let wanted = |scope: &Arc<Isolated>| {
            scope.listener_of(self).is_some() || self.has(scope, |set| set.may_match(operation))
        };
        let isolated = || self.isolated().iter().any(wanted);
        self.recorder.is_some() || self.is_overheard() || self.set.load().may_match(operation) || isolated()
    }

    /// Whether some spec takes entries out of requests.
    pub(crate) fn may_resign(&self) -> bool {
        self.set.load().may_resign()
            || self.isolated().iter().any(|scope| self.has(scope, SpecSet::may_resign))
    }

    /// The scopes of the work that is going on here, innermost first.
    fn isolated(&self) -> SmallVec<[Arc<Isolated>; 2]> {
        match self.flags.load(Ordering::Relaxed) & ISOLATED {
            0 => SmallVec::new(),
            _ => ambient::scopes(),
        }
    }

    fn has(&self, scope: &Isolated, what: impl FnOnce(&SpecSet) -> bool) -> bool {
        scope.set_of(self).is_some_and(what)
    }

    /// One more, or one less, piece of work that has faults of its own.
    pub(crate) fn count_isolated(&self, change: isize) {
        // Under the lock, so that the flag is that of the count.
        let _layers = self.layers();
        let count = self.isolated.load(Ordering::Relaxed).saturating_add_signed(change);
        self.isolated.store(count, Ordering::Relaxed);
        self.set_flag(ISOLATED, count > 0 && !self.config.disabled);
        self.changed.send_modify(|version| *version += 1);
    }

    /// Changes who hears the calls that no piece of work makes.
    pub(crate) fn overhear(&self, change: impl FnOnce(&Overheard) -> bool) {
        // Under the lock, so that the flag is that of the listeners.
        let _layers = self.layers();
        self.set_flag(OVERHEARD, change(&self.overheard));
    }

    fn is_overheard(&self) -> bool {
        self.flags.load(Ordering::Relaxed) & OVERHEARD != 0
    }

    pub(crate) fn journal(&self) -> Journal {
        self.recorder.as_ref().map(Recorder::journal).unwrap_or_default()
    }

    /// Why no call of any work could be hit now, if so.
    pub(crate) fn cannot_inject(&self) -> Option<&'static str> {
        match &self.config {
            config if config.disabled => Some("it is disabled"),
            config if config.dry_run => Some("it only decides and reports (dry run)"),
            _ => self.set.load().halted().then_some("everything is halted"),
        }
    }

    pub(crate) fn observer(&self) -> Option<&Observer> {
        self.observer.as_ref().filter(|_| self.flags.load(Ordering::Relaxed) & OBSERVING != 0)
    }

    pub(crate) fn limits(&self) -> &Arc<Limits> {
        &self.limits
    }

    pub(crate) fn set(&self) -> arc_swap::Guard<Arc<SpecSet>> {
        self.set.load()
    }

    pub(crate) fn decide(&self, call: &CallContext<'_>) -> Decision {
        let (set, isolated) = (self.set.load(), self.isolated());
        let listeners = isolated.iter().filter_map(|scope| scope.listener_of(self));
        let sets = isolated.iter().filter_map(|scope| scope.set_of(self)).chain(std::iter::once(&**set));
        let rules = Rules {
            clock: &*self.config.clock,
            seed: self.config.seed,
            limits: &self.limits,
            dry_run: self.config.dry_run,
        };
        let mut events = Events {
            call,
            generation: set.generation(),
            dry_run: self.config.dry_run,
            tried: (self.recorder.is_some() || listeners.clone().next().is_some()).then(Vec::new),
        };
        let mut decision = decide_among(sets.clone(), call, rules, &mut events);
        if self.is_overheard() && !isolated.iter().any(|scope| scope.set_of(self).is_some()) {
            self.overheard.hear(call);
        }
        let aftermath = match &mut decision {
            Decision::Inject(injection) if self.recorder.is_some() || self.observer.is_some() => {
                Some(aftermath_of(&mut injection.specs))
            }
            _ => None,
        };
        listeners.for_each(|listener| listener.hear(call, events.tried.as_deref().unwrap_or_default()));
        if let (Some(recorder), Some(tried)) = (&self.recorder, events.tried) {
            let seen = Seen::of(call);
            sets.for_each(|set| note_near_misses(set, call, &seen));
            recorder.record(seen, tried, &decision, aftermath);
        }
        decision
    }

    pub(crate) fn explain(&self, call: &CallContext<'_>) -> Vec<Explained> {
        let (set, isolated) = (self.set.load(), self.isolated());
        let sets = isolated.iter().filter_map(|scope| scope.set_of(self)).chain(std::iter::once(&**set));
        let now = self.config.clock.now();
        explain_among(sets, call, &now)
    }

    /// Changes the layers and swaps in what follows from them.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Layers) -> T) -> T {
        let mut layers = self.layers();
        let result = change(&mut layers);
        let set = layers.compose(&self.config.function);
        let live = set.is_live() && !self.config.disabled;
        let before = self.set.swap(Arc::new(set));
        self.set_flag(LIVE, live);
        self.changed.send_modify(|version| *version += 1);
        drop(layers);
        let_go(&before);
        result
    }

    pub(crate) fn put(&self, id: LayerId, layer: Layer) {
        self.change(|layers| layers.put(id, layer));
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
        while self.stands(specs) {
            if changed.changed().await.is_err() {
                return;
            }
        }
    }

    /// Whether none of `specs` is disarmed, replaced or halted.
    pub(crate) fn stands(&self, specs: &[Arc<ArmedSpec>]) -> bool {
        let set = self.set.load();
        let is_armed = |spec: &Arc<ArmedSpec>| {
            set.specs().iter().any(|other| other.armed && Arc::ptr_eq(&spec.state, &other.state))
        };
        let stands = |spec: &Arc<ArmedSpec>| match &spec.over {
            Some(over) => !over.load(Ordering::Acquire),
            None => is_armed(spec),
        };
        !set.halted() && specs.iter().all(stands)
    }

    /// Tells of every change of what is in force.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// What is known of a spec, for who has to find out why a test failed.
    pub(crate) fn tell(&self, spec: &ArmedSpec, told: &mut String) -> fmt::Result {
        let name = &spec.full_name;
        write!(told, "\n  {name}: {} matched, {} injected", spec.state.matched(), spec.state.injected())?;
        for (why, times) in spec.state.why_without_effect() {
            write!(told, "\n    changed nothing, {times} times: {why}")?;
        }
        let (misses, journal) = (spec.state.near_misses().all(), self.journal());
        for miss in &misses {
            write!(told, "\n    nearly: {miss}")?;
        }
        if self.config.disabled {
            told.push_str("\n    its handle is inert or disabled: nothing is ever asked of it");
        } else if self.recorder.is_some() && journal.entries.is_empty() {
            told.push_str(
                "\n    its handle was asked about no call: were the clients made with `.chaos(&chaos)`?",
            );
        } else if spec.over.is_some() && spec.state.met() == 0 && misses.is_empty() {
            told.push_str("\n    no call came from within `run`: does a task that it spawns `inherit`?");
        }
        let about =
            |entry: &&super::Entry| entry.tried.iter().any(|tried| Arc::ptr_eq(&tried.state, &spec.state));
        let entries: Vec<_> = journal.entries.iter().filter(about).collect();
        let newest = entries.len().saturating_sub(TOLD);
        entries.iter().skip(newest).try_for_each(|entry| write!(told, "\n    {entry}"))
    }
}

//! What became of the specs of a scope, and the assertions that tests make.

use super::engine::Engine;
use crate::decide::{ArmedSpec, NoEffect};
use std::fmt::Write;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The specs of a scope, and what became of them.
///
/// Dropped without an assertion having been made, it panics where no call ever
/// matched, and tells the calls that came nearest: a test whose fault never
/// struck has shown nothing. Where calls matched some of its specs and came near
/// to others, the others are logged as warnings, asserted or not. Say so with
/// `optional` where it is meant. On an inert or disabled handle it does neither.
#[derive(Debug)]
pub struct Watched {
    engine: Arc<Engine>,
    specs: Vec<Arc<ArmedSpec>>,
    problems: Vec<String>,
    settled: Arc<AtomicBool>,
    optional: AtomicBool,
    armed_at: &'static Location<'static>,
}

impl Watched {
    #[track_caller]
    pub(super) fn new(engine: Arc<Engine>, specs: Vec<Arc<ArmedSpec>>, problems: Vec<String>) -> Self {
        for problem in &problems {
            tracing::error!(target: "chaos", "{problem}");
        }
        let settled = Arc::new(AtomicBool::new(engine.config.disabled));
        let optional = AtomicBool::new(false);
        Self { engine, specs, problems, settled, optional, armed_at: Location::caller() }
    }

    pub(super) fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    pub(super) fn be_optional(&self) {
        self.settled.store(true, Ordering::Relaxed);
        self.optional.store(true, Ordering::Relaxed);
    }

    /// Set where there is nothing to complain of any more.
    pub(super) fn settled(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.settled)
    }

    /// Injections so far that these specs had a part in, without those that turned
    /// out to change nothing. Of a body that streams that is known when its reader
    /// has come to its end, or dropped it.
    pub fn injected(&self) -> u64 {
        self.specs.iter().map(|spec| spec.state.injected()).sum()
    }

    /// Injections that turned out to change nothing of what their callers got, such
    /// as `corrupt` of a member that the answer has not. What `max` and
    /// [`times`](crate::FaultBuilder::times) left them stays used up.
    pub fn without_effect(&self) -> u64 {
        self.specs.iter().map(|spec| spec.state.without_effect()).sum()
    }

    /// Attempts so far that matched; calls, for specs with `per = "call"`.
    pub fn matched(&self) -> u64 {
        self.specs.iter().map(|spec| spec.state.matched()).sum()
    }

    /// # Panics
    /// If the number of injections is another, telling what was decided and why;
    /// those that changed nothing do not count.
    #[track_caller]
    pub fn assert_injected(&self, times: u64) {
        self.settled.store(true, Ordering::Relaxed);
        let injected = self.injected();
        let void = self.void().unwrap_or_default();
        assert!(injected == times, "expected {times} injections, saw {injected}{void}{}", self.told());
    }

    /// What is to be said of injections that changed nothing, where there are any.
    fn void(&self) -> Option<String> {
        let void = Some(self.without_effect()).filter(|void| *void > 0)?;
        let mut reasons: Vec<NoEffect> = Vec::new();
        for (why, _) in self.specs.iter().flat_map(|spec| spec.state.why_without_effect()) {
            if !reasons.contains(&why) {
                reasons.push(why);
            }
        }
        let reasons: Vec<_> = reasons.iter().map(ToString::to_string).collect();
        let begun = self.injected() + void;
        Some(format!(": {begun} injected, but {void} changed nothing: {}", reasons.join("; ")))
    }

    /// # Panics
    /// If there was an injection, telling what was decided and why.
    #[track_caller]
    pub fn assert_not_injected(&self) {
        self.assert_injected(0);
    }

    /// # Panics
    /// If some of the specs never matched a call, telling the calls that came
    /// nearest.
    #[track_caller]
    pub fn assert_matched(&self) {
        self.settled.store(true, Ordering::Relaxed);
        let unmatched = self.specs.iter().find(|spec| spec.state.matched() == 0);
        if let Some(spec) = unmatched {
            never_matched(spec, &self.told());
        }
    }

    /// Logs the calls that came nearest to those specs that no call ever matched,
    /// while others of theirs were. No more than that: some stand in for others.
    fn log_near_misses(&self) {
        if self.optional.load(Ordering::Relaxed) || self.matched() == 0 {
            return;
        }
        for spec in self.specs.iter().filter(|spec| spec.state.met() == 0) {
            let misses: Vec<_> =
                spec.state.near_misses().all().iter().map(|miss| format!("\n  nearly: {miss}")).collect();
            if !misses.is_empty() {
                let (name, misses) = (&spec.full_name, misses.concat());
                tracing::warn!(
                    target: "chaos",
                    "chaos spec {name} was armed, and no call ever matched it, as others of its scope{misses}"
                );
            }
        }
    }

    /// All that is known, for who has to find out why a test failed.
    fn told(&self) -> String {
        let mut told = format!(" ({} matched)", self.matched());
        let _ = write!(told, "\n  armed at {}", self.armed_at);
        for problem in &self.problems {
            let _ = write!(told, "\n  problem: {problem}");
        }
        for spec in &self.specs {
            let _ = self.engine.tell(spec, &mut told);
        }
        told
    }
}

/// Tells it in the words of a failed test.
#[track_caller]
#[allow(clippy::panic, reason = "tests fail by panicking")]
fn never_matched(spec: &ArmedSpec, told: &str) {
    let name = &spec.full_name;
    match spec.state.met() {
        0 => panic!("chaos spec {name} was armed, and no call ever matched it{told}{EARLY}"),
        met => {
            panic!(
                "chaos spec {name} was armed, and had its turn at none of the attempts that it means ({met}){told}"
            )
        }
    }
}

/// The same of what matched, and struck without effect.
#[track_caller]
#[allow(clippy::panic, reason = "tests fail by panicking")]
fn never_struck(spec: &ArmedSpec, void: &str, told: &str) {
    panic!("chaos spec {} never struck{void}{told}", spec.full_name)
}

/// An `Err` that ends a test cannot be seen from here, and would not be shown.
const EARLY: &str = "\n  (a test that ends early, by `?`, comes here too: `unwrap` shows the error that ended it; \
     `.optional()` says that no call need match)";

impl Drop for Watched {
    fn drop(&mut self) {
        self.log_near_misses();
        // A second panic would end the process, and the first is the one to read.
        if self.settled.load(Ordering::Relaxed) || std::thread::panicking() {
            return;
        }
        let Some(spec) = self.specs.first() else { return };
        if self.matched() == 0 {
            never_matched(spec, &self.told());
        } else if let (Some(void), 0) = (self.void(), self.injected()) {
            never_struck(spec, &void, &self.told());
        }
    }
}

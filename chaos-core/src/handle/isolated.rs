//! Faults for the calls of one piece of work alone, so that tests that run at
//! the same time, on one client and one handle, never meet.

use super::Chaos;
use super::ambient::{scopes, within};
use super::builder::in_code;
use super::engine::Engine;
use super::in_code::InCode;
use super::journal::Tried;
use super::watched::Watched;
use crate::context::CallContext;
use crate::decide::SpecSet;
use crate::spec::Scenario;
use std::future::Future;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

/// Specs that hit the calls of the work that [`run`](IsolatedScope::run) runs,
/// until this is dropped. What became of them is asked of what it dereferences
/// to, [`Watched`].
#[derive(Debug)]
#[must_use = "its faults hit what `run` runs"]
pub struct IsolatedScope {
    scope: Arc<Isolated>,
    watched: Watched,
}

/// What is in force around a piece of work.
#[derive(Debug)]
pub(crate) struct Isolated {
    set: SpecSet,
    engine: Weak<Engine>,
    over: Arc<AtomicBool>,
    listener: Option<Arc<dyn Listener>>,
}

/// Told of every attempt of a piece of work, and of the specs that matched.
pub(crate) trait Listener: Send + Sync + std::fmt::Debug {
    fn hear(&self, call: &CallContext<'_>, tried: &[Tried]);
}

impl Chaos {
    /// Puts a scenario, or one spec, in force for the work that is run in it, and
    /// for no other. Its specs go before those that are in force for everyone,
    /// and those of an inner scope before those of an outer one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use chaos_core::{Chaos, fault};
    /// let chaos = Chaos::builder().build().unwrap();
    /// let outage = chaos.isolated(fault("kinesis", "PutRecords").status(503).times(2));
    /// outage.run(async { /* calls that meet it */ }).await;
    /// outage.assert_not_injected();
    /// # }
    /// ```
    #[track_caller]
    pub fn isolated(&self, scenario: impl Into<InCode>) -> IsolatedScope {
        let (engine, mut made) = (self.engine_or_inert(), scenario.into());
        let around = scopes();
        let around: Vec<_> = around.iter().filter_map(|scope| scope.set_of(&engine)).collect();
        let is_taken = |name: &str| around.iter().any(|set| set.has_scenario(name));
        made.name_apart(|name| engine.set().has_scenario(name) || is_taken(name));
        self.isolate_made(&[made], None)
    }

    /// The same with any number of specs, and somebody who listens to the calls.
    #[track_caller]
    pub(crate) fn isolate(
        &self,
        scenarios: &[Scenario],
        listener: Option<Arc<dyn Listener>>,
    ) -> IsolatedScope {
        let made: Vec<_> = scenarios.iter().cloned().map(InCode::from).collect();
        self.isolate_made(&made, listener)
    }

    #[track_caller]
    fn isolate_made(&self, scenarios: &[InCode], listener: Option<Arc<dyn Listener>>) -> IsolatedScope {
        let engine = self.engine_or_inert();
        let layer = in_code(scenarios, engine.config.clock.now());
        let over = Arc::new(AtomicBool::new(false));
        let specs: Vec<_> =
            layer.specs.iter().map(|spec| Arc::new(spec.until_over(Arc::clone(&over)))).collect();
        let watched = Watched::new(Arc::clone(&engine), specs.clone(), layer.problems);
        let set = SpecSet::new(0, false, &engine.config.function, specs);
        let scope = Arc::new(Isolated { set, engine: Arc::downgrade(&engine), over, listener });
        engine.count_isolated(1);
        IsolatedScope { scope, watched }
    }
}

impl Isolated {
    /// Its specs, where they are about the calls of `engine`.
    pub(crate) fn set_of(&self, engine: &Engine) -> Option<&SpecSet> {
        std::ptr::eq(self.engine.as_ptr(), engine).then_some(&self.set)
    }

    /// Who listens, where it is about the calls of `engine`.
    pub(crate) fn listener_of(&self, engine: &Engine) -> Option<&dyn Listener> {
        self.listener.as_deref().filter(|_| std::ptr::eq(self.engine.as_ptr(), engine))
    }
}

impl IsolatedScope {
    /// Runs `work`, whose calls its specs hit. May be called several times. A task
    /// that `work` spawns is not part of it, unless its work goes through
    /// [`inherit`](crate::inherit). Work that is given up before its end (by a
    /// timeout around the test) need not have met a fault.
    pub fn run<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        let given_up = GivenUp(Some(self.watched.settled()));
        within(Arc::clone(&self.scope), async {
            let done = work.await;
            given_up.not();
            done
        })
    }

    /// Without a complaint where no call ever matches.
    pub fn optional(self) -> Self {
        self.watched.be_optional();
        self
    }
}

/// Says so where work is dropped before its end.
struct GivenUp(Option<Arc<AtomicBool>>);

impl GivenUp {
    fn not(mut self) {
        self.0 = None;
    }
}

impl Drop for GivenUp {
    fn drop(&mut self) {
        if let Some(settled) = &self.0 {
            settled.store(true, Ordering::Relaxed);
        }
    }
}

impl Deref for IsolatedScope {
    type Target = Watched;

    fn deref(&self) -> &Watched {
        &self.watched
    }
}

impl Drop for IsolatedScope {
    fn drop(&mut self) {
        self.scope.over.store(true, Ordering::Release);
        self.watched.engine().count_isolated(-1);
    }
}

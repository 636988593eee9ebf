//! The live handle that adapters consult.

mod aftermath;
mod ambient;
mod awake;
mod builder;
mod engine;
mod env;
mod events;
mod fault;
mod files;
#[cfg(feature = "table")]
mod follow;
mod health;
mod in_code;
mod in_force;
mod isolated;
mod journal;
mod lambda;
mod layers;
mod observe;
mod overheard;
#[cfg(feature = "table")]
mod report;
mod scope;
mod watched;

pub use ambient::{inherit, label, with_labels};
pub use builder::Builder;
pub use env::StartError;
pub use fault::{FaultBuilder, fault, http_fault};
pub use health::{Health, Reporting, TableHealth};
pub use in_code::InCode;
pub use in_force::AfterWait;
pub(crate) use in_force::InForce;
pub use isolated::IsolatedScope;
pub(crate) use isolated::Listener;
pub use journal::{Entry, Journal, Seen, Tried};
pub use lambda::{Invocation, LambdaLayer, LambdaService};
pub use observe::{Counts, Observed, call_key};
pub use scope::Scope;
pub use watched::Watched;

use crate::clock::Clock;
use crate::context::CallContext;
use crate::decide::{ArmedSpec, Decision, Explained};
use engine::Engine;
use std::sync::Arc;

/// Whether calls misbehave: cheap to clone, no globals. Adapters ask it before
/// each attempt; what it says follows from its sources at that moment.
#[derive(Clone, Debug)]
pub struct Chaos(Option<Arc<Engine>>);

impl Chaos {
    /// A handle that never injects.
    pub const fn inert() -> Self {
        Self(None)
    }

    /// A handle from specs in code, for tests.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn live(engine: Arc<Engine>) -> Self {
        Self(Some(engine))
    }

    pub(crate) fn engine(&self) -> Option<&Arc<Engine>> {
        self.0.as_ref()
    }

    /// Whether there is nothing to do for any call: not armed, not observing.
    /// One relaxed load; adapters ask this first.
    #[inline]
    pub fn is_idle(&self) -> bool {
        self.0.as_ref().is_none_or(|engine| engine.is_idle())
    }

    /// Whether some armed spec could fire at all, or a journal is kept.
    #[inline]
    pub fn is_live(&self) -> bool {
        self.0.as_ref().is_some_and(|engine| engine.is_live())
    }

    /// Whether some armed spec might match a call of this operation. `false`
    /// is certain; `true` means that the call has to be looked at.
    #[inline]
    pub fn may_match(&self, operation: Option<&str>) -> bool {
        self.0.as_ref().is_some_and(|engine| engine.is_live() && engine.may_match(operation))
    }

    /// Whether some spec takes entries out of requests, so that an adapter must
    /// be ready to sign them anew.
    pub fn may_resign(&self) -> bool {
        self.0.as_ref().is_some_and(|engine| engine.is_live() && engine.may_resign())
    }

    /// Decides about one attempt, counts it, and tells `tracing` of every spec
    /// that matched. Never blocks, never waits.
    pub fn decide(&self, call: &CallContext<'_>) -> Decision {
        match self.0.as_ref().filter(|engine| engine.is_live()) {
            Some(engine) => engine.decide(call),
            None => Decision::Skip(crate::decide::SkipReason::NoMatch),
        }
    }

    /// What every spec would do with this call, and why not, those of scopes around
    /// this piece of work first; nothing where the handle is inert or disabled. This
    /// is for adapters, which have the call at hand; of a call that is described in
    /// code (`described::call`) ask [`Chaos::explain_call`].
    ///
    /// ```
    /// use chaos_core::{Chaos, described::call, fault};
    /// let chaos = Chaos::builder().spec(fault("kinesis", "Put*").status(503)).build()?;
    /// let told = chaos.explain(&call("kinesis", "PutRecords").context());
    /// assert!(told[0].fires, "{}", told[0]);
    /// # Ok::<(), chaos_core::door::Problems>(())
    /// ```
    pub fn explain(&self, call: &CallContext<'_>) -> Vec<Explained> {
        let Some(engine) = self.0.as_ref().filter(|engine| !engine.config.disabled) else {
            return Vec::new();
        };
        engine.explain(call)
    }

    /// What was decided about the newest attempts, and why: kept by handles from
    /// [`Chaos::builder`], empty for all others.
    ///
    /// ```
    /// use chaos_core::Chaos;
    /// let chaos = Chaos::builder().build()?;
    /// // ... exercise ...
    /// print!("{}", chaos.journal());
    /// # Ok::<(), chaos_core::door::Problems>(())
    /// ```
    pub fn journal(&self) -> Journal {
        self.0.as_ref().map(|engine| engine.journal()).unwrap_or_default()
    }

    /// Ends when one of `specs` is no longer in force, so that whoever holds a
    /// call up for it lets go.
    pub async fn no_longer(&self, specs: &[Arc<ArmedSpec>]) {
        if let Some(engine) = &self.0 {
            engine.no_longer(specs).await;
        }
    }

    /// Where the handle's time comes from; `None` where it is inert.
    pub fn clock(&self) -> Option<&Arc<dyn Clock>> {
        self.0.as_ref().map(|engine| &engine.config.clock)
    }

    /// Whether attempts are counted, so that adapters need to say how they end.
    #[inline]
    pub fn is_observing(&self) -> bool {
        self.0.as_ref().is_some_and(|engine| engine.observer().is_some())
    }

    /// A further attempt of a call begins, which is not lost yet; without effect
    /// unless observing. Not needed for first attempts.
    pub fn observe_retry(&self, call: u64) {
        if let Some(observer) = self.0.as_ref().and_then(|engine| engine.observer()) {
            observer.retry(call);
        }
    }

    /// The counts of a target in the second `at` since 1970, by the wall clock;
    /// the last two minutes are kept.
    pub fn observed(&self, service: &str, operation: &str, at: i64) -> Counts {
        let observer = self.0.as_ref().and_then(|engine| engine.observer());
        observer.map(|observer| observer.counts(service, operation, at)).unwrap_or_default()
    }

    /// The counts of a target over all seconds that are kept: about two minutes.
    pub fn observed_lately(&self, service: &str, operation: &str) -> Counts {
        let now = self.clock().map_or(0, |clock| clock.now().wall.as_second());
        (now - observe::SECONDS as i64 + 1..=now).map(|at| self.observed(service, operation, at)).sum()
    }

    /// Writes out what is still to be reported: nothing, without the feature `table`.
    #[cfg(not(feature = "table"))]
    pub async fn flush(&self) {}

    /// The state of this handle, for people and for readiness checks.
    pub fn health(&self) -> Health {
        Health::of(self.0.as_deref())
    }
}

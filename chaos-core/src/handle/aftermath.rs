//! Injections that turn out to change nothing, when the answer is there.

use super::Chaos;
use super::observe::{Ended, Observed};
use crate::decide::{Aftermath, ArmedSpec, Counted, Fired, NoEffect};
use crate::spec::{FaultSpec, Outcome};
use std::sync::Arc;

impl Chaos {
    /// The outcome of this injection changed nothing of what its caller got. To be
    /// told once at most of each; then it counts no longer as injected, the
    /// journal has the reason, and so has an event. What `max` left it stays used
    /// up. A spec that held the call up as well has done something all the same.
    pub fn without_effect(&self, specs: &Fired, why: impl Into<NoEffect>) {
        let why = why.into();
        let Some(spec) = specs.iter().find(|spec| says_outcome(&spec.spec)) else { return };
        tell(spec, &why);
        if gave_delay(specs, spec) {
            return;
        }
        spec.state.count_without_effect(&why);
        let Some(aftermath) = &specs.aftermath else { return };
        // Another spec's delay is an injection of its own.
        let alone = specs.len() == 1;
        if aftermath.why.set(why).is_ok()
            && let (Some(counted), true) = (aftermath.counted.get(), alone)
            && let Some(observer) = self.engine().and_then(|engine| engine.observer())
        {
            observer.recount(counted);
        }
    }

    /// Counts how an attempt ended, and whether the answer was a success by
    /// itself; without effect unless observing. An answer that is damaged counts
    /// as failed, and an attempt that was hit as not hit where nothing came of it.
    pub fn observe(&self, attempt: &Observed<'_>, was_success: bool) {
        let Some(engine) = self.engine() else { return };
        let Some(observer) = engine.observer() else { return };
        let aftermath = attempt.hit.and_then(|specs| specs.aftermath.as_deref().filter(|_| specs.len() == 1));
        let void = aftermath.is_some_and(|aftermath| aftermath.why.get().is_some());
        let injected = attempt.hit.is_some() && !void;
        let damaged = injected && was_success && attempt.hit.is_some_and(damages);
        let ended = Ended { passed: was_success && !damaged, injected };
        let Some((slot, at)) = observer.count(attempt, ended, &engine.config.clock.now()) else { return };
        if let (Some(aftermath), false) = (aftermath, void) {
            // An attempt ends once.
            let _ = aftermath.counted.set(Counted { slot, at, call: attempt.call, damaged });
        }
    }
}

/// Whether the caller gets another answer than was sent, whatever its status says.
fn damages(specs: &Fired) -> bool {
    let damages = |spec: &ArmedSpec| matches!(spec.spec.fault.outcome, Some(Outcome::Corrupt(_)));
    specs.iter().find(|spec| says_outcome(&spec.spec)).is_some_and(|spec| damages(spec))
}

/// For whoever writes the injection down before all is known of it.
pub(super) fn aftermath_of(specs: &mut Fired) -> Arc<Aftermath> {
    let aftermath = Arc::<Aftermath>::default();
    specs.aftermath = Some(Arc::clone(&aftermath));
    aftermath
}

fn says_outcome(spec: &FaultSpec) -> bool {
    spec.fault.outcome.is_some()
}

/// Whether the call was held up by reason of this spec too.
fn gave_delay(specs: &Fired, spec: &Arc<ArmedSpec>) -> bool {
    let delaying = specs.iter().find(|spec| spec.spec.fault.latency.is_some());
    delaying.is_some_and(|other| Arc::ptr_eq(other, spec))
}

fn tell(spec: &ArmedSpec, why: &NoEffect) {
    macro_rules! told {
        ($level:ident) => {
            tracing::$level!(
                target: "chaos",
                { chaos.scenario = spec.scenario(),
                chaos.spec = spec.spec.id.as_str(),
                chaos.decision = "without effect",
                chaos.fault = spec.summary().as_str() },
                "{} changed nothing, the answer was passed on as it is: {why}", spec.full_name
            )
        };
    }
    match why {
        // That is as it should be.
        NoEffect::Over => told!(debug),
        NoEffect::Answer(_) => told!(warn),
    }
}

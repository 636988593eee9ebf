//! Whether one attempt is hit, by what, and if not, why: pure.
//!
//! The order of checks is cheap and safe first: halt, target, lease and armed
//! window, `attempt`/`skip`/`every`, dice, limits. The clock and the dice are
//! touched after a match only.

mod aftermath;
mod armed;
mod calls;
mod choose;
mod dice;
mod explain;
mod fleet;
pub(crate) mod fold;
mod index;
mod limits;
mod matching;
mod member;
mod mismatch;
#[cfg(feature = "inject")]
mod near;
mod odds;
mod set;
mod shape;
mod verdict;

pub use aftermath::NoEffect;
#[cfg(feature = "inject")]
pub(crate) use aftermath::{Aftermath, Counted};
pub use armed::{ArmedSpec, Arming, Lease, Origin, Window};
pub use dice::input_key;
pub(crate) use dice::unit;
#[cfg(feature = "inject")]
pub(crate) use explain::explain_among;
pub use explain::{Explained, explain};
pub use fleet::{Budget, Shares};
pub use limits::{Limits, Permit, SpecState};
pub use matching::{Unmet, matches};
pub use mismatch::{Mismatch, constraints, mismatches};
#[cfg(feature = "inject")]
pub(crate) use near::note_near_misses;
pub use set::SpecSet;
pub use verdict::verdict;

use crate::clock::{Clock, Now};
use crate::context::CallContext;
use crate::effect::{Answer, Effect};
use crate::spec::Key;
use choose::choose;
use dice::{Purpose, roll};
use jiff::Timestamp;
use smallvec::SmallVec;
use std::fmt;
use std::sync::Arc;

/// What is decided for one attempt.
#[derive(Debug)]
pub enum Decision {
    /// It is hit.
    Inject(Injection),
    /// It passes, and why.
    Skip(SkipReason),
}

/// One attempt's fault: what it gets, by whom, and the place it holds.
#[derive(Debug)]
pub struct Injection {
    /// What the attempt gets.
    pub effect: Effect,
    /// The specs that fired: one for the delay, one for the outcome, or one for both.
    pub specs: Fired,
    permit: Permit,
}

/// The specs that fired for one attempt: one or two, so that nothing is allocated.
#[derive(Clone, Debug, Default)]
pub struct Fired {
    specs: SmallVec<[Arc<ArmedSpec>; 2]>,
    /// Who wants to know what came of it.
    #[cfg(feature = "inject")]
    pub(crate) aftermath: Option<Arc<Aftermath>>,
}

impl std::ops::Deref for Fired {
    type Target = [Arc<ArmedSpec>];

    fn deref(&self) -> &Self::Target {
        &self.specs
    }
}

impl Injection {
    /// The spec that an answer is marked with: the one that gave the outcome,
    /// else the one that gave the delay.
    pub fn spec(&self) -> Option<&Arc<ArmedSpec>> {
        self.specs.iter().find(|spec| spec.answer.is_some()).or_else(|| self.specs.first())
    }

    /// The place among the injections under way; hold it while acting.
    pub fn into_permit(self) -> Permit {
        self.permit
    }
}

/// Why an attempt passes.
#[derive(Clone, Debug, PartialEq)]
pub enum SkipReason {
    /// Everything is halted.
    Halted,
    /// No spec's target matches.
    NoMatch,
    /// The scenario is not armed.
    NotArmed,
    /// Its armed window is over.
    Expired {
        /// Its end.
        until: Option<Timestamp>,
    },
    /// The source was not heard from in time, or the clocks disagree.
    LeaseOver,
    /// This try of the call is not meant.
    Attempt {
        /// Which try it is.
        attempt: u32,
    },
    /// Among the first matches, which pass.
    Skipped {
        /// The match's number, from 1.
        number: u64,
    },
    /// Between two candidates of `every`.
    Between {
        /// The match's number, from 1.
        number: u64,
    },
    /// The dice said no.
    Dice {
        /// What was rolled, from 0 to 1.
        rolled: f64,
        /// What would have hit, below this.
        rate: f64,
    },
    /// The call has not what its roll hangs on.
    NoKey(Key),
    /// A more specific spec fired already for all that this one does.
    Superseded,
    /// It has injected as often as it may in this process.
    MaxReached,
    /// This process has no share of what all processes together may inject.
    FleetMax {
        /// What they may, together.
        max: u64,
        /// Why there is no share.
        budget: Budget,
    },
    /// As many injections are under way as may be.
    TooManyActive,
    /// It would have been hit, but this process only decides and reports.
    DryRun,
    /// Calls of this kind are never hit.
    Protected(&'static str),
    /// The adapter cannot make this fault for this call.
    Unavailable(&'static str),
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Halted => f.write_str("everything is halted"),
            Self::NoMatch => f.write_str("no target matches"),
            Self::NotArmed => f.write_str("the scenario is not armed"),
            Self::Expired { until: Some(until) } => write!(f, "its armed period ended at {until}"),
            Self::Expired { until: None } => f.write_str("its armed period is over"),
            Self::LeaseOver => {
                f.write_str("its source was not heard from within the lease, or the clocks disagree")
            }
            Self::Attempt { attempt } => write!(f, "attempt {attempt} is not meant"),
            Self::Skipped { number } => write!(f, "match {number} is among the first, which pass (`skip`)"),
            Self::Between { number } => write!(f, "match {number} lies between two candidates (`every`)"),
            Self::Dice { rolled, rate } => {
                write!(f, "rolled {rolled:.3}, and only below {rate:.3} hits (`rate`)")
            }
            Self::NoKey(Key::Label(name)) => write!(f, "the label {name}, which `key` names, is not set"),
            Self::NoKey(_) => f.write_str("its input, which `key` names, cannot be read"),
            Self::Superseded => f.write_str("a more specific spec fired already"),
            Self::MaxReached => f.write_str("it has injected as often as it may (`max`)"),
            Self::FleetMax { max, budget } => write!(f, "the fleet's budget of {max} (`fleet_max`) {budget}"),
            Self::TooManyActive => f.write_str("too many injections are under way in this process"),
            Self::DryRun => f.write_str("dry run: it would have been hit"),
            Self::Protected(what) => write!(f, "{what} are never hit"),
            Self::Unavailable(what) => f.write_str(what),
        }
    }
}

/// What deciding needs beside the set and the call.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Asked after a match only, and where the spec that matches hangs on time.
    pub clock: &'a dyn Clock,
    /// Makes the rolls.
    pub seed: u64,
    /// Bounds what is under way.
    pub limits: &'a Arc<Limits>,
    /// Decide and report, never act.
    pub dry_run: bool,
}

/// Told of every matching spec, in the order in which they were tried.
pub trait Trace {
    /// `outcome` is `None` where the spec fired.
    fn spec(&mut self, spec: &Arc<ArmedSpec>, outcome: Option<&SkipReason>);
}

impl Trace for () {
    fn spec(&mut self, _spec: &Arc<ArmedSpec>, _outcome: Option<&SkipReason>) {}
}

/// Decides about one attempt.
///
/// Matching specs are tried from the most specific to the least, each with its
/// own dice. The first that fires with a delay gives the delay, the first that
/// fires with an outcome gives the outcome.
pub fn decide(set: &SpecSet, call: &CallContext<'_>, rules: Rules<'_>, trace: &mut dyn Trace) -> Decision {
    decide_among([set].into_iter(), call, rules, trace)
}

/// The same with several sets: those of an earlier one go before those of a later.
/// One that is halted halts all.
pub(crate) fn decide_among<'s>(
    sets: impl Iterator<Item = &'s SpecSet> + Clone,
    call: &CallContext<'_>,
    rules: Rules<'_>,
    trace: &mut dyn Trace,
) -> Decision {
    if sets.clone().any(SpecSet::halted) {
        return Decision::Skip(SkipReason::Halted);
    }
    let mut tally = Tally::default();
    for set in sets {
        if tally.ask(set, call, rules, trace) {
            break;
        }
    }
    tally.decision(rules)
}

/// What has been gathered for one attempt so far.
#[derive(Default)]
struct Tally {
    now: Option<Now>,
    effect: Effect,
    specs: Fired,
    permit: Option<Permit>,
    last_refusal: Option<SkipReason>,
    /// No place was free: then the call passes, however many specs fire.
    crowded_out: bool,
}

impl Tally {
    fn reserve(&mut self, rules: Rules<'_>) -> Option<Permit> {
        let permit = if self.crowded_out { None } else { rules.limits.reserve() };
        self.crowded_out = permit.is_none();
        permit
    }

    /// Tries the specs of `set`; whether nothing is left to be had.
    fn ask(
        &mut self,
        set: &SpecSet,
        call: &CallContext<'_>,
        rules: Rules<'_>,
        trace: &mut dyn Trace,
    ) -> bool {
        for spec in set.candidates(call) {
            if set.matches(spec, call).is_err() {
                continue;
            }
            spec.state.meet();
            let now = self.now_for(spec, rules);
            let refused = self.offer(spec, call, &now, rules).err();
            trace.spec(spec, refused.as_ref());
            self.last_refusal = refused.or(self.last_refusal.take());
            if self.is_full() {
                return true;
            }
        }
        false
    }

    /// The time, where it matters: reading the clocks costs something.
    fn now_for(&mut self, spec: &ArmedSpec, rules: Rules<'_>) -> Now {
        match spec.asks_the_time() {
            true => *self.now.get_or_insert_with(|| rules.clock.now()),
            false => spec.window.since,
        }
    }

    fn is_full(&self) -> bool {
        self.effect.delay.is_some() && self.effect.outcome.is_some()
    }

    /// Takes what `spec` gives, if it fires.
    fn offer(
        &mut self,
        spec: &Arc<ArmedSpec>,
        call: &CallContext<'_>,
        now: &Now,
        rules: Rules<'_>,
    ) -> Result<(), SkipReason> {
        let wants_delay = spec.spec.fault.latency.as_ref().filter(|_| self.effect.delay.is_none());
        let wants_answer = spec.answer.as_ref().filter(|_| self.effect.outcome.is_none());
        if wants_delay.is_none() && wants_answer.is_none() {
            return Err(SkipReason::Superseded);
        }
        call.details.may_hit(&spec.spec.target).map_err(SkipReason::Protected)?;
        in_force(spec, call, now)?;
        wants_answer
            .map_or(Ok(()), |answer| call.details.can_make(answer))
            .map_err(SkipReason::Unavailable)?;
        let chosen = choose(spec, call, now, rules.seed)?;
        if spec.is_used_up() && chosen.call.is_none() {
            return Err(SkipReason::MaxReached);
        }
        wants_answer
            .map_or(Ok(()), |answer| call.details.can_make_with_body(answer))
            .map_err(SkipReason::Unavailable)?;
        if self.permit.is_none() {
            self.permit = Some(self.reserve(rules).ok_or(SkipReason::TooManyActive)?);
        }
        spec.count_injection(chosen.call, now, rules.dry_run)?;
        let draw = |purpose| roll(rules.seed, spec.name_hash, purpose, chosen.number);
        if let Some(latency) = wants_delay {
            self.effect.delay = Some(latency.draw(draw(Purpose::Delay)));
        }
        if let Some(answer) = wants_answer {
            self.effect.choice = match &**answer {
                Answer::Pill(pills) => pills.choose(spec.state.turns(), call),
                _ => draw(Purpose::Entries),
            };
            self.effect.outcome = Some(Arc::clone(answer));
        }
        self.specs.specs.push(Arc::clone(spec));
        Ok(())
    }

    fn decision(self, rules: Rules<'_>) -> Decision {
        match self.permit {
            Some(_) if self.specs.is_empty() => {
                Decision::Skip(self.last_refusal.unwrap_or(SkipReason::NoMatch))
            }
            Some(_) if rules.dry_run => Decision::Skip(SkipReason::DryRun),
            Some(permit) => Decision::Inject(Injection { effect: self.effect, specs: self.specs, permit }),
            None => Decision::Skip(self.last_refusal.unwrap_or(SkipReason::NoMatch)),
        }
    }
}

/// In force, and meant for this try.
fn in_force(spec: &ArmedSpec, call: &CallContext<'_>, now: &Now) -> Result<(), SkipReason> {
    spec.in_force(now)?;
    match spec.spec.target.attempt {
        Some(attempts) if !attempts.contains(call.attempt) => {
            Err(SkipReason::Attempt { attempt: call.attempt })
        }
        _ => Ok(()),
    }
}

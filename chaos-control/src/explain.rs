//! Would this call be hit, by which of these scenarios, and why not by the others?

use chaos_core::caps;
use chaos_core::clock::{Clock, Now};
use chaos_core::decide::{ArmedSpec, Arming, Explained, Origin, SpecSet, Window, explain, verdict};
use chaos_core::described::DescribedCall;
use chaos_core::spec::Scenario;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What would become of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExplainView {
    /// Whether some spec could fire.
    pub hit: bool,
    /// The answer in one line.
    pub verdict: String,
    /// What every spec would do: those that the call's function has, from the
    /// most specific to the least, then those of other functions.
    pub specs: Vec<Explained>,
    /// What else is to be said: scenarios that are not `enabled`, or cannot be understood.
    pub notes: Vec<String>,
}

/// A scenario, and how it is taken to be armed.
#[derive(Clone, Debug)]
pub(crate) struct Taken<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) armed: bool,
    pub(crate) window: Window,
}

impl<'a> Taken<'a> {
    /// Stored, and armed where there is a period.
    pub(crate) fn stored(scenario: &'a Scenario, period: Option<(Timestamp, Timestamp)>, now: Now) -> Self {
        let window = match period {
            Some((since, until)) => Window::until(since, until, now),
            None => Window::open(now),
        };
        Self { scenario, armed: period.is_some(), window }
    }

    /// From a file: armed where it says `enabled`, until its `until`, and so long
    /// ago that every ramp is over. `as_armed` asks what it would do if it were.
    pub(crate) fn file(scenario: &'a Scenario, as_armed: bool, now: Now) -> Self {
        let long_ago = now.wall.checked_sub(caps::MAX_ARMED).unwrap_or(Timestamp::MIN);
        let since = Now { wall: long_ago, steady: now.steady };
        let until = scenario.until.filter(|_| !as_armed);
        let window = Window { since, until, until_steady: None };
        Self { scenario, armed: scenario.enabled || as_armed, window }
    }
}

/// Goes through all scenarios as a process would that has just read them.
pub(crate) fn explained(
    call: &DescribedCall,
    scenarios: &[Taken<'_>],
    halted: bool,
    notes: Vec<String>,
    clock: &dyn Clock,
) -> ExplainView {
    let armed = scenarios.iter().flat_map(|taken| {
        let Taken { armed, window, .. } = taken.clone();
        ArmedSpec::all(taken.scenario, &Arming { armed, window, lease: None, origin: Origin::Table })
    });
    let set = SpecSet::new(0, halted, call.function_name().unwrap_or_default(), armed.collect());
    let specs = explain(&set, &call.context(), &clock.now());
    ExplainView { hit: specs.iter().any(|spec| spec.fires), verdict: verdict(&specs), specs, notes }
}

//! What is happening: specs with their window, lease and counters.

use super::limits::SpecState;
use super::{Budget, Shares, SkipReason, dice};
use crate::caps;
use crate::clock::{Now, later};
use crate::effect::Answer;
use crate::input::Published;
use crate::spec::{FaultSpec, Per, Scenario, format_duration};
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// Where a scenario came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Code: the builder or a scope.
    Code,
    /// The environment variable `CHAOS_SPECS`.
    Environment,
    /// A file.
    File(String),
    /// The table.
    Table,
}

/// The time in which a scenario is in force.
#[derive(Clone, Debug)]
pub struct Window {
    /// From when on, on both clocks; ramps count from here.
    pub since: Now,
    /// Its end on the wall clock.
    pub until: Option<Timestamp>,
    /// Its end on the steady clock, so that setting the wall clock back prolongs nothing.
    pub until_steady: Option<Duration>,
}

impl Window {
    /// Open-ended: for code, whose scope is its end.
    pub fn open(now: Now) -> Self {
        Self { since: now, until: None, until_steady: None }
    }

    /// From `since` until `until`, read at `now`; never longer than
    /// [`caps::MAX_ARMED`] from now, nor than from `since` to `until`, however
    /// far the wall clock is behind.
    pub fn until(since: Timestamp, until: Timestamp, now: Now) -> Self {
        let longest = span(since, until).min(caps::MAX_ARMED);
        let left = span(now.wall, until).min(longest);
        Self {
            since: Now { wall: since, steady: now.steady.saturating_sub(span(since, now.wall)) },
            until: Some(until.min(later(now.wall, caps::MAX_ARMED))),
            until_steady: Some(now.steady.saturating_add(left)),
        }
    }

    /// The same arming with another deadline, read at `now`: it ends by so much
    /// later, or earlier, as that was moved, whatever the wall clock did since
    /// it was read first.
    #[must_use]
    pub fn moved(&self, since: Timestamp, until: Timestamp, now: Now) -> Self {
        let mut moved = Self::until(since, until, now);
        if let (Some(before), Some(steady)) = (self.until, self.until_steady) {
            let end = steady.saturating_add(span(before, until)).saturating_sub(span(until, before));
            moved.until_steady = moved.until_steady.map(|naive| naive.min(end));
        }
        if since == self.since.wall {
            moved.since = self.since;
        }
        moved
    }

    /// How long still, on the worse clock; `None` where it is open-ended.
    pub fn left(&self, now: &Now) -> Option<Duration> {
        let wall = self.until.map(|until| span(now.wall, until));
        let steady = self.until_steady.map(|until| until.saturating_sub(now.steady));
        wall.into_iter().chain(steady).min()
    }

    /// Whether it has not ended, on either clock.
    pub fn is_open(&self, now: &Now) -> bool {
        self.left(now).is_none_or(|left| !left.is_zero())
    }
}

/// From one time to a later one; nothing where it is none.
fn span(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

/// How long a reader may go on injecting without having heard from its source.
#[derive(Debug)]
pub struct Lease {
    length: Duration,
    wall_ms: AtomicI64,
    steady_ms: AtomicU64,
}

/// The clocks may disagree by so much about the age of a lease.
const MAX_SKEW: Duration = Duration::from_secs(5 * 60);

impl Lease {
    /// A lease of `length` that was last renewed at `now`.
    pub fn new(length: Duration, now: &Now) -> Self {
        let lease = Self { length, wall_ms: AtomicI64::new(0), steady_ms: AtomicU64::new(0) };
        lease.renew(now);
        lease
    }

    /// Renews it as of `sent`: the moment at which the question was *sent* to
    /// the source, for the answer is no younger than that.
    pub fn renew(&self, sent: &Now) {
        self.wall_ms.store(sent.wall.as_millisecond(), Ordering::Relaxed);
        self.steady_ms.store(u64::try_from(sent.steady.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Ends it now.
    pub fn end(&self) {
        self.steady_ms.store(0, Ordering::Relaxed);
        self.wall_ms.store(0, Ordering::Relaxed);
    }

    /// What is left of it, on the worse of the two clocks; `None` when it has run out.
    pub fn left(&self, now: &Now) -> Option<Duration> {
        let wall =
            Timestamp::from_millisecond(self.wall_ms.load(Ordering::Relaxed)).unwrap_or(Timestamp::MIN);
        let sent = Now { wall, steady: Duration::from_millis(self.steady_ms.load(Ordering::Relaxed)) };
        if now.skew(&sent) > MAX_SKEW {
            return None;
        }
        self.length.checked_sub(now.since(&sent)).filter(|left| !left.is_zero())
    }

    /// Its full length.
    pub fn length(&self) -> Duration {
        self.length
    }
}

/// One fault spec in force (or waiting for it), with its counters.
#[derive(Debug)]
pub struct ArmedSpec {
    /// `scenario/spec`.
    pub full_name: Arc<str>,
    /// What was asked.
    pub spec: FaultSpec,
    /// When it is in force.
    pub window: Window,
    /// Whether it was armed; an unarmed one never fires, and is shown by `explain`.
    pub armed: bool,
    /// What must be heard from its source, if anything.
    pub lease: Option<Arc<Lease>>,
    /// Where it came from.
    pub origin: Origin,
    /// What happened so far; kept when only the window changes.
    pub state: Arc<SpecState>,
    /// Set when the piece of work is over that it is for alone.
    pub(crate) over: Option<Arc<AtomicBool>>,
    pub(crate) answer: Option<Arc<Answer>>,
    /// This process's part of `fleet_max`, where the table serves it.
    pub(crate) shares: Option<Arc<Shares>>,
    /// Where members of inputs lie, as published with it.
    pub(crate) places: Arc<Published>,
    pub(crate) name_hash: u64,
    pub(crate) specificity: u32,
}

/// How a scenario is put in force.
#[derive(Clone, Debug)]
pub struct Arming {
    /// Whether it is armed.
    pub armed: bool,
    /// When.
    pub window: Window,
    /// Under which lease.
    pub lease: Option<Arc<Lease>>,
    /// Where it came from.
    pub origin: Origin,
}

impl ArmedSpec {
    /// The specs of `scenario`, to be put in force together.
    pub fn all(scenario: &Scenario, arming: &Arming) -> Vec<Arc<Self>> {
        scenario.spec.iter().map(|spec| Arc::new(Self::new(scenario.id.as_str(), spec, arming))).collect()
    }

    pub(crate) fn new(scenario: &str, spec: &FaultSpec, arming: &Arming) -> Self {
        let full_name: Arc<str> = format!("{scenario}/{}", spec.id).into();
        Self {
            answer: answer(spec, &full_name).map(Arc::new),
            places: Arc::default(),
            shares: None,
            name_hash: dice::name_hash(&full_name),
            specificity: spec.target.specificity(),
            spec: spec.clone(),
            window: arming.window.clone(),
            armed: arming.armed,
            lease: arming.lease.clone(),
            origin: arming.origin.clone(),
            state: Arc::default(),
            over: None,
            full_name,
        }
    }

    /// The same spec with the same counters, in force at another time.
    #[cfg(feature = "table")]
    pub(crate) fn in_window(&self, window: Window) -> Self {
        Self { window, ..self.twin() }
    }

    /// The same spec with the same counters, in force until `over` is set.
    #[cfg(feature = "inject")]
    pub(crate) fn until_over(&self, over: Arc<AtomicBool>) -> Self {
        Self { over: Some(over), ..self.twin() }
    }

    #[cfg(any(feature = "inject", feature = "table"))]
    fn twin(&self) -> Self {
        Self {
            full_name: Arc::clone(&self.full_name),
            spec: self.spec.clone(),
            window: self.window.clone(),
            armed: self.armed,
            lease: self.lease.clone(),
            origin: self.origin.clone(),
            state: Arc::clone(&self.state),
            over: self.over.clone(),
            answer: self.answer.clone(),
            shares: self.shares.clone(),
            places: Arc::clone(&self.places),
            name_hash: self.name_hash,
            specificity: self.specificity,
        }
    }

    /// The scenario's id.
    pub fn scenario(&self) -> &str {
        self.full_name.split_once('/').map_or(&self.full_name, |(scenario, _)| scenario)
    }

    /// Whether it is in force: armed, heard from, and in its window.
    ///
    /// # Errors
    /// Why not.
    pub fn in_force(&self, now: &Now) -> Result<(), SkipReason> {
        let is_over = self.over.as_ref().is_some_and(|over| over.load(Ordering::Acquire));
        if !self.armed || is_over {
            return Err(SkipReason::NotArmed);
        }
        if self.lease.as_ref().is_some_and(|lease| lease.left(now).is_none()) {
            return Err(SkipReason::LeaseOver);
        }
        match self.window.is_open(now) {
            true => Ok(()),
            false => Err(SkipReason::Expired { until: self.window.until }),
        }
    }

    /// Whether it may end without anything being changed.
    pub(crate) fn ends_by_itself(&self) -> bool {
        self.lease.is_some() || self.window.until.is_some() || self.window.until_steady.is_some()
    }

    /// Whether it matters to it what time it is.
    pub(super) fn asks_the_time(&self) -> bool {
        self.ends_by_itself() || self.spec.when.ramp.is_some()
    }

    /// How often it has hit, by what `max` counts: attempts, or calls.
    pub(crate) fn hits(&self) -> u64 {
        match self.spec.when.per {
            Per::Attempt => self.state.begun(),
            Per::Call => self.state.calls().hit(),
        }
    }

    /// Whether it has hit as often as it may.
    pub(crate) fn is_used_up(&self) -> bool {
        self.spec.when.max.is_some_and(|max| self.hits() >= max)
    }

    /// Counts an injection: of attempts, or, where all attempts of `call` meet the
    /// same, of calls. A dry run leaves the fleet's budget alone.
    ///
    /// # Errors
    /// Where `max` or `fleet_max` allows no more.
    pub(super) fn count_injection(
        &self,
        call: Option<u64>,
        now: &Now,
        dry_run: bool,
    ) -> Result<(), SkipReason> {
        let is_counted = || call.is_some_and(|call| self.state.was_hit(call));
        let needs_share = self.spec.when.fleet_max.is_some() && !is_counted();
        let shares = self.shares.as_ref().filter(|_| needs_share && !dry_run);
        match shares {
            Some(shares) => shares.take(now)?,
            None if needs_share && self.shares.is_none() => return Err(self.no_table()),
            None => {}
        }
        if self.state.count_injection(self.spec.when.max, call) {
            return Ok(());
        }
        shares.into_iter().for_each(|shares| shares.untake());
        Err(SkipReason::MaxReached)
    }

    fn no_table(&self) -> SkipReason {
        SkipReason::FleetMax { max: self.spec.when.fleet_max.unwrap_or_default(), budget: Budget::NoTable }
    }

    /// Why the fleet's budget lets it hit nothing, as far as that is known.
    pub(super) fn fleet_objection(&self) -> Option<SkipReason> {
        self.spec.when.fleet_max?;
        match &self.shares {
            Some(shares) => shares.objection(),
            None => (self.origin != Origin::Table).then(|| self.no_table()),
        }
    }

    /// The share of calls that is hit at `now`, ramp included.
    pub(crate) fn rate_at(&self, now: &Now) -> f64 {
        let full = self.spec.when.rate.share();
        match self.spec.when.ramp {
            Some(ramp) => full * (now.since(&self.window.since).as_secs_f64() / ramp.as_secs_f64()).min(1.0),
            None => full,
        }
    }

    /// What it does, in a few words, for people.
    pub fn summary(&self) -> String {
        let delay = self.spec.fault.latency.as_ref().map(|latency| match latency {
            crate::spec::Latency::Fixed(delay) => format!("+{}", format_duration(*delay)),
            crate::spec::Latency::Uniform(low, high) => {
                format!("+{}..{}", format_duration(*low), format_duration(*high))
            }
            crate::spec::Latency::LogNormal { median, p99 } => {
                format!("+{} (p99 {})", format_duration(*median), format_duration(*p99))
            }
        });
        let answer = self.answer.as_ref().map(|answer| answer.label());
        delay.into_iter().chain(answer).collect::<Vec<_>>().join(", ")
    }
}

fn answer(spec: &FaultSpec, full_name: &str) -> Option<Answer> {
    let outcome = spec.fault.outcome.as_ref()?;
    Some(Answer::of(outcome, &spec.target, full_name))
}

//! What a sweep does, and what it costs at most.

use super::call::Call;
use super::coverage::Outside;
use super::fault::Fault;
use super::run::Ended;
use crate::handle::Chaos;
use crate::spec::format_duration;
use std::fmt;
use std::time::Duration;

/// A sweep in the making: see [`Chaos::sweep`] and the [module](super).
#[must_use = "nothing runs before `run`"]
pub struct Sweep<T> {
    pub(super) chaos: Chaos,
    pub(super) test: T,
    pub(super) runs: usize,
    pub(super) time: Duration,
    pub(super) limit: Duration,
    pub(super) only_once: bool,
    pub(super) cut_allowed: bool,
    pub(super) faults: Option<Vec<Fault>>,
    pub(super) chosen: Box<dyn Fn(&Call) -> bool + Send + Sync>,
}

impl Chaos {
    /// Finds out which faults of which calls the code that `test` runs survives.
    /// [`crate::sweep`] says how.
    pub fn sweep<T>(&self, test: T) -> Sweep<T> {
        Sweep {
            chaos: self.clone(),
            test,
            runs: 1000,
            time: Duration::from_secs(10 * 60),
            limit: Duration::from_secs(30),
            only_once: false,
            cut_allowed: false,
            faults: None,
            chosen: Box::new(|_| true),
        }
    }
}

impl<T> Sweep<T> {
    /// Makes at most so many runs with a fault; 1000 by default.
    pub fn at_most(mut self, runs: usize) -> Self {
        self.runs = runs;
        self
    }

    /// Ends after so long by the handle's clock; ten minutes by default. A run
    /// that is under way then is dropped.
    pub fn within(mut self, time: Duration) -> Self {
        self.time = time;
        self
    }

    /// Lets [`assert_survived`](super::Coverage::assert_survived) pass where the
    /// budget ended the sweep before all faults were tried.
    pub fn allow_cut(mut self) -> Self {
        self.cut_allowed = true;
        self
    }

    /// How long one run may take; 30 s by default. Waited by the handle's clock:
    /// with tokio's time paused, waiting costs none. The waits of a
    /// [`TestClock`](crate::clock::TestClock) end at once, so that with it every
    /// run hangs that waits for anything.
    pub fn hung_after(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Leaves out the runs in which every attempt fails: asks only whether trying
    /// again is done, and done right.
    pub fn only_once(mut self) -> Self {
        self.only_once = true;
        self
    }

    /// Tries these faults, in this order, instead of the likely ones. Calls are
    /// spared those that they cannot have, such as another service's error.
    ///
    /// ```
    /// use chaos_core::{Chaos, spec::NetworkFault, sweep::Fault};
    /// let chaos = Chaos::builder().build()?;
    /// let sweep = chaos
    ///     .sweep(|| async {})
    ///     .faults([Fault::status(500), NetworkFault::ConnectionReset.into()]);
    /// # drop(sweep);
    /// # Ok::<(), chaos_core::door::Problems>(())
    /// ```
    pub fn faults(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.faults = Some(faults.into_iter().collect());
        self
    }

    /// Sweeps only the calls of which `chosen` says so.
    pub fn calls(mut self, chosen: impl Fn(&Call) -> bool + Send + Sync + 'static) -> Self {
        self.chosen = Box::new(chosen);
        self
    }
}

impl<T> fmt::Debug for Sweep<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sweep")
            .field("runs", &self.runs)
            .field("time", &self.time)
            .field("limit", &self.limit)
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}

/// Why a sweep showed nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SweepError {
    /// The handle hits no calls, for this reason.
    CannotInject(&'static str),
    /// The test does not pass as it is; with what it said.
    CleanRun(String),
    /// The test made no call that the handle was asked about.
    NoCalls,
    /// All calls came from outside of the test, as those of tasks do that it
    /// spawns without [`inherit`](crate::inherit): these.
    AllOutside(Outside),
    /// None of the calls can have these faults, which were asked for.
    Unfit(Vec<String>),
}

impl SweepError {
    pub(super) fn of_none(outside: &Outside) -> Self {
        if outside.attempts() == 0 { Self::NoCalls } else { Self::AllOutside(outside.clone()) }
    }

    pub(super) fn of_clean(ended: &Ended, limit: Duration) -> Result<(), Self> {
        match ended {
            Ended::Well => Ok(()),
            Ended::Failed(why) | Ended::Panicked(why) => Err(Self::CleanRun(why.clone())),
            Ended::Hung => Err(Self::CleanRun(format!("it was not done in {}", format_duration(limit)))),
        }
    }
}

impl fmt::Display for SweepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CannotInject(why) => write!(f, "the handle hits no calls: {why}"),
            Self::CleanRun(why) => write!(f, "the test does not pass without faults either: {why}"),
            Self::NoCalls => f.write_str(
                "the test made no call that this handle was asked about: are its clients made with \
                 `.chaos(..)` and this handle, and does what it spawns go through `inherit`?",
            ),
            Self::AllOutside(outside) => write!(
                f,
                "no call came from within the test, but these from outside of it: {outside}; do tasks that it \
                 spawns go through `inherit`?"
            ),
            Self::Unfit(faults) => write!(f, "no call of the test can have {}", faults.join(", ")),
        }
    }
}

impl std::error::Error for SweepError {}

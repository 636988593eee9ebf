//! Watching the functions: a line per second.

use crate::args::Role;
use crate::failure::Failure;
use crate::ledger::{Ledger, Ledgers};
use crate::screen::Screen;
use crate::stage::{Stage, Told};
use std::time::Duration;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep_until};

const SECOND: Duration = Duration::from_secs(1);
/// A process that starts on a busy machine may take its time.
const PATIENCE: Duration = Duration::from_secs(30);

/// Takes down what the functions tell, and shows it.
pub(crate) struct Watch<'a> {
    pub(crate) stage: &'a mut Stage,
    pub(crate) screen: &'a mut Screen,
    ledgers: Ledgers,
    began: Instant,
    seconds: Interval,
}

impl<'a> Watch<'a> {
    pub(crate) fn new(stage: &'a mut Stage, screen: &'a mut Screen) -> Self {
        Self { stage, screen, ledgers: Ledgers::default(), began: Instant::now(), seconds: seconds() }
    }

    pub(crate) fn of(&self, role: Role) -> &Ledger {
        self.ledgers.of(role)
    }

    /// Waits until calls of every function succeed, then starts the clock and
    /// names the columns.
    pub(crate) async fn until_all_are_there(&mut self) -> Result<(), Failure> {
        let latest = Instant::now() + PATIENCE;
        while let Some(role) = Role::ALL.into_iter().find(|role| !self.has_succeeded(*role)) {
            tokio::select! {
                Some(told) = self.stage.told() => self.take(told)?,
                () = sleep_until(latest) => return Err(Failure::Silent(role)),
            }
        }
        for role in Role::ALL {
            // Starting up is no news.
            let _ = self.ledgers.of_mut(role).news();
        }
        self.began = Instant::now();
        self.seconds = seconds();
        self.screen.columns()
    }

    /// Shows what the functions experience, for `time`.
    pub(crate) async fn show(&mut self, phase: &str, time: Duration) -> Result<(), Failure> {
        let until = Instant::now() + time;
        loop {
            tokio::select! {
                // In this order, for the last line of a phase is due when the phase ends.
                biased;
                Some(told) = self.stage.told() => self.take(told)?,
                _ = self.seconds.tick() => self.line(phase)?,
                () = sleep_until(until) => return Ok(()),
            }
        }
    }

    /// Forgets what was shown: for those who go on and on.
    pub(crate) fn forget(&mut self) {
        Role::ALL.into_iter().for_each(|role| self.ledgers.of_mut(role).forget());
    }

    fn has_succeeded(&self, role: Role) -> bool {
        self.of(role).ticks().iter().any(|tick| tick.counts.passed > 0)
    }

    fn take(&mut self, Told { role, at, line }: Told) -> Result<(), Failure> {
        let line = line.ok_or(Failure::Ended(role))?;
        self.ledgers.of_mut(role).add(at, line);
        Ok(())
    }

    fn line(&mut self, phase: &str) -> Result<(), Failure> {
        let time = self.began.elapsed();
        let news = Role::ALL.map(|role| self.ledgers.of_mut(role).news());
        self.screen.second(time, phase, &news)
    }
}

/// Ticks at full seconds from now on, and leaves out what it missed.
fn seconds() -> Interval {
    let mut seconds = interval(SECOND);
    seconds.set_missed_tick_behavior(MissedTickBehavior::Skip);
    seconds.reset();
    seconds
}

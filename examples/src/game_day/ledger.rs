//! What each function has experienced so far.

use crate::args::Role;
use crate::line::{Counts, Line, Lost};
use std::time::Duration;
use tokio::time::Instant;

/// What a function experienced in a quarter of a second or so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tick {
    pub(crate) from: Instant,
    pub(crate) to: Instant,
    pub(crate) counts: Counts,
}

/// One function's ticks, in order and without a gap.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    ticks: Vec<Tick>,
    shown: usize,
    first_lost: Option<Lost>,
}

impl Ledger {
    pub(crate) fn add(&mut self, at: Instant, line: Line) {
        match line {
            Line::Counts(counts) => {
                let from = self.ticks.last().map_or(at, |last| last.to);
                self.ticks.push(Tick { from, to: at, counts });
            }
            Line::Lost(lost) => {
                self.first_lost.get_or_insert(lost);
            }
        }
    }

    pub(crate) fn ticks(&self) -> &[Tick] {
        &self.ticks
    }

    /// The ticks that begin at `begin` or later.
    pub(crate) fn since(&self, begin: Instant) -> &[Tick] {
        let first = self.ticks.partition_point(|tick| tick.from < begin);
        self.ticks.get(first..).unwrap_or_default()
    }

    /// Of these, those that are over by `end`.
    pub(crate) fn between(&self, begin: Instant, end: Instant) -> &[Tick] {
        let rest = self.since(begin);
        rest.get(..rest.partition_point(|tick| tick.to <= end)).unwrap_or_default()
    }

    /// What is new since this was last asked, and over how long it happened.
    pub(crate) fn news(&mut self) -> (Counts, Duration) {
        let news = self.ticks.get(self.shown..).unwrap_or_default();
        self.shown = self.ticks.len();
        (sum(news), length(news))
    }

    /// Forgets what was shown.
    pub(crate) fn forget(&mut self) {
        // The last one says where the next begins.
        self.ticks.drain(..self.shown.saturating_sub(1));
        self.shown = self.ticks.len().min(1);
    }

    /// The first call that was lost.
    pub(crate) fn first_lost(&self) -> Option<&Lost> {
        self.first_lost.as_ref()
    }
}

/// All that `ticks` have counted.
pub(crate) fn sum(ticks: &[Tick]) -> Counts {
    ticks.iter().map(|tick| &tick.counts).sum()
}

/// The time that `ticks` cover.
pub(crate) fn length(ticks: &[Tick]) -> Duration {
    match (ticks.first(), ticks.last()) {
        (Some(first), Some(last)) => last.to.duration_since(first.from),
        _ => Duration::ZERO,
    }
}

/// A ledger for each function.
#[derive(Debug, Default)]
pub(crate) struct Ledgers {
    checkout: Ledger,
    reports: Ledger,
}

impl Ledgers {
    pub(crate) fn of(&self, role: Role) -> &Ledger {
        match role {
            Role::Checkout => &self.checkout,
            Role::Reports => &self.reports,
        }
    }

    pub(crate) fn of_mut(&mut self, role: Role) -> &mut Ledger {
        match role {
            Role::Checkout => &mut self.checkout,
            Role::Reports => &mut self.reports,
        }
    }
}

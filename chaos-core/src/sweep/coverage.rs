//! What a sweep found.

use super::call::{Call, Made};
use super::fault::{Fault, How};
use std::collections::BTreeMap;
use std::fmt;

/// So much is kept of what a failed run says, in bytes.
const KEPT: usize = 2000;

/// What a sweep found: which faults of which calls the work stands.
///
/// Printed, it is a table for people; [`to_json`](Coverage::to_json) is for programs.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// The calls that the clean run made, and how often.
    pub calls: BTreeMap<Call, Made>,
    /// Every call with every fault, by call, most telling faults first.
    pub rows: Vec<Row>,
    /// Attempts of calls that were not swept: beyond the first hundred different
    /// ones, or without a host.
    pub left_out: u64,
    /// Calls that the handle was asked about while the sweep ran, and that its
    /// runs did not make: no fault could hit them.
    pub outside: Outside,
    /// Calls that the caller left out.
    pub not_chosen: usize,
    /// Why rows were not run, where that is so.
    pub cut: Option<Cut>,
    /// Whether a cut is none that assertions mind: see [`Sweep::allow_cut`](super::Sweep::allow_cut).
    pub cut_allowed: bool,
    /// The rows, as they are printed, of runs in which a call was not tried again
    /// as often as in runs before with faults of the same kind: so the AWS SDK does
    /// where a client's quota of retries is used up. [`crate::sweep`] says what helps.
    pub dry: Vec<String>,
    /// Whether faults that any service has stood for the errors that operations
    /// model, because this build has no feature `catalogue`.
    pub generic: bool,
}

/// One fault of one call.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The call.
    pub call: Call,
    /// What it met.
    pub fault: Fault,
    /// How often it met it.
    pub how: How,
    /// What became of the work.
    pub verdict: Verdict,
    /// How many attempts were hit.
    pub hits: u64,
}

/// Calls that were made outside of the work: in tasks that it spawned without
/// [`inherit`](crate::inherit), or by others that use its handle meanwhile. Those
/// in a scope of their own ([`isolated`](crate::Chaos::isolated)) are not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outside {
    /// The first hundred different ones, and how often each was made in all runs.
    pub calls: BTreeMap<Call, Made>,
    /// Attempts of others.
    pub left_out: u64,
}

impl Outside {
    /// All attempts.
    pub fn attempts(&self) -> u64 {
        self.left_out + self.calls.values().map(|made| made.attempts).sum::<u64>()
    }
}

/// What became of the work when a call met a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It passed.
    Survived,
    /// It returned an error, which is told.
    Failed(String),
    /// It panicked, as failed assertions do; with what it said.
    Panicked(String),
    /// It was not done in time.
    Hung,
    /// It failed, but not by the fault, which struck nothing: this work does not
    /// always pass by itself.
    Flaky(String),
    /// It passed, and the fault struck nothing, for this reason.
    NotMet(String),
    /// There was no budget left for it.
    NotRun,
}

/// What ended a sweep early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// So many runs were made.
    Runs(usize),
    /// The time was over.
    Time,
}

impl Verdict {
    /// One word for it; what has to be looked at is in capitals.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Survived => "survived",
            Self::Failed(_) => "FAILED",
            Self::Panicked(_) => "PANICKED",
            Self::Hung => "HUNG",
            Self::Flaky(_) => "FLAKY",
            Self::NotMet(_) => "not met",
            Self::NotRun => "not run",
        }
    }

    /// What there is to say beside the word.
    pub fn because(&self) -> Option<&str> {
        match self {
            Self::Failed(why) | Self::Panicked(why) | Self::Flaky(why) | Self::NotMet(why) => Some(why),
            Self::Survived | Self::Hung | Self::NotRun => None,
        }
    }

    /// Whether the work did not stand it, or failed by itself.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Panicked(_) | Self::Hung | Self::Flaky(_))
    }

    /// Whether the fault struck, so that something was shown.
    pub(super) fn is_shown(&self) -> bool {
        matches!(self, Self::Survived | Self::Failed(_) | Self::Panicked(_) | Self::Hung)
    }
}

impl Coverage {
    /// The faults that the work stands.
    pub fn survived(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.verdict == Verdict::Survived)
    }

    /// The rows where the work failed, panicked or hung, by the fault or by itself.
    pub fn failed(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.verdict.is_failure())
    }

    /// How many rows have a verdict of this word.
    pub(super) fn count(&self, word: &str) -> usize {
        self.rows.iter().filter(|row| row.verdict.word() == word).count()
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}, {}", self.call, self.fault, self.how)
    }
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Runs(runs) => write!(f, "the budget of {runs} runs was spent"),
            Self::Time => f.write_str("the time was over"),
        }
    }
}

/// `text` without what is beyond bounds.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().map(|(at, _)| at).take_while(|at| *at <= KEPT).last() {
        Some(end) if text.len() > KEPT => format!("{}…", text.get(..end).unwrap_or_default()),
        _ => text.to_owned(),
    }
}

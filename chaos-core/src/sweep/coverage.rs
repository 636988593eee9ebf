//! What a sweep found.

use super::call::{Call, Made};
use super::fault::{Fault, How};
use crate::spec::{Case, Pattern};
use std::collections::BTreeMap;
use std::fmt::{self, Write};

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
    /// Calls that the caller left out.
    pub not_chosen: usize,
    /// Why rows were not run, where that is so.
    pub cut: Option<Cut>,
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

    /// # Panics
    /// If some fault was not survived, or if none struck at all; with the table.
    #[track_caller]
    pub fn assert_survived(&self) {
        self.assert_survived_but::<&str>([]);
    }

    /// As [`assert_survived`](Coverage::assert_survived), with gaps that are known:
    /// rows as they are printed, `kinesis PutRecord: response_lost, once`, with the
    /// wildcards `*` and `?`.
    ///
    /// # Panics
    /// If some other fault was not survived, or if none struck at all. Also if a
    /// known gap is none any longer: all of its rows survived, or there is none.
    #[track_caller]
    pub fn assert_survived_but<S: AsRef<str>>(&self, known: impl IntoIterator<Item = S>) {
        let wrong = self.wrong(known);
        assert!(wrong.is_empty(), "{wrong}\n{self}");
    }

    fn wrong<S: AsRef<str>>(&self, known: impl IntoIterator<Item = S>) -> String {
        let known: Vec<_> =
            known.into_iter().map(|gap| Pattern::new(gap.as_ref(), Case::Sensitive)).collect();
        let is_known = |row: &&Row| known.iter().any(|gap| gap.matches(&row.to_string()));
        let mut wrong = String::new();
        for row in self.failed().filter(|row| !is_known(row)) {
            let _ = writeln!(wrong, "{row}: {}", row.verdict.word());
        }
        for gap in &known {
            let rows: Vec<_> = self.rows.iter().filter(|row| gap.matches(&row.to_string())).collect();
            if rows.iter().all(|row| row.verdict == Verdict::Survived) {
                let why = if rows.is_empty() { "matches no row" } else { "is survived now" };
                let _ = writeln!(wrong, "the known gap `{}` {why}: take it out", gap.text());
            }
        }
        if !self.rows.iter().any(|row| row.verdict.is_shown()) {
            let _ = writeln!(wrong, "no fault struck, so nothing was shown");
        }
        wrong
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

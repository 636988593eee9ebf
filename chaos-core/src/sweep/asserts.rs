//! What tests demand of a sweep.

use super::coverage::{Coverage, Cut, Row, Verdict};
use crate::spec::{Case, Pattern};
use std::fmt::Write;

impl Coverage {
    /// # Panics
    /// If some fault was not survived, if the budget ended before all were tried
    /// (unless [`allow_cut`](super::Sweep::allow_cut) was said), or if none struck
    /// at all; with the table.
    #[track_caller]
    pub fn assert_survived(&self) {
        self.assert_survived_but::<&str>([]);
    }

    /// As [`assert_survived`](Coverage::assert_survived), with gaps that are known:
    /// rows as they are printed, `kinesis PutRecord: response_lost, once`, with the
    /// wildcards `*` and `?`.
    ///
    /// # Panics
    /// As there, of the other faults. Also if a known gap is none any longer: all
    /// of its rows survived, or there is none.
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
        if let Some(cut) = self.cut.filter(|_| !self.cut_allowed) {
            let _ = writeln!(wrong, "{}", self.cut_short(cut));
        }
        wrong
    }

    /// A sweep that was cut short is not one that all was survived in.
    fn cut_short(&self, cut: Cut) -> String {
        let (all, not_run) = (self.rows.len(), self.count(Verdict::NotRun.word()));
        let more = match cut {
            Cut::Runs(_) => "at_most",
            Cut::Time => "within",
        };
        format!(
            "only {} of {all} cases ran: {cut}; give it more with `{more}`, or accept that with \
             `allow_cut()` on the sweep",
            all - not_run
        )
    }
}

//! A sweep's findings for people: a table that fits a terminal, what failed and
//! why, and a line that sums it up.

use super::coverage::{Coverage, Row, Verdict};
use super::fault::How;
use std::fmt::{self, Write};

/// The widest that a call and a fault are printed, in characters.
const CALL: usize = 36;
const FAULT: usize = 42;
/// The width of the lines that tell why.
const LINE: usize = 90;
/// So many lines tell why.
const LINES: usize = 3;

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.table(f)?;
        self.reasons(f)?;
        self.summary(f)
    }
}

impl Coverage {
    fn table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let same = |a: &Row, b: &Row| a.call == b.call && a.fault == b.fault;
        let call = |row: &Row| cut(&row.call.to_string(), CALL);
        let fault = |row: &Row| cut(&row.fault.to_string(), FAULT);
        let width = |text: &dyn Fn(&Row) -> String, least: &str| {
            self.rows.iter().map(|row| text(row).chars().count()).max().unwrap_or(0).max(least.len())
        };
        let (calls, faults) = (width(&call, "call"), width(&fault, "fault"));
        let mut line = |cells: [&str; 4]| {
            let [call, fault, once, always] = cells;
            writeln!(f, "{}", format!("{call:calls$}  {fault:faults$}  {once:8}  {always}").trim_end())
        };
        line(["call", "fault", "once", "always"])?;
        let mut before = None;
        for rows in self.rows.chunk_by(same) {
            let Some(row) = rows.first() else { continue };
            let cell = |how| rows.iter().find(|row| row.how == how).map(cell).unwrap_or_default();
            let name = if before == Some(&row.call) { String::new() } else { call(row) };
            line([&name, &fault(row), &cell(How::Once), &cell(How::Always)])?;
            before = Some(&row.call);
        }
        Ok(())
    }

    /// Why the work failed: what is the same for several faults of a call is said once.
    fn reasons(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let same = |a: &Row, b: &Row| (&a.call, &a.verdict, a.how) == (&b.call, &b.verdict, b.how);
        let told: Vec<_> = self
            .rows
            .iter()
            .filter(|row| row.verdict.because().is_some() || row.verdict == Verdict::Hung)
            .collect();
        for (number, row) in told.iter().enumerate() {
            if told.iter().take(number).any(|other| same(other, row)) {
                continue;
            }
            let faults: Vec<_> =
                told.iter().filter(|other| same(other, row)).map(|row| row.fault.to_string()).collect();
            writeln!(f, "\n{}  {}, {}: {}", row.verdict.word(), row.call, row.how, faults.join(", "))?;
            for line in wrapped(row.verdict.because().unwrap_or_default()) {
                writeln!(f, "    {line}")?;
            }
        }
        Ok(())
    }

    fn summary(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.rows.iter().filter(|row| row.verdict.is_shown()).count();
        write!(f, "\n{} of {shown} survived", self.survived().count())?;
        let mut rest = String::new();
        for word in ["FAILED", "PANICKED", "HUNG", "FLAKY", "not met", "not run"] {
            let count = self.count(word);
            if count > 0 {
                write!(rest, "{}{count} {}", if rest.is_empty() { "; " } else { ", " }, word.to_lowercase())?;
            }
        }
        f.write_str(&rest)?;
        if let Some(cut) = &self.cut {
            write!(f, " ({cut})")?;
        }
        self.notes(f)
    }
}

/// The verdict, and how many attempts met it where that may be several.
fn cell(row: &Row) -> String {
    match (row.how, row.hits) {
        (How::Once, _) | (_, 0) => row.verdict.word().to_owned(),
        (How::Always, hits) => format!("{} x{hits}", row.verdict.word()),
    }
}

fn cut(text: &str, most: usize) -> String {
    match text.chars().count() > most {
        true => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        false => text.to_owned(),
    }
}

/// The words of `text` in lines, of which the first few are kept.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < LINE => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(cut(word, LINE)),
        }
        if lines.len() > LINES {
            lines.truncate(LINES);
            lines.push("…".to_owned());
            break;
        }
    }
    lines
}

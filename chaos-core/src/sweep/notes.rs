//! What else people have to know of a sweep, below its table.

use super::call::{Call, Made};
use super::coverage::{Coverage, Outside};
use std::cmp::Reverse;
use std::fmt;

/// So many are named of a kind.
const NAMED: usize = 3;

impl Coverage {
    pub(super) fn notes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.not_chosen > 0 {
            write!(f, "\n{} calls were not chosen", self.not_chosen)?;
        }
        if self.left_out > 0 {
            let attempts = self.left_out;
            write!(f, "\n{attempts} attempts were of calls that are not swept: too many, or without a host")?;
        }
        if self.outside.attempts() > 0 {
            write!(
                f,
                "\n{} came from outside of the work, and met none of its faults: {}\n    \
                 do tasks that it spawns go through `inherit`, or do others use its handle meanwhile?",
                counted(self.outside.attempts(), "attempt"),
                self.outside
            )?;
        }
        if !self.dry.is_empty() {
            write!(
                f,
                "\nin {} a call was not tried again as often as it had been before: {}\n    \
                 runs may have used up a quota of retries that they share, as clients of one service and region\n    \
                 do even if made anew: give them a `retry_partition` with `TokenBucket::unlimited()`",
                counted(self.dry.len() as u64, "run"),
                named(&self.dry, self.dry.len())
            )?;
        }
        if self.generic {
            f.write_str("\nonly faults that any service has: this build has no feature `catalogue`")?;
        }
        Ok(())
    }
}

/// Those that are made most often, and how many others there are.
impl fmt::Display for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut calls: Vec<(&Call, &Made)> = self.calls.iter().collect();
        calls.sort_by_key(|(call, made)| (Reverse(made.attempts), *call));
        let calls: Vec<_> =
            calls.into_iter().map(|(call, made)| format!("{call} x{}", made.attempts)).collect();
        let others = usize::from(self.left_out > 0);
        f.write_str(&named(&calls, calls.len() + others))
    }
}

fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// The first few of `all`.
fn named(names: &[String], all: usize) -> String {
    let first: Vec<_> = names.iter().take(NAMED).map(String::as_str).collect();
    match (first.len(), all) {
        (0, _) => "calls without a name".to_owned(),
        (told, all) if told == all => first.join("; "),
        (told, all) => format!("{}; and {} more", first.join("; "), all - told),
    }
}

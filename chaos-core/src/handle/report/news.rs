//! What is new since the last report.

use crate::handle::observe::{Counts, Observer, SECONDS};
use crate::table::{Tally, TargetReport};
use std::collections::HashMap;

/// A report has about so many seconds of targets at most; the rest waits for the
/// next one. Each is some 15 bytes, and an item has 400 KB.
const MOST: usize = 6_000;
/// Seconds that are this close to being forgotten are not looked at.
const MARGIN: i64 = 4;

/// What was reported of each target, so that only what has changed is.
#[derive(Debug)]
pub(super) struct News {
    from: i64,
    told: HashMap<usize, Box<[Told]>>,
}

/// What was told of the second `at`.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    at: i64,
    counts: Counts,
}

impl News {
    /// Of what happens from the second `from` on.
    pub(super) fn since(from: i64) -> Self {
        Self { from, told: HashMap::new() }
    }

    /// What is new up to the second `to`, which from now on is told.
    pub(super) fn of(&mut self, observer: &Observer, to: i64) -> Vec<TargetReport> {
        if to < self.from {
            // The clock was set back.
            self.from = to;
        }
        let from = self.from.max(to - SECONDS as i64 + MARGIN);
        let mut left = MOST;
        let mut targets = Vec::new();
        for (slot, target) in observer.targets() {
            let told = self.told.entry(slot).or_insert_with(|| vec![Told::default(); SECONDS].into());
            let mut seconds = Vec::new();
            for at in from..=to {
                let place = usize::try_from(at.rem_euclid(SECONDS as i64)).unwrap_or(0);
                let Some(told) = told.get_mut(place) else { continue };
                let counts = target.counts(at);
                let before = if told.at == at { told.counts } else { Counts::default() };
                if counts != before && left > 0 {
                    left -= 1;
                    seconds.push((at, difference(counts, before)));
                    *told = Told { at, counts };
                }
            }
            if !seconds.is_empty() {
                let (service, operation) = (target.service.to_string(), target.operation.to_string());
                targets.push(TargetReport { service, operation, seconds });
            }
        }
        targets
    }
}

fn difference(counts: Counts, before: Counts) -> Tally {
    let of = |part: fn(&Counts) -> u32| i64::from(part(&counts)) - i64::from(part(&before));
    Tally {
        passed: of(|counts| counts.passed),
        failed: of(|counts| counts.failed),
        injected: of(|counts| counts.injected),
        lost: of(|counts| counts.lost),
    }
}

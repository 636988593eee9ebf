//! The question that all of this is about: once the outage is over, how long
//! until we are well again?

use crate::ledger::{Tick, length, sum};
use std::time::Duration;
use tokio::time::Instant;

/// A window is judged over at least so long, and so many calls.
const WINDOW: Duration = Duration::from_secs(3);
const CALLS: u64 = 50;
/// The share of what was normal that counts as well.
const WELL: f64 = 0.95;

/// How a function did over some time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Condition {
    success: f64,
    calls_per_second: f64,
}

impl Condition {
    /// `None` where there was too little traffic to tell.
    pub(crate) fn of(ticks: &[Tick]) -> Option<Self> {
        let (counts, length) = (sum(ticks), length(ticks));
        let calls_per_second = counts.calls() as f64 / length.as_secs_f64();
        let success = counts.success().filter(|_| counts.calls() >= CALLS)?;
        Some(Self { success, calls_per_second })
    }

    fn is_well(&self, normal: &Self) -> bool {
        self.success >= WELL * normal.success && self.calls_per_second >= WELL * normal.calls_per_second
    }
}

/// How long after `disarmed` the first window begins in which all was well.
/// `None` while there is none.
pub(crate) fn recovered(ticks: &[Tick], normal: &Condition, disarmed: Instant) -> Option<Duration> {
    let first = ticks.partition_point(|tick| tick.from < disarmed);
    let after = ticks.get(first..).unwrap_or_default();
    let mut begins = (0..after.len()).filter_map(|begin| after.get(begin..));
    let well = begins.find(|from| window(from).is_some_and(|window| window.is_well(normal)))?;
    well.first().map(|tick| tick.from.duration_since(disarmed))
}

/// The shortest window that begins with the first of `ticks`.
fn window(ticks: &[Tick]) -> Option<Condition> {
    let ends = (1..=ticks.len()).filter_map(|end| ticks.get(..end));
    ends.filter(|ticks| length(ticks) >= WINDOW).find_map(Condition::of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::Counts;

    const TICK: Duration = Duration::from_millis(250);
    const NORMAL: Condition = Condition { success: 1.0, calls_per_second: 40.0 };

    /// Ticks in a row, each with so many calls passed and lost.
    fn ticks(begin: Instant, counts: &[(u64, u64)]) -> Vec<Tick> {
        let mut from = begin;
        let mut tick = |&(passed, lost): &(u64, u64)| {
            let tick = Tick { from, to: from + TICK, counts: Counts { passed, lost, ..Counts::default() } };
            from = tick.to;
            tick
        };
        counts.iter().map(&mut tick).collect()
    }

    #[tokio::test]
    async fn the_first_good_window_is_the_recovery() {
        let now = Instant::now();
        // Two seconds of every other call lost, then none.
        let bad = ticks(now, &[[(5, 5); 8].as_slice(), &[(10, 0); 20]].concat());
        // A window may begin in the last bad tick: 5 of 120 calls are under 5 %.
        assert_eq!(recovered(&bad, &NORMAL, now), Some(TICK * 7));
        // Windows begin after the outage, whatever was before it.
        assert_eq!(recovered(&bad, &NORMAL, now + TICK * 10), Some(Duration::ZERO));
    }

    #[tokio::test]
    async fn success_at_half_the_rate_is_no_recovery() {
        let now = Instant::now();
        assert_eq!(recovered(&ticks(now, &[(5, 0); 40]), &NORMAL, now), None);
    }

    #[tokio::test]
    async fn what_is_too_short_is_not_judged() {
        let now = Instant::now();
        assert_eq!(recovered(&ticks(now, &[(10, 0); 11]), &NORMAL, now), None);
        assert_eq!(recovered(&ticks(now, &[(10, 0); 12]), &NORMAL, now), Some(Duration::ZERO));
        // Three seconds, but fewer than 50 calls.
        let slow = Condition { calls_per_second: 16.0, ..NORMAL };
        assert_eq!(recovered(&ticks(now, &[(4, 0); 12]), &slow, now), None);
        assert_eq!(recovered(&ticks(now, &[(4, 0); 13]), &slow, now), Some(Duration::ZERO));
    }
}

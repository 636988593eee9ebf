//! How many bytes of a slowed body may come, and when.

use crate::spec::SlowBodyFault;
use std::time::Duration;

/// The pace of one body: with a rate, so many bytes become free at each tick of
/// a tenth of a second that the time so far allows no more than the rate.
#[derive(Debug)]
pub struct Pace {
    fault: SlowBodyFault,
    passed: u64,
    /// Ticks so far.
    ticks: u64,
    /// Bytes that became free at the ticks so far.
    freed: u64,
}

/// What to do for a body's next bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many may come at once, at least 1.
    Pass(u64),
    /// None may before this time is over: then say so with [`Pace::waited`].
    Wait(Duration),
    /// None come any more.
    Stall,
}

/// The longest step in which data dribbles, where a rate has a byte for each.
const TICK: Duration = Duration::from_millis(100);
const TICKS_A_SECOND: u64 = 10;

impl Pace {
    /// The pace that `fault` asks for.
    pub fn new(fault: SlowBodyFault) -> Self {
        Self { fault, passed: 0, ticks: 0, freed: 0 }
    }

    /// What is to be done where there is at least one byte more.
    pub fn step(&self) -> Step {
        let before_stall = self.fault.stall_after.map_or(u64::MAX, |after| after.saturating_sub(self.passed));
        let Some(rate) = self.fault.rate else {
            return if before_stall == 0 { Step::Stall } else { Step::Pass(before_stall) };
        };
        match (before_stall.min(self.freed.saturating_sub(self.passed)), before_stall) {
            (_, 0) => Step::Stall,
            (0, _) => Step::Wait(TICK * u32::try_from(self.next(rate) - self.ticks).unwrap_or(u32::MAX)),
            (free, _) => Step::Pass(free),
        }
    }

    /// So many bytes have come.
    pub fn passed(&mut self, bytes: u64) {
        self.passed = self.passed.saturating_add(bytes);
    }

    /// The wait that was asked for is over.
    pub fn waited(&mut self) {
        if let Some(rate) = self.fault.rate {
            self.ticks = self.next(rate);
            self.freed = (u128::from(rate) * u128::from(self.ticks) / u128::from(TICKS_A_SECOND))
                .try_into()
                .unwrap_or(u64::MAX);
        }
    }

    /// The next tick at which a byte becomes free.
    fn next(&self, rate: u64) -> u64 {
        let bytes = self.freed.saturating_add(1).saturating_mul(TICKS_A_SECOND);
        bytes.div_ceil(rate.max(1)).max(self.ticks + 1)
    }
}

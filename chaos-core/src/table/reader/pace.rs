//! When to poll again.

use super::{Reader, Trouble};
use crate::decide::unit;
use crate::table::StoreError;
use std::time::Duration;

/// After a failure, and twice as long after each further one, up to the longest.
const BACK_OFF: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(8);
/// Where the table is missing or closed to us, which no retry mends.
const HOPELESS: Duration = Duration::from_secs(60);
/// Where items were missing: they may be there in a moment.
const SOON: Duration = Duration::from_millis(100);

impl Reader {
    pub(super) fn wait_after(&mut self, asked: &Result<(), Trouble>) -> Duration {
        match asked {
            Ok(()) => self.options.poll,
            Err(Trouble::Unfinished | Trouble::Loading) => Duration::ZERO,
            Err(Trouble::Waiting(left)) => self.options.poll.min(*left),
            Err(Trouble::Incomplete(_)) => SOON.min(self.options.poll),
            Err(Trouble::Store(StoreError::Denied { .. } | StoreError::TableMissing { .. })) => {
                self.jittered(HOPELESS)
            }
            Err(Trouble::Store(_)) => {
                let doubled = BACK_OFF * 2_u32.pow(self.failures.min(3));
                self.failures = self.failures.saturating_add(1);
                // Not sooner than if all were well: a table in trouble is not asked more often.
                self.jittered(doubled.min(LONGEST).min(self.options.lease / 3)).max(self.options.poll)
            }
        }
    }

    /// How long to wait before the first poll, less than the time between two: a
    /// fleet that started together is spread over it from then on.
    pub fn phase(&self) -> Duration {
        self.options.poll.mul_f64(unit(self.roll(2)))
    }

    /// Between half of it and all of it, so that a fleet that failed together
    /// does not come back together.
    fn jittered(&self, wait: Duration) -> Duration {
        // Apart from the small numbers of other purposes.
        let roll = self.roll(self.polls << 8 | 0xff);
        wait.mul_f64(0.5 + unit(roll) / 2.0)
    }
}

//! Both clocks by tokio's, which a test may pause: delays, timeouts and leases
//! are in one virtual time.

use chaos_core::clock::{Clock, Now, Sleep};
use jiff::Timestamp;
use std::time::Duration;
use tokio::time::Instant;

#[derive(Debug)]
pub(crate) struct VirtualClock {
    start: Instant,
    wall: Timestamp,
}

impl VirtualClock {
    /// It is `wall` now.
    pub(crate) fn at(wall: Timestamp) -> Self {
        Self { start: Instant::now(), wall }
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Now {
        let steady = self.start.elapsed();
        Now { wall: self.wall + steady, steady }
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}

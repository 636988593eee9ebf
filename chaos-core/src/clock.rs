//! Time as an argument.

use jiff::Timestamp;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// One reading of both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The wall clock: what deadlines are written in; may jump.
    pub wall: Timestamp,
    /// Time since some fixed instant of this process; never goes back, but may
    /// stand still while a machine is suspended.
    pub steady: Duration,
}

impl Now {
    /// How long ago `earlier` was: the worse of the two clocks, never negative.
    pub fn since(&self, earlier: &Now) -> Duration {
        let wall = Duration::try_from(self.wall.duration_since(earlier.wall)).unwrap_or_default();
        wall.max(self.steady.saturating_sub(earlier.steady))
    }

    /// By how much the clocks disagree about the time since `earlier`.
    pub fn skew(&self, earlier: &Now) -> Duration {
        let wall = self.wall.duration_since(earlier.wall).as_millis();
        let steady =
            i128::try_from(self.steady.saturating_sub(earlier.steady).as_millis()).unwrap_or(i128::MAX);
        Duration::from_millis(u64::try_from(wall.abs_diff(steady)).unwrap_or(u64::MAX))
    }
}

/// `by` later; at the end of time where there is no later, for adding would panic.
pub(crate) fn later(time: Timestamp, by: Duration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// A future that a [`Clock`] hands out.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send + Sync>>;

/// Where the time comes from.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Both clocks, now.
    fn now(&self) -> Now;

    /// Ends after `duration`.
    fn sleep(&self, duration: Duration) -> Sleep;
}

/// The machine's clocks, and tokio's timer (which obeys tokio's paused clock).
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// Starts counting now.
    #[allow(clippy::disallowed_methods, reason = "this is the door through which time comes in")]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the door through which time comes in")]
    fn now(&self) -> Now {
        Now { wall: Timestamp::now(), steady: self.start.elapsed() }
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        sleep(duration)
    }
}

#[cfg(any(feature = "inject", feature = "table"))]
fn sleep(duration: Duration) -> Sleep {
    Box::pin(tokio::time::sleep(duration))
}

#[cfg(not(any(feature = "inject", feature = "table")))]
fn sleep(_duration: Duration) -> Sleep {
    // The model alone never waits, and brings no timer.
    Box::pin(std::future::ready(()))
}

/// A clock that stands still until it is told otherwise, for tests.
///
/// Whoever sleeps by it is awake at once, and the clock is later by so much:
/// delays cost a test nothing. It is no timer to race real work with, which it
/// would always win; so the adapters go by it for delays alone, and the caller's
/// own timeouts run on in real (or tokio's paused) time. To have both in one
/// virtual time, use tokio's paused clock with the [`SystemClock`].
#[derive(Debug)]
pub struct TestClock(Mutex<Now>);

impl TestClock {
    /// Starts at `wall`, with the steady clock at zero.
    pub fn at(wall: Timestamp) -> Self {
        Self(Mutex::new(Now { wall, steady: Duration::ZERO }))
    }

    /// Moves both clocks on.
    pub fn advance(&self, by: Duration) {
        self.change(|now| {
            now.steady += by;
            now.wall += by;
        });
    }

    /// Sets the wall clock alone, as an operator or a time server does.
    pub fn set_wall(&self, wall: Timestamp) {
        self.change(|now| now.wall = wall);
    }

    /// Moves the steady clock alone.
    pub fn advance_steady(&self, by: Duration) {
        self.change(|now| now.steady += by);
    }

    fn change(&self, change: impl FnOnce(&mut Now)) {
        let mut now = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        change(&mut now);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Now {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Advances the clock by `duration` and ends at once.
    fn sleep(&self, duration: Duration) -> Sleep {
        self.advance(duration);
        Box::pin(std::future::ready(()))
    }
}

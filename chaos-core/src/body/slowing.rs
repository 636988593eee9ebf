//! What holds a slowed body up, and for how long that is right.

use crate::Chaos;
use crate::caps::MAX_DELAY;
use crate::clock::Sleep;
use crate::decide::{Fired, Permit};
use std::fmt;
use std::task::{Context, Poll};
use std::time::Duration;

/// Makes the waits of an adapter, by whatever timer its client has.
pub type Timer = Box<dyn Fn(Duration) -> Sleep + Send + Sync>;

/// The injection that a slowed body belongs to. It keeps its place among those
/// under way until the body is no longer slowed down.
pub struct Slowing {
    chaos: Chaos,
    specs: Fired,
    _permit: Permit,
    timer: Timer,
    released: Sleep,
    waiting: Option<Waiting>,
    waited: Duration,
}

struct Waiting {
    sleep: Sleep,
    time: Duration,
    then: Waited,
}

/// How a wait came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    /// All of it passed.
    Through,
    /// No call is held up for longer.
    AtMost,
    /// What it was for is no longer in force.
    Released,
}

impl Slowing {
    /// Holds up in the name of `specs`, while all of them are in force.
    pub fn new(chaos: &Chaos, specs: Fired, permit: Permit, timer: Timer) -> Self {
        let (handle, held) = (chaos.clone(), specs.clone());
        let released: Sleep = Box::pin(async move { handle.no_longer(&held).await });
        Self {
            chaos: chaos.clone(),
            specs,
            _permit: permit,
            timer,
            released,
            waiting: None,
            waited: Duration::ZERO,
        }
    }

    /// Starts to wait, unless it does already. `None`: for as long as it may.
    pub(super) fn start(&mut self, time: Option<Duration>) {
        if self.waiting.is_none() {
            let (time, then) = self.bounded(time.unwrap_or(MAX_DELAY));
            self.waiting = Some(Waiting { sleep: (self.timer)(time), time, then });
        }
    }

    /// Waits to the end of what was started.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Waited> {
        if self.released.as_mut().poll(context).is_ready() {
            return Poll::Ready(Waited::Released);
        }
        let Some(waiting) = &mut self.waiting else { return Poll::Ready(Waited::Through) };
        if waiting.sleep.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        let then = waiting.then;
        self.waited += waiting.time;
        self.waiting = None;
        Poll::Ready(if self.is_in_force() { then } else { Waited::Released })
    }

    /// A wait of this time, as far as it may be.
    fn bounded(&self, time: Duration) -> (Duration, Waited) {
        let left = MAX_DELAY.saturating_sub(self.waited);
        let over = self.over_in().unwrap_or(Duration::MAX);
        match time {
            time if over < time.min(left) => (over, Waited::Released),
            time if left <= time => (left, Waited::AtMost),
            time => (time, Waited::Through),
        }
    }

    /// When the first of the armed periods ends that this is from.
    fn over_in(&self) -> Option<Duration> {
        let now = self.chaos.clock()?.now();
        self.specs.iter().filter_map(|spec| spec.window.left(&now)).min()
    }

    fn is_in_force(&self) -> bool {
        self.chaos.clock().is_some_and(|clock| {
            let now = clock.now();
            self.specs.iter().all(|spec| spec.in_force(&now).is_ok())
        })
    }
}

impl fmt::Debug for Slowing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slowing").field("waited", &self.waited).finish_non_exhaustive()
    }
}

//! What holds a slowed body up, and for how long that is right.

use crate::Chaos;
use crate::caps::MAX_DELAY;
use crate::clock::Sleep;
use crate::decide::{Fired, Permit};
use crate::handle::AfterWait;
use std::fmt;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// Makes the waits of an adapter, by whatever timer its client has.
pub type Timer = Box<dyn Fn(Duration) -> Sleep + Send + Sync>;

/// The injection that a slowed body belongs to. It has a place among those under
/// way while a reader waits for it, and none while nobody reads: answers may lie
/// about unread for ever.
pub struct Slowing {
    chaos: Chaos,
    specs: Fired,
    place: Option<Permit>,
    timer: Timer,
    released: Sleep,
    waiting: Option<Waiting>,
    waited: Duration,
}

struct Waiting {
    sleep: Sleep,
    time: Duration,
    then: Next,
}

/// What comes after a wait.
#[derive(Clone, Copy)]
enum Next {
    End(Waited),
    /// So much more, if it is in force still.
    More(Duration),
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
    pub fn new(chaos: &Chaos, specs: Fired, timer: Timer) -> Self {
        let (handle, held) = (chaos.clone(), specs.clone());
        let released: Sleep = Box::pin(async move { handle.no_longer(&held).await });
        let (chaos, waited) = (chaos.clone(), Duration::ZERO);
        Self { chaos, specs, place: None, timer, released, waiting: None, waited }
    }

    /// Starts to wait, unless it does already. `None`: for as long as it may.
    pub(super) fn start(&mut self, time: Option<Duration>) {
        if self.waiting.is_none() {
            self.wait(time.unwrap_or(MAX_DELAY));
        }
    }

    /// Waits to the end of what was started.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Waited> {
        let polled = self.poll_wait(context);
        if polled.is_ready() {
            self.place = None;
            return polled;
        }
        if self.place.is_none() {
            self.place = self.chaos.reserve();
        }
        match self.place {
            Some(_) => Poll::Pending,
            // As a call passes when too many are held up.
            None => Poll::Ready(Waited::Released),
        }
    }

    fn poll_wait(&mut self, context: &mut Context<'_>) -> Poll<Waited> {
        if self.released.as_mut().poll(context).is_ready() {
            return Poll::Ready(Waited::Released);
        }
        while let Some(waiting) = &mut self.waiting {
            ready!(waiting.sleep.as_mut().poll(context));
            let (time, then) = (waiting.time, waiting.then);
            self.waited += time;
            self.waiting = None;
            match then {
                _ if !self.chaos.is_in_force(&self.specs) => return Poll::Ready(Waited::Released),
                Next::End(waited) => return Poll::Ready(waited),
                Next::More(time) => self.wait(time),
            }
        }
        Poll::Ready(Waited::Through)
    }

    /// Starts a wait of this time, as far as it may be.
    fn wait(&mut self, time: Duration) {
        let left = MAX_DELAY.saturating_sub(self.waited);
        let end = if left <= time { Waited::AtMost } else { Waited::Through };
        let (at_once, then) = self.chaos.may_wait(&self.specs, time.min(left));
        let then = match then {
            AfterWait::Through => Next::End(end),
            AfterWait::Look => Next::More(time.saturating_sub(at_once)),
            AfterWait::Over => Next::End(Waited::Released),
        };
        self.waiting = Some(Waiting { sleep: (self.timer)(at_once), time: at_once, then });
    }
}

impl fmt::Debug for Slowing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slowing").field("waited", &self.waited).finish_non_exhaustive()
    }
}

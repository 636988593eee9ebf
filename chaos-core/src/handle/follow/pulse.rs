//! What the loop, the calls and the ends of invocations tell each other.

use crate::clock::{Clock, Now};
use crate::handle::awake::{awake, unless};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How it stands with the loop.
#[derive(Debug)]
pub(crate) struct Pulse {
    clock: Arc<dyn Clock>,
    stage: watch::Sender<Stage>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    /// A poll is to be sent, or is under way; waited for in vain already, or not.
    Asking { late: bool },
    /// The last one was sent then, and the next one is due so long after.
    Waiting { sent: Now, wait: Duration },
    /// The loop has ended.
    Over,
}

impl Stage {
    fn is_due(&self, now: &Now) -> bool {
        matches!(self, Self::Waiting { sent, wait } if now.since(sent) >= *wait)
    }
}

impl Pulse {
    /// Of a loop that begins by asking.
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, stage: watch::Sender::new(Stage::Asking { late: false }) }
    }

    /// Wakes the loop if a poll is due and it does not know: its timer goes by the
    /// monotonic clock, which may stand still in a freeze. Never waits.
    pub(crate) fn look(&self) {
        let now = self.clock.now();
        if self.stage.borrow().is_due(&now) {
            self.change(|stage| if stage.is_due(&now) { Stage::Asking { late: false } } else { stage });
        }
    }

    /// Ends when the next poll is due, `wait` after the last one was sent, or was
    /// found to be.
    pub(super) async fn pause(&self, sent: Now, wait: Duration) {
        let left = wait.saturating_sub(self.clock.now().since(&sent));
        if !left.is_zero() {
            self.change(|_| Stage::Waiting { sent, wait });
            let mut stages = self.stage.subscribe();
            let woken = stages.wait_for(|stage| !matches!(stage, Stage::Waiting { .. }));
            unless(woken, self.clock.sleep(left)).await;
        }
        self.change(|_| Stage::Asking { late: false });
    }

    /// Ends with the poll that is under way, or when the process was awake for
    /// `within`: whether no poll is under way any more.
    pub(crate) async fn heard(&self, within: Duration) -> bool {
        let mut stages = self.stage.subscribe();
        let heard = stages.wait_for(|stage| !matches!(stage, Stage::Asking { .. }));
        unless(heard, awake(within)).await.is_some()
    }

    /// As [`Pulse::heard`], once for each poll: nobody waits for it again.
    pub(crate) async fn heard_once(&self, within: Duration) {
        let late = matches!(*self.stage.borrow(), Stage::Asking { late: true });
        if !late && !self.heard(within).await {
            self.change(|stage| match stage {
                Stage::Asking { .. } => Stage::Asking { late: true },
                stage => stage,
            });
        }
    }

    /// The loop has ended: nobody waits for it.
    pub(super) fn end(&self) {
        self.change(|_| Stage::Over);
    }

    fn change(&self, change: impl FnOnce(Stage) -> Stage) {
        self.stage.send_if_modified(|stage| {
            let changed = change(*stage);
            let differs = changed != *stage;
            *stage = changed;
            differs
        });
    }
}

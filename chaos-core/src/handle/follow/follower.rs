//! The loop around the reader.

use super::super::engine::Engine;
use super::super::health::Source;
use super::super::layers::{Layer, LayerId};
use super::Pulse;
use super::fleet::Budgets;
use super::told::Told;
use crate::clock::Now;
use crate::table::{Poll, Reader, Snapshot};
use std::sync::{Arc, Weak};
use std::time::Duration;

pub(super) struct Follower {
    pub(super) reader: Reader,
    /// How long to wait before the first poll.
    pub(super) turn: Duration,
    pub(super) source: Arc<Source>,
    pub(super) pulse: Arc<Pulse>,
    pub(super) budgets: Budgets,
    /// What was told in the log last.
    pub(super) told: Option<Told>,
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.pulse.end();
    }
}

impl Follower {
    /// Polls for as long as the engine lives; aborted with it.
    pub(super) async fn run(mut self, engine: Weak<Engine>) {
        self.wait_for_its_turn(&engine).await;
        loop {
            let Some(clock) = engine.upgrade().map(|engine| Arc::clone(&engine.config.clock)) else { return };
            let sent = clock.now();
            let poll = self.reader.poll(sent).await;
            let Some(live) = engine.upgrade() else { return };
            if poll.changed {
                self.budgets.serve(&self.reader.snapshot().specs);
                live.put_aside(LayerId::Table, self.layer()).await;
            } else {
                drop(live);
            }
            self.note(&poll, sent);
            self.tell(&poll);
            // By a clock whose sleeps take no time, this would leave nobody else a turn.
            tokio::task::yield_now().await;
            // Counted from when it was sent: what a freeze has cut off is repeated at once.
            if !poll.wait.is_zero() {
                self.pulse.pause(sent, poll.wait).await;
            }
        }
    }

    /// A fleet that starts together does not ask together.
    async fn wait_for_its_turn(&self, engine: &Weak<Engine>) {
        let clock = engine.upgrade().map(|engine| Arc::clone(&engine.config.clock));
        if let Some(clock) = clock.filter(|_| !self.turn.is_zero()) {
            clock.sleep(self.turn).await;
        }
    }

    fn note(&self, poll: &Poll, sent: Now) {
        let lease = self.reader.lease().cloned();
        self.source.update(|state| {
            state.lease = lease;
            let armed = self.reader.armed_until().is_some_and(|until| until > sent.wall);
            state.last_outage = if armed { Some(sent) } else { state.last_outage };
            state.error = poll.error.as_ref().map(ToString::to_string);
            state.heard = if poll.error.is_none() { Some(sent) } else { state.heard };
        });
    }

    fn layer(&self) -> Layer {
        let Snapshot { generation, halted, specs, problems } = self.reader.snapshot().clone();
        Layer { specs, halted, generation, problems, source: Some(Arc::clone(&self.source)) }
    }

    fn tell(&mut self, poll: &Poll) {
        Told::tell(&mut self.told, poll, &self.reader, &self.source);
    }
}

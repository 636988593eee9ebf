//! The loop around the reader.

use super::super::engine::Engine;
use super::super::health::Source;
use super::super::layers::{Layer, LayerId};
use super::fleet::Budgets;
use crate::table::{Poll, Reader, Snapshot, StoreError};
use std::sync::{Arc, Weak};

pub(super) struct Follower {
    pub(super) reader: Reader,
    pub(super) source: Arc<Source>,
    pub(super) budgets: Budgets,
    /// What was told in the log last.
    pub(super) told: Option<Told>,
}

/// What is worth a line in the log when it changes.
#[derive(PartialEq)]
pub(super) struct Told {
    /// What kind of failure: its words may vary from poll to poll.
    error: Option<std::mem::Discriminant<StoreError>>,
    problems: Vec<String>,
}

impl Follower {
    /// Polls for as long as the engine lives; aborted with it.
    pub(super) async fn run(mut self, engine: Weak<Engine>) {
        loop {
            let Some(clock) = engine.upgrade().map(|engine| Arc::clone(&engine.config.clock)) else { return };
            let sent = clock.now();
            let poll = self.reader.poll(sent).await;
            let Some(live) = engine.upgrade() else { return };
            if poll.changed {
                self.budgets.serve(&self.reader.snapshot().specs);
                live.put(LayerId::Table, self.layer());
            }
            drop(live);
            let lease = self.reader.lease().cloned();
            self.source.update(|state| {
                state.lease = lease;
                state.error = poll.error.as_ref().map(ToString::to_string);
                state.heard = if poll.error.is_none() { Some(sent) } else { state.heard };
            });
            self.tell(&poll);
            clock.sleep(poll.wait.saturating_sub(clock.now().since(&sent))).await;
        }
    }

    fn layer(&self) -> Layer {
        let Snapshot { generation, halted, specs, problems } = self.reader.snapshot().clone();
        Layer { specs, halted, generation, problems, source: Some(Arc::clone(&self.source)) }
    }

    fn tell(&mut self, poll: &Poll) {
        let problems = self.reader.snapshot().problems.clone();
        let now = Told { error: poll.error.as_ref().map(std::mem::discriminant), problems };
        if self.told.as_ref() == Some(&now) {
            return;
        }
        match (&poll.error, now.problems.as_slice()) {
            (Some(error), _) => tracing::warn!(target: "chaos", "{error}"),
            (None, []) => tracing::info!(target: "chaos", "following the table"),
            (None, problems) => {
                tracing::warn!(target: "chaos", "following the table; {}", problems.join("; "))
            }
        }
        self.told = Some(now);
    }
}

//! What an engine has of the table that it follows.

use super::super::awake::unless;
use super::super::follow::Pulse;
use super::super::layers::{Layer, LayerId};
use super::super::report::Flush;
use super::{AGING, Engine, OBSERVING};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

/// More specs than this are indexed on a thread on which no call waits.
const ASIDE: usize = 256;
/// How long to wait for a thread that puts a layer in force.
const PATIENCE: Duration = Duration::from_millis(500);

/// Nothing of it is set where no table is followed.
#[derive(Debug, Default)]
pub(super) struct Following {
    tasks: Mutex<Tasks>,
    pulse: OnceLock<Arc<Pulse>>,
    reports: OnceLock<mpsc::Sender<Flush>>,
}

/// Tasks that end with the engine that they serve.
#[derive(Debug, Default)]
struct Tasks(Vec<AbortHandle>);

impl Drop for Tasks {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

impl Engine {
    /// Has the source asked if that is overdue. Never waits.
    pub(crate) fn look(&self) {
        if let Some(pulse) = self.following.pulse.get() {
            pulse.look();
        }
    }

    /// How it stands with the loop that follows the table; `None` without one.
    pub(crate) fn pulse(&self) -> Option<&Arc<Pulse>> {
        self.following.pulse.get()
    }

    /// From now on the table is followed. `aging`: calls look after its age.
    pub(crate) fn follow(&self, pulse: Arc<Pulse>, aging: bool) {
        if self.following.pulse.set(pulse).is_ok() {
            self.set_flag(AGING, aging);
        }
    }

    /// Where to ask for a report; `None` where nothing is reported.
    pub(crate) fn reports(&self) -> Option<&mpsc::Sender<Flush>> {
        self.following.reports.get()
    }

    /// From now on reports can be asked for here. One at a time.
    pub(crate) fn take_reports(&self) -> mpsc::Receiver<Flush> {
        let (sender, receiver) = mpsc::channel(1);
        let _ = self.following.reports.set(sender);
        receiver
    }

    /// Nobody asks for counts any more: calls are spared them.
    pub(crate) fn stop_observing(&self) {
        self.set_flag(OBSERVING, false);
    }

    /// Puts a layer in force where no call has to wait for it: indexing thousands
    /// of specs takes milliseconds, which a runtime's only thread has not.
    pub(crate) async fn put_aside(self: Arc<Self>, id: LayerId, layer: Layer) {
        if layer.specs.len() <= ASIDE {
            // Also what ends everything: it waits for no thread.
            return self.put(id, layer);
        }
        let layer = Arc::new(Mutex::new(Some(layer)));
        let (engine, aside, its_id) = (Arc::clone(&self), Arc::clone(&layer), id.clone());
        let aside = tokio::task::spawn_blocking(move || engine.put_once(&its_id, &aside));
        // The host may have all of these threads at work: news must not wait for them.
        if unless(aside, self.config.clock.sleep(PATIENCE)).await.is_none() {
            self.put_once(&id, &layer);
        }
    }

    /// Puts a layer in force unless somebody else has. It is taken out under the
    /// lock of the layers, or a newer one could come before it.
    fn put_once(&self, id: &LayerId, layer: &Mutex<Option<Layer>>) {
        self.change(|layers| {
            let layer = layer.lock().unwrap_or_else(PoisonError::into_inner).take();
            layer.into_iter().for_each(|layer| layers.put(id.clone(), layer));
        });
    }

    /// Ends `task` when this engine is dropped.
    pub(crate) fn own(&self, task: AbortHandle) {
        self.following.tasks.lock().unwrap_or_else(PoisonError::into_inner).0.push(task);
    }
}

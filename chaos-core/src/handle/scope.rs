//! Faults that end with a scope, for tests.

use super::Chaos;
use super::builder::in_code;
use super::engine::{Config, Engine};
use super::in_code::InCode;
use super::layers::LayerId;
use super::watched::Watched;
use std::ops::Deref;
use std::sync::Arc;

/// Specs that are in force for everyone until this is dropped.
///
/// What became of them is asked of what it dereferences to, [`Watched`].
#[derive(Debug)]
#[must_use = "dropped at once, the fault ends at once"]
pub struct Scope {
    id: LayerId,
    watched: Watched,
}

impl Chaos {
    /// Puts a scenario, or one spec, in force until the scope is dropped. On an
    /// inert handle nothing happens, and nothing is ever counted. A spec that
    /// asks for an error that there is not never fires; that is logged, stands
    /// in [`Chaos::health`], and is told by the scope's assertions.
    #[track_caller]
    pub fn scope(&self, scenario: impl Into<InCode>) -> Scope {
        let engine = self.engine_or_inert();
        let mut made = scenario.into();
        made.name_apart(|name| engine.set().has_scenario(name));
        let layer = in_code(&[made], engine.config.clock.now());
        let watched = Watched::new(Arc::clone(&engine), layer.specs.clone(), layer.problems.clone());
        let id = engine.change(|layers| {
            let id = layers.scope_id();
            layers.put(id.clone(), layer);
            id
        });
        Scope { id, watched }
    }

    pub(super) fn engine_or_inert(&self) -> Arc<Engine> {
        match self.engine() {
            Some(engine) => Arc::clone(engine),
            None => Engine::new(Config::inert()),
        }
    }
}

impl Scope {
    /// Without a complaint where no call ever matches.
    pub fn optional(self) -> Self {
        self.watched.be_optional();
        self
    }
}

impl Deref for Scope {
    type Target = Watched;

    fn deref(&self) -> &Watched {
        &self.watched
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        self.watched.engine().change(|layers| layers.remove(&self.id));
    }
}

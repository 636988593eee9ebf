//! Faults that end with a scope, for tests.

use super::Chaos;
use super::builder::in_code;
use super::engine::Engine;
use super::layers::LayerId;
use crate::decide::ArmedSpec;
use crate::spec::Scenario;
use std::sync::Arc;

/// Specs that are in force until this is dropped.
#[derive(Debug)]
#[must_use = "dropped at once, the fault ends at once"]
pub struct Scope {
    engine: Arc<Engine>,
    id: LayerId,
    specs: Vec<Arc<ArmedSpec>>,
    problems: Vec<String>,
}

impl Chaos {
    /// Puts a scenario, or one spec, in force until the scope is dropped. On an
    /// inert handle nothing happens, and nothing is ever counted. A spec that
    /// asks for an error that there is not never fires; that is logged, stands
    /// in [`Chaos::health`], and is told by the scope's assertions.
    pub fn scope(&self, scenario: impl Into<Scenario>) -> Scope {
        let engine = match self.engine() {
            Some(engine) => Arc::clone(engine),
            None => Engine::new(super::engine::Config::inert()),
        };
        let layer = in_code(&[scenario.into()], engine.config.clock.now());
        let (specs, problems) = (layer.specs.clone(), layer.problems.clone());
        for problem in &problems {
            tracing::error!(target: "chaos", "{problem}");
        }
        let id = engine.change(|layers| {
            let id = layers.scope_id();
            layers.put(id.clone(), layer);
            id
        });
        Scope { engine, id, specs, problems }
    }
}

impl Scope {
    /// Injections so far that these specs had a part in.
    pub fn injected(&self) -> u64 {
        self.specs.iter().map(|spec| spec.state.injected()).sum()
    }

    /// Calls so far that matched.
    pub fn matched(&self) -> u64 {
        self.specs.iter().map(|spec| spec.state.matched()).sum()
    }

    /// # Panics
    /// If the number of injections is another.
    #[track_caller]
    pub fn assert_injected(&self, times: u64) {
        let injected = self.injected();
        assert!(
            injected == times,
            "expected {times} injections, saw {injected} ({} calls matched){}",
            self.matched(),
            self.problems.iter().map(|problem| format!("\n{problem}")).collect::<String>()
        );
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        self.engine.change(|layers| layers.remove(&self.id));
    }
}

//! Handles for tests: specs, seed and clock given in code.

use super::Chaos;
use super::engine::{Config, Engine};
use super::in_code::InCode;
use super::layers::{Layer, LayerId};
use crate::caps;
use crate::clock::{Clock, Now, SystemClock};
use crate::decide::{ArmedSpec, Arming, Lease, Origin, Window};
use crate::door::{Path, Problem, Problems, read_json};
use crate::names;
use crate::source::read_path;
use crate::spec::Scenario;
use std::collections::HashSet;
use std::sync::Arc;

/// Builds a handle in code. What is given here is armed from the start.
///
/// ```
/// use chaos_core::Chaos;
/// let chaos = Chaos::builder().seed(7).function("checkout").build()?;
/// assert!(!chaos.health().live);
/// # Ok::<(), chaos_core::door::Problems>(())
/// ```
#[derive(Debug)]
pub struct Builder {
    seed: u64,
    function: Option<String>,
    clock: Option<Arc<dyn Clock>>,
    dry_run: bool,
    observe: bool,
    journal: bool,
    lease: Option<Arc<Lease>>,
    scenarios: Vec<Result<InCode, Problems>>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            seed: 0,
            function: None,
            clock: None,
            dry_run: false,
            observe: false,
            journal: true,
            lease: None,
            scenarios: Vec::new(),
        }
    }
}

impl Builder {
    /// Makes the rolls: the same seed, the same decisions. 0 by default.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The function's name that `target.function` is held against; `test` by default.
    #[must_use]
    pub fn function(mut self, name: impl Into<String>) -> Self {
        self.function = Some(name.into());
        self
    }

    /// Where the time comes from; the machine's clocks by default.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Decide and report, never act.
    #[must_use]
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// Counts what every call experiences, hit or not.
    #[must_use]
    pub fn observe(mut self, observe: bool) -> Self {
        self.observe = observe;
        self
    }

    /// Keeps a journal of the newest attempts, hit or not, for tests: see
    /// [`Chaos::journal`]. On by default; off for measuring what calls cost.
    #[must_use]
    pub fn journal(mut self, journal: bool) -> Self {
        self.journal = journal;
        self
    }

    /// What is added is in force only while this is renewed, as the table's
    /// specs are: for tests of adapters.
    #[doc(hidden)]
    #[must_use]
    pub fn lease(mut self, lease: Arc<Lease>) -> Self {
        self.lease = Some(lease);
        self
    }

    /// Adds a scenario, or one spec.
    #[must_use]
    pub fn spec(mut self, scenario: impl Into<InCode>) -> Self {
        self.scenarios.push(Ok(scenario.into()));
        self
    }

    /// Adds a scenario, or one spec, from a TOML text.
    #[must_use]
    pub fn toml(mut self, text: &str) -> Self {
        self.scenarios.push(Scenario::from_toml(text).map(InCode::from));
        self
    }

    /// Adds a scenario, or one spec, from a JSON text.
    #[must_use]
    pub fn json(mut self, text: &str) -> Self {
        self.scenarios.push(Scenario::from_json(text).map(InCode::from));
        self
    }

    /// Adds the scenario of a spec file, or of every spec file of a folder; pills
    /// that it names are read from where it lies.
    #[must_use]
    pub fn file(mut self, path: impl AsRef<std::path::Path>) -> Self {
        match read_path(path.as_ref()) {
            Ok(files) => self.scenarios.extend(files.into_iter().map(|file| file.scenario.map(InCode::from))),
            Err(error) => self.scenarios.push(Err(Problems(vec![Problem {
                path: Path::root(),
                value: Some(path.as_ref().display().to_string()),
                problem: format!("cannot be read: {error}"),
                remedy: "name a spec file or a folder of them".to_owned(),
                line: None,
            }]))),
        }
        self
    }

    /// The handle.
    ///
    /// # Errors
    /// Everything that is wrong with the specs, or more of them than
    /// [`caps::MAX_SPECS`].
    pub fn build(self) -> Result<Chaos, Problems> {
        let mut scenarios = Vec::new();
        let mut problems = Vec::new();
        for scenario in self.scenarios {
            match scenario {
                Ok(made) => {
                    problems.extend(wrong_with(&made));
                    scenarios.push(made);
                }
                Err(found) => problems.extend(found.0),
            }
        }
        problems.extend(too_many(scenarios.iter().map(|made| &made.scenario)));
        name_apart(&mut scenarios);
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock::new()));
        let now = clock.now();
        let engine = Engine::new(Config {
            function: self.function.unwrap_or_else(|| "test".to_owned()),
            clock,
            seed: self.seed,
            dry_run: self.dry_run,
            disabled: false,
            observe: self.observe,
            journal: self.journal,
            problems: Vec::new(),
        });
        engine.put(LayerId::Builder, under(self.lease.as_ref(), &scenarios, now));
        Ok(Chaos::live(engine))
    }
}

/// Specs from code are armed until their handle or scope ends.
pub(crate) fn in_code(scenarios: &[InCode], now: Now) -> Layer {
    under(None, scenarios, now)
}

fn under(lease: Option<&Arc<Lease>>, scenarios: &[InCode], now: Now) -> Layer {
    let mut layer = Layer::default();
    for made in scenarios {
        let scenario = &made.scenario;
        // What is only a name that there is not has a reason of its own to pass.
        let armed = made.problems.is_empty() && unwritable(scenario).is_empty();
        let problems = wrong_with(made);
        let (window, lease) = (Window::open(now), lease.cloned());
        let arming = Arming { armed, window, lease, origin: Origin::Code };
        layer.specs.extend(ArmedSpec::all(scenario, &arming));
        layer.problems.extend(problems.iter().map(ToString::to_string));
    }
    layer
}

/// What keeps specs that were made in code from ever firing.
fn wrong_with(made: &InCode) -> Vec<Problem> {
    let mut problems = made.problems.clone();
    problems.extend(names::unresolved(&made.scenario));
    problems.extend(unwritable(&made.scenario));
    problems
}

/// What no door would let in: code can say more than specs may.
fn unwritable(scenario: &Scenario) -> Vec<Problem> {
    let written = read_json(&scenario.to_json().to_string());
    let read = written.and_then(|node| Scenario::from_stored(&node));
    read.err().map(|problems| problems.0).unwrap_or_default()
}

/// Gives each that has no name of its own one that no other has.
fn name_apart(scenarios: &mut [InCode]) {
    let id = |made: &InCode| made.scenario.id.to_string();
    let mut taken: HashSet<String> = scenarios.iter().filter(|made| !made.unnamed).map(id).collect();
    for made in scenarios.iter_mut().filter(|made| made.unnamed) {
        made.name_apart(|name| taken.contains(name));
        taken.insert(made.scenario.id.to_string());
    }
}

/// The problem with more specs than one process may hold.
pub(crate) fn too_many<'a>(scenarios: impl IntoIterator<Item = &'a Scenario>) -> Option<Problem> {
    let count: usize = scenarios.into_iter().map(|scenario| scenario.spec.len()).sum();
    (count > caps::MAX_SPECS).then(|| Problem {
        path: Path::root(),
        value: None,
        problem: format!("{count} specs are more than the compiled-in cap"),
        remedy: format!("keep it to {}", caps::MAX_SPECS),
        line: None,
    })
}

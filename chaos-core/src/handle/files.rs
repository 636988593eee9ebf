//! `CHAOS_SPECS=file:`: read at the start, and again when a file changes.

use super::engine::Engine;
use super::layers::{Layer, LayerId};
use crate::caps;
use crate::clock::Now;
use crate::decide::{ArmedSpec, Arming, Origin, Window};
use crate::source::{SpecFile, read_path};
use crate::spec::Scenario;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Weak;
use std::time::{Duration, SystemTime};

/// How a scenario of a file or the environment is armed: if it says so, from
/// the process's start on, for twelve hours at most.
pub(crate) fn arming(scenario: &Scenario, origin: Origin, started: Now, now: Now) -> Arming {
    let latest = started.wall + caps::MAX_ARMED;
    let until = scenario.until.unwrap_or(latest).min(latest);
    Arming { armed: scenario.enabled, window: Window::until(now.wall, until, now), lease: None, origin }
}

/// What tells that a file may have changed.
type Stamp = (Option<SystemTime>, u64);

/// Watches a file or a folder for an engine, and reads only what changed.
#[derive(Debug)]
pub(crate) struct Watch {
    root: PathBuf,
    started: Now,
    stamps: BTreeMap<PathBuf, Stamp>,
    missing: bool,
}

impl Watch {
    pub(crate) fn new(root: PathBuf, started: Now) -> Self {
        Self { root, started, stamps: BTreeMap::new(), missing: false }
    }

    /// Brings the engine up to date with the files.
    pub(crate) fn look(&mut self, engine: &Engine) {
        let stamps = stamps(&self.root);
        let known_missing = stamps.is_empty() && !self.missing;
        if stamps == self.stamps && !known_missing {
            return;
        }
        let files = match read_path(&self.root) {
            Ok(files) => files,
            Err(error) => return self.lost(engine, &error),
        };
        self.missing = false;
        let now = engine.config.clock.now();
        let changed = |file: &SpecFile| stamps.get(&file.path) != self.stamps.get(&file.path);
        let fresh: Vec<_> = files
            .iter()
            .filter(|file| changed(file))
            .map(|file| (file.path.clone(), self.layer(file, now)))
            .collect();
        engine.change(|layers| {
            let gone: Vec<_> = layers.files().filter(|path| !stamps.contains_key(*path)).cloned().collect();
            for path in gone {
                layers.remove(&LayerId::File(path));
            }
            for (path, layer) in fresh {
                layers.put(LayerId::File(path), layer);
            }
        });
        self.stamps = stamps;
    }

    /// A source that cannot be read injects nothing.
    fn lost(&mut self, engine: &Engine, error: &std::io::Error) {
        let problem = format!(
            "CHAOS_SPECS: {} cannot be read: {error}; nothing is injected from it",
            self.root.display()
        );
        if !self.missing {
            tracing::error!(target: "chaos", "{problem}");
        }
        self.missing = true;
        self.stamps.clear();
        engine.change(|layers| {
            let known: Vec<_> = layers.files().cloned().collect();
            for path in known {
                layers.remove(&LayerId::File(path));
            }
            layers
                .put(LayerId::File(self.root.clone()), Layer { problems: vec![problem], ..Layer::default() });
        });
    }

    fn layer(&self, file: &SpecFile, now: Now) -> Layer {
        match &file.scenario {
            Ok(scenario) => {
                let origin = Origin::File(file.path.display().to_string());
                let specs = ArmedSpec::all(scenario, &arming(scenario, origin, self.started, now));
                Layer { specs, ..Layer::default() }
            }
            Err(found) => {
                let problems: Vec<_> = found.0.iter().map(|problem| in_file(&file.path, problem)).collect();
                for problem in &problems {
                    tracing::error!(target: "chaos", "{problem}; nothing of this file is injected");
                }
                Layer { problems, ..Layer::default() }
            }
        }
    }
}

fn in_file(path: &Path, problem: &crate::door::Problem) -> String {
    match problem.line {
        Some(line) => format!("{}:{line}: {problem}", path.display()),
        None => format!("{}: {problem}", path.display()),
    }
}

fn stamps(root: &Path) -> BTreeMap<PathBuf, Stamp> {
    let stamp = |path: &Path| {
        let meta = std::fs::metadata(path).ok()?;
        Some((meta.modified().ok(), meta.len()))
    };
    if !root.is_dir() {
        return stamp(root).map(|found| (root.to_owned(), found)).into_iter().collect();
    }
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter_map(|path| stamp(&path).map(|found| (path, found))).collect()
}

/// Looks at the files every `poll`, for as long as the engine lives.
pub(crate) async fn keep_watching(mut watch: Watch, engine: Weak<Engine>, poll: Duration) {
    loop {
        let Some(sleep) = engine.upgrade().map(|engine| engine.config.clock.sleep(poll)) else { return };
        sleep.await;
        let Some(engine) = engine.upgrade() else { return };
        // Files are read away from the runtime's own threads.
        let looked = tokio::task::spawn_blocking(move || {
            watch.look(&engine);
            watch
        });
        match looked.await {
            Ok(back) => watch = back,
            Err(_) => return,
        }
    }
}

/// Specs of the environment variable itself.
pub(crate) fn inline_layer(scenarios: &[Scenario], now: Now) -> Layer {
    let specs = scenarios
        .iter()
        .flat_map(|scenario| ArmedSpec::all(scenario, &arming(scenario, Origin::Environment, now, now)))
        .collect();
    Layer { specs, ..Layer::default() }
}

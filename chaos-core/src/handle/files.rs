//! `CHAOS_SPECS=file:`: read at the start, and again when a file changes.

use super::engine::Engine;
use super::layers::{Layer, LayerId};
use crate::caps;
use crate::clock::{Now, later};
use crate::decide::{ArmedSpec, Arming, Origin, Window};
use crate::source::{SpecFile, read_path};
use crate::spec::{Id, Scenario};
use std::collections::{BTreeMap, HashSet};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

/// How a scenario of a file or the environment is armed: if it says so, from
/// now on, until twelve hours after the process's start at the latest, on
/// either clock.
pub(crate) fn arming(scenario: &Scenario, origin: Origin, started: Now, now: Now) -> Arming {
    let latest = later(started.wall, caps::MAX_ARMED);
    let until = scenario.until.unwrap_or(latest).min(latest);
    let window = Window::until(now.wall, until, now);
    let until_steady = window.until_steady.map(|until| until.min(started.steady + caps::MAX_ARMED));
    Arming { armed: scenario.enabled, window: Window { until_steady, ..window }, lease: None, origin }
}

/// What tells that a file may have changed: when it was written, how long it
/// is, and (on Unix) which file it is and when that changed.
type Stamp = (Option<SystemTime>, u64, [i64; 3]);
type Stamps = BTreeMap<PathBuf, Stamp>;

/// Watches a file or a folder for an engine.
#[derive(Debug)]
pub(crate) struct Watch {
    root: PathBuf,
    started: Now,
    /// What was read last; `None` before the first time, and after a failure.
    stamps: Option<Stamps>,
    /// What is in force, to go on with its counters where nothing changed.
    kept: BTreeMap<PathBuf, (Scenario, Vec<Arc<ArmedSpec>>)>,
    lost: bool,
}

/// What the files of one look have used up so far.
#[derive(Default)]
struct Used {
    ids: HashSet<Id>,
    specs: usize,
}

impl Watch {
    pub(crate) fn new(root: PathBuf, started: Now) -> Self {
        Self { root, started, stamps: None, kept: BTreeMap::new(), lost: false }
    }

    /// Brings the engine up to date with the files.
    pub(crate) fn look(&mut self, engine: &Engine) {
        let before = stamps(&self.root);
        if before.is_some() && self.stamps == before {
            return;
        }
        match read_path(&self.root) {
            Ok(files) => self.adopt(engine, &files, before.unwrap_or_default()),
            Err(error) => self.lose(engine, &error),
        }
    }

    /// Puts in force what was read whole: a file that changed while it was read
    /// may be half of what its author means, and waits for the next look.
    fn adopt(&mut self, engine: &Engine, files: &[SpecFile], before: Stamps) {
        let after = stamps(&self.root).unwrap_or_default();
        let whole: Stamps =
            before.into_iter().filter(|(path, stamp)| after.get(path) == Some(stamp)).collect();
        let now = engine.config.clock.now();
        let mut used = Used::default();
        let read = files.iter().filter(|file| whole.contains_key(&file.path));
        let layers: Vec<_> = read.map(|file| (file.path.clone(), self.layer(file, &mut used, now))).collect();
        self.kept.retain(|path, _| after.contains_key(path));
        self.lost = false;
        self.stamps = Some(whole);
        replace(engine, layers);
    }

    /// A source that cannot be read injects nothing.
    fn lose(&mut self, engine: &Engine, error: &std::io::Error) {
        self.stamps = None;
        if self.lost {
            return;
        }
        self.lost = true;
        let problem = format!(
            "CHAOS_SPECS: {} cannot be read: {error}; nothing is injected from it",
            self.root.display()
        );
        tracing::error!(target: "chaos", "{problem}");
        replace(engine, vec![(self.root.clone(), Layer { problems: vec![problem], ..Layer::default() })]);
    }

    fn layer(&mut self, file: &SpecFile, used: &mut Used, now: Now) -> Layer {
        let problems = match &file.scenario {
            Ok(scenario) => match used.take(scenario) {
                Ok(()) => {
                    let specs = self.specs(&file.path, scenario, now);
                    return Layer { specs, problems: never_fires(scenario), ..Layer::default() };
                }
                Err(problem) => vec![format!("{}: {problem}", file.path.display())],
            },
            Err(found) => found.0.iter().map(|problem| in_file(&file.path, problem)).collect(),
        };
        self.kept.remove(&file.path);
        for problem in &problems {
            tracing::error!(target: "chaos", "{problem}; nothing of this file is injected");
        }
        Layer { problems, ..Layer::default() }
    }

    /// The file's specs: those in force already where it says the same as before.
    fn specs(&mut self, path: &Path, scenario: &Scenario, now: Now) -> Vec<Arc<ArmedSpec>> {
        if let Some((before, specs)) = self.kept.get(path)
            && before == scenario
        {
            return specs.clone();
        }
        let origin = Origin::File(path.display().to_string());
        let specs = ArmedSpec::all(scenario, &arming(scenario, origin, self.started, now));
        self.kept.insert(path.to_owned(), (scenario.clone(), specs.clone()));
        specs
    }
}

impl Used {
    fn take(&mut self, scenario: &Scenario) -> Result<(), String> {
        if !self.ids.insert(scenario.id.clone()) {
            return Err(format!(
                "id: \"{}\" names the scenario of another file too; give it a name of its own",
                scenario.id
            ));
        }
        self.specs += scenario.spec.len();
        match self.specs {
            0..=caps::MAX_SPECS => Ok(()),
            more => Err(format!("with it there are {more} specs; keep it to {}", caps::MAX_SPECS)),
        }
    }
}

/// Swaps all layers of files at once.
fn replace(engine: &Engine, fresh: Vec<(PathBuf, Layer)>) {
    engine.change(|layers| {
        let known: Vec<_> = layers.files().cloned().collect();
        for path in known {
            layers.remove(&LayerId::File(path));
        }
        for (path, layer) in fresh {
            layers.put(LayerId::File(path), layer);
        }
    });
}

fn in_file(path: &Path, problem: &crate::door::Problem) -> String {
    match problem.line {
        Some(line) => format!("{}:{line}: {problem}", path.display()),
        None => format!("{}: {problem}", path.display()),
    }
}

/// `None` where there is no such file or folder.
fn stamps(root: &Path) -> Option<Stamps> {
    let stamped = |path: PathBuf| {
        let stamp = stamp(&std::fs::metadata(&path).ok()?);
        Some((path, stamp))
    };
    if !root.is_dir() {
        return stamped(root.to_owned()).map(|one| [one].into());
    }
    let entries = std::fs::read_dir(root).ok()?.flatten();
    Some(entries.filter_map(|entry| stamped(entry.path())).collect())
}

fn stamp(meta: &Metadata) -> Stamp {
    #[cfg(unix)]
    let which = {
        use std::os::unix::fs::MetadataExt;
        [meta.ino().cast_signed(), meta.ctime(), meta.ctime_nsec()]
    };
    #[cfg(not(unix))]
    let which = [0; 3];
    (meta.modified().ok(), meta.len(), which)
}

/// Looks at the files every `poll`, for as long as the engine lives.
pub(crate) async fn keep_watching(mut watch: Watch, weak: Weak<Engine>, poll: Duration) {
    loop {
        let Some(sleep) = weak.upgrade().map(|engine| engine.config.clock.sleep(poll)) else { return };
        sleep.await;
        let Some(engine) = weak.upgrade() else { return };
        // Files are read away from the runtime's own threads.
        let looked = tokio::task::spawn_blocking(move || {
            watch.look(&engine);
            watch
        });
        match looked.await {
            Ok(back) => watch = back,
            Err(error) => {
                // What is watched no more must not stay in force.
                tracing::error!(target: "chaos", "the spec files are watched no more, and inject nothing: {error}");
                if let Some(engine) = weak.upgrade() {
                    replace(&engine, Vec::new());
                }
                return;
            }
        }
    }
}

/// Specs of the environment variable itself.
pub(crate) fn inline_layer(scenarios: &[Scenario], now: Now) -> Layer {
    let specs = scenarios
        .iter()
        .flat_map(|scenario| ArmedSpec::all(scenario, &arming(scenario, Origin::Environment, now, now)))
        .collect();
    Layer { specs, problems: scenarios.iter().flat_map(never_fires).collect(), ..Layer::default() }
}

/// Specs that need the table, which none is in from here.
fn never_fires(scenario: &Scenario) -> Vec<String> {
    let names = scenario.spec.iter().filter(|spec| scenario.enabled && spec.when.fleet_max.is_some());
    let problems = names.map(|spec| {
        let name = format!("{}/{}", scenario.id, spec.id);
        format!("{name} never fires: `fleet_max` is counted in the table, and this is not from there")
    });
    problems.inspect(|problem| tracing::warn!(target: "chaos", "{problem}")).collect()
}

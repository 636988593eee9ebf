//! What a handle says of itself.

use super::engine::Engine;
use crate::clock::Now;
use crate::decide::Lease;
use crate::spec::format_duration;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The state of a handle. Of a build without `inject` only its `Display` is
/// left, so print it rather than read its fields where both must compile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Whether some armed spec could fire now.
    pub live: bool,
    /// Whether `CHAOS_DISABLED` keeps everything off.
    pub disabled: bool,
    /// Whether everything is halted.
    pub halted: bool,
    /// Which version of its source it has.
    pub generation: u64,
    /// Specs for this process that are armed, in their window and under a lease.
    pub armed: usize,
    /// Injections under way now.
    pub active: usize,
    /// Calls that passed because too many injections were under way.
    pub overflow: u64,
    /// What is wrong with the environment or with specs, each for a person to mend.
    pub problems: Vec<String>,
    /// The table that is followed; `None` without one.
    pub table: Option<TableHealth>,
}

/// How it stands with the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableHealth {
    /// Its name, and the environment.
    pub name: String,
    /// How long ago it answered last; `None` before the first answer.
    pub heard: Option<Duration>,
    /// How long injecting may still go on without an answer; `None` when it may not.
    pub lease_left: Option<Duration>,
    /// Why the last poll was not successful.
    pub error: Option<String>,
    /// How it stands with the reports that are written to it.
    pub reporting: Reporting,
}

/// How it stands with reports of what calls experience around outages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reporting {
    /// Whether there are any: off by `CHAOS_REPORT`, or where this role may not
    /// write them.
    pub on: bool,
    /// Why the last one waits, or why there are no more.
    pub error: Option<String>,
    /// Attempts that were counted and will not be reported.
    pub dropped: u64,
}

/// What a source says of itself between two changes.
#[derive(Debug)]
#[cfg_attr(not(feature = "table"), allow(dead_code))]
pub(crate) struct Source {
    name: String,
    state: Mutex<SourceState>,
}

#[derive(Clone, Debug, Default)]
#[cfg_attr(not(feature = "table"), allow(dead_code))]
pub(crate) struct SourceState {
    pub(crate) heard: Option<Now>,
    pub(crate) lease: Option<Arc<Lease>>,
    pub(crate) error: Option<String>,
    /// When something was armed for some function, as was heard last.
    pub(crate) last_outage: Option<Now>,
    pub(crate) reporting: Reporting,
}

#[cfg_attr(not(feature = "table"), allow(dead_code))]
impl Source {
    pub(crate) fn new(name: String) -> Self {
        Self { name, state: Mutex::default() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn update(&self, update: impl FnOnce(&mut SourceState)) {
        update(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// When something was armed for some function, as was heard last.
    pub(crate) fn last_outage(&self) -> Option<Now> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).last_outage
    }

    fn health(&self, now: &Now) -> TableHealth {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner).clone();
        TableHealth {
            name: self.name.clone(),
            heard: state.heard.map(|heard| now.since(&heard)),
            lease_left: state.lease.and_then(|lease| lease.left(now)),
            error: state.error,
            reporting: state.reporting,
        }
    }
}

impl Health {
    pub(crate) fn of(engine: Option<&Engine>) -> Self {
        let Some(engine) = engine else { return Self::default() };
        let set = engine.set();
        let own = engine.config.problems.iter().map(ToString::to_string);
        let layers = engine.layers();
        let now = engine.config.clock.now();
        let armed = set.specs().iter().filter(|spec| spec.in_force(&now).is_ok()).count();
        Self {
            live: engine.is_live() && armed > 0 && !set.halted(),
            disabled: engine.config.disabled,
            halted: set.halted(),
            generation: set.generation(),
            armed,
            active: engine.limits().active(),
            overflow: engine.limits().overflow(),
            problems: own.chain(layers.problems().cloned()).collect(),
            table: layers.source().map(|source| source.health(&now)),
        }
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self {
            Self { disabled: true, .. } => "disabled",
            Self { halted: true, .. } => "halted",
            Self { live: true, .. } => "armed",
            _ => "nothing armed",
        };
        write!(
            f,
            "{state}, generation {}, {} specs armed, {} injections under way",
            self.generation, self.armed, self.active
        )?;
        if let Some(table) = &self.table {
            write!(f, "\n{table}")?;
        }
        for problem in &self.problems {
            write!(f, "\nproblem: {problem}")?;
        }
        Ok(())
    }
}

impl fmt::Display for TableHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Whole milliseconds: for people.
        let rounded = |time: Duration| format_duration(Duration::from_millis(time.as_millis() as u64));
        match self.heard {
            Some(heard) => write!(f, "{}: heard {} ago", self.name, rounded(heard))?,
            None => write!(f, "{}: not heard yet", self.name)?,
        }
        match self.lease_left {
            Some(left) => write!(f, ", lease {} more", rounded(left))?,
            None => f.write_str(", no lease")?,
        }
        if let Some(error) = &self.error {
            write!(f, "; {error}")?;
        }
        match &self.reporting {
            Reporting { on: false, error: Some(error), .. } => write!(f, "; no reports: {error}")?,
            Reporting { on: false, .. } => f.write_str("; no reports")?,
            Reporting { error: Some(error), .. } => write!(f, "; reports wait: {error}")?,
            _ => {}
        }
        match self.reporting.dropped {
            0 => Ok(()),
            dropped => write!(f, "; {dropped} attempts not reported"),
        }
    }
}

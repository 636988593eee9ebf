//! `from_env`: a handle from the `CHAOS_*` variables.

use super::Chaos;
use super::builder::too_many;
use super::engine::{Config, Engine};
use super::files::{Watch, inline_layer, keep_watching};
use super::layers::LayerId;
use crate::clock::{Clock, SystemClock};
use crate::door::Problems;
use crate::settings::{Settings, SpecsSetting};
use crate::source::read_inline;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Why no live handle could be made.
#[derive(Debug)]
pub enum StartError {
    /// Variables or inline specs that cannot be understood.
    Problems(Problems),
    /// `CHAOS_TABLE` or a file asks for background work, and there is no tokio runtime.
    NoRuntime,
    /// `CHAOS_TABLE` is set, and this build or call has no table.
    NoTable,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problems(problems) => problems.fmt(f),
            Self::NoRuntime => f.write_str("CHAOS_TABLE and CHAOS_SPECS=file: need a tokio runtime; call this from within one"),
            Self::NoTable => f.write_str("CHAOS_TABLE is set, and this handle cannot read a table; turn on the feature `table` and call `from_env(&config)`, or unset it"),
        }
    }
}

impl std::error::Error for StartError {}

impl Chaos {
    /// As [`Chaos::from_env`], for an application without an AWS config: specs
    /// come from `CHAOS_SPECS`.
    pub async fn from_env_http() -> Self {
        or_inert(Settings::from_env().map_err(StartError::Problems).and_then(
            |settings| match settings.table {
                Some(_) => Err(StartError::NoTable),
                None => Self::from_settings(&settings, Arc::new(SystemClock::new())),
            },
        ))
    }

    /// A handle from the `CHAOS_*` variables. Never fails: a mistake in the
    /// environment is logged and leaves the handle inert.
    #[cfg(not(feature = "table"))]
    pub async fn from_env<C>(_config: &C) -> Self {
        Self::from_env_http().await
    }

    /// As [`Chaos::from_env`], for those who want to know.
    ///
    /// # Errors
    /// Every variable that cannot be understood, and what the handle would need.
    #[cfg(not(feature = "table"))]
    pub async fn try_from_env<C>(_config: &C) -> Result<Self, StartError> {
        let settings = Settings::from_env().map_err(StartError::Problems)?;
        if settings.table.is_some() {
            return Err(StartError::NoTable);
        }
        Self::from_settings(&settings, Arc::new(SystemClock::new()))
    }

    /// A handle from the `CHAOS_*` variables. The table's client is built from
    /// `config` as it is here: call this before `.chaos(..)`, so that the table
    /// is never injected. Never fails: a mistake in the environment is logged
    /// and leaves the handle inert. Does not wait for the table.
    #[cfg(feature = "table")]
    pub async fn from_env(config: &aws_types::SdkConfig) -> Self {
        or_inert(Self::try_from_env(config).await)
    }

    /// As [`Chaos::from_env`], for those who want to know.
    ///
    /// # Errors
    /// Every variable that cannot be understood, and what the handle would
    /// need. A table that cannot be reached is no error: see [`Chaos::health`].
    #[cfg(feature = "table")]
    pub async fn try_from_env(config: &aws_types::SdkConfig) -> Result<Self, StartError> {
        let settings = Settings::from_env().map_err(StartError::Problems)?;
        Self::from_settings_with_table(&settings, config)
    }
}

impl Chaos {
    /// A handle from settings that were read elsewhere, without their table.
    ///
    /// # Errors
    /// Inline specs that cannot be understood, or files and no tokio runtime.
    pub fn from_settings(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        Self::start(settings, clock, false)
    }

    pub(crate) fn start(
        settings: &Settings,
        clock: Arc<dyn Clock>,
        observe: bool,
    ) -> Result<Self, StartError> {
        for warning in &settings.warnings {
            tracing::error!(target: "chaos", "{warning}");
        }
        if settings.table.is_none() && settings.specs.is_none() {
            return Ok(Self::inert());
        }
        let engine = Engine::new(Config { observe, ..Config::of(settings, clock) });
        match &settings.specs {
            Some(SpecsSetting::Inline(text)) => {
                use_inline(&engine, text).map_err(|found| StartError::Problems(named(found)))?;
            }
            Some(SpecsSetting::File(path)) => use_files(&engine, path, settings.poll)?,
            None => {}
        }
        Ok(Self::live(engine))
    }
}

fn or_inert(started: Result<Chaos, StartError>) -> Chaos {
    started.unwrap_or_else(|error| {
        tracing::error!(target: "chaos", "{error}; nothing is injected in this process");
        Chaos::inert()
    })
}

/// Puts the specs of the environment variable in force.
fn use_inline(engine: &Engine, text: &str) -> Result<(), Problems> {
    let scenarios = read_inline(text)?;
    if let Some(problem) = too_many(&scenarios) {
        return Err(Problems(vec![problem]));
    }
    engine.put(LayerId::Environment, inline_layer(&scenarios, engine.config.clock.now()));
    Ok(())
}

/// Puts the specs of files in force, and keeps them up to date.
fn use_files(engine: &Arc<Engine>, path: &Path, poll: Duration) -> Result<(), StartError> {
    let runtime = tokio::runtime::Handle::try_current().map_err(|_| StartError::NoRuntime)?;
    let mut watch = Watch::new(path.to_owned(), engine.config.clock.now());
    watch.look(engine);
    runtime.spawn(keep_watching(watch, Arc::downgrade(engine), poll));
    Ok(())
}

/// Problems of the inline specs name the variable.
fn named(found: Problems) -> Problems {
    let outer = crate::door::Path::root().key("CHAOS_SPECS");
    Problems(found.0.into_iter().map(|problem| problem.below(&outer)).collect())
}

impl Config {
    fn of(settings: &Settings, clock: Arc<dyn Clock>) -> Self {
        Self {
            function: settings.function.clone(),
            clock,
            seed: settings.seed,
            dry_run: settings.dry_run,
            disabled: settings.disabled,
            observe: false,
            journal: false,
            problems: settings.warnings.clone(),
        }
    }

    /// For what is set up on an inert handle: never live.
    pub(crate) fn inert() -> Self {
        Self {
            function: String::new(),
            clock: Arc::new(SystemClock::new()),
            seed: 0,
            dry_run: false,
            disabled: true,
            observe: false,
            journal: false,
            problems: Vec::new(),
        }
    }
}

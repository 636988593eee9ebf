//! Follows the shared table.
//!
//! | file | is about |
//! |---|---|
//! | here | setting it up |
//! | `client` | the table's own client |
//! | `fleet` | shares of what all processes together may inject |
//! | `follower` | the loop around the reader |
//! | `pulse` | who may wake it, and who waits for it |
//! | `told` | what the log is told of it |

mod client;
mod fleet;
mod follower;
mod pulse;
mod told;

use super::Chaos;
use super::engine::Engine;
use super::env::StartError;
use super::health::Source;
use super::layers::{Layer, LayerId};
use super::report::{Reporter, Who};
use crate::clock::{Clock, SystemClock};
use crate::settings::{Settings, TableSettings};
use crate::table::{Reader, ReaderOptions, Store};
use aws_types::SdkConfig;
use fleet::Budgets;
use follower::Follower;
pub(crate) use pulse::Pulse;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;
use std::time::Duration;

impl Chaos {
    /// A handle from settings that were read elsewhere, table included. The
    /// table's client is built from `config` as it is here: before
    /// `.chaos(..)`. Does not wait for the table.
    ///
    /// # Errors
    /// Inline specs that cannot be understood, or no tokio runtime.
    pub fn from_settings_with_table(settings: &Settings, config: &SdkConfig) -> Result<Self, StartError> {
        let store =
            settings.table.as_ref().map(|table| Store::new(client::client(table, config), &table.name));
        Self::following(settings, store, Arc::new(SystemClock::new()))
    }

    /// As [`Chaos::from_settings_with_table`], over a store and a clock of the
    /// caller's, for tests. Without a store, or a table in the settings, no
    /// table is followed.
    ///
    /// # Errors
    /// As there.
    pub fn following(
        settings: &Settings,
        store: Option<Store>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StartError> {
        let observe = settings.report && settings.table.is_some() && store.is_some();
        let chaos = Self::start(settings, clock, observe)?;
        if let (Some(engine), Some(table), Some(store)) = (chaos.engine(), &settings.table, store) {
            follow(engine, table, settings, store)?;
        }
        Ok(chaos)
    }
}

fn follow(
    engine: &Arc<Engine>,
    table: &TableSettings,
    settings: &Settings,
    store: Store,
) -> Result<(), StartError> {
    // Disabled for good: what the table says makes no difference, and costs money.
    if settings.disabled {
        return Ok(());
    }
    let runtime = tokio::runtime::Handle::try_current().map_err(|_| StartError::NoRuntime)?;
    let options = ReaderOptions {
        environment: table.environment.clone(),
        function: settings.function.clone(),
        poll: settings.poll,
        lease: settings.lease,
        instance: std::collections::hash_map::RandomState::new().build_hasher().finish(),
    };
    let source = Arc::new(Source::new(format!("table {}, environment {}", table.name, table.environment)));
    engine.put(LayerId::Table, Layer { source: Some(Arc::clone(&source)), ..Layer::default() });
    let budgets = Budgets::new(store.clone(), table.environment.clone(), engine, &runtime);
    let pulse = Arc::new(Pulse::new(Arc::clone(&engine.config.clock)));
    engine.follow(Arc::clone(&pulse), settings.lambda);
    if settings.report {
        let (environment, function) = (options.environment.clone(), options.function.clone());
        let who = Who { environment, function, instance: options.instance };
        source.update(|state| state.reporting.on = true);
        let reporter = Reporter::new(engine, store.clone(), Arc::clone(&source), who);
        engine.own(runtime.spawn(reporter.run(engine.take_reports())).abort_handle());
    }
    let reader = Reader::new(store, options);
    // A function is started for an event, not with its fleet, and has no time to lose.
    let turn = if settings.lambda { Duration::ZERO } else { reader.phase() };
    let follower = Follower { reader, turn, source, pulse, budgets, told: None };
    engine.own(runtime.spawn(follower.run(Arc::downgrade(engine))).abort_handle());
    Ok(())
}

//! Follows the shared table.
//!
//! | file | is about |
//! |---|---|
//! | here | setting it up |
//! | `client` | the table's own client |
//! | `fleet` | shares of what all processes together may inject |
//! | `follower` | the loop around the reader |

mod client;
mod fleet;
mod follower;

use super::Chaos;
use super::engine::Engine;
use super::env::StartError;
use super::health::Source;
use super::layers::{Layer, LayerId};
use crate::clock::{Clock, SystemClock};
use crate::settings::{Settings, TableSettings};
use crate::table::{Reader, ReaderOptions, Store};
use aws_types::SdkConfig;
use fleet::Budgets;
use follower::Follower;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

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
        let chaos = Self::from_settings(settings, clock)?;
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
    let follower = Follower { reader: Reader::new(store, options), source, budgets, told: None };
    engine.own(runtime.spawn(follower.run(Arc::downgrade(engine))).abort_handle());
    Ok(())
}

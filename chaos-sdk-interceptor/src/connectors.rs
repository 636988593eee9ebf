//! Decorated connectors kept for later calls, as the SDK's default client
//! keeps its own: then nothing is allocated per attempt.

use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpConnector};
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

/// Beyond so many, connectors are made anew each time.
const MAX_KEPT: usize = 1024;

/// Everything that the SDK's default client picks its connectors by, and the operation.
type Key = (Option<&'static str>, Option<Duration>, Option<Duration>);

#[derive(Debug, Default)]
pub(crate) struct Connectors(RwLock<HashMap<Key, SharedHttpConnector>>);

impl Connectors {
    pub(crate) fn get_or_insert(
        &self,
        operation: Option<&'static str>,
        settings: &HttpConnectorSettings,
        make: impl FnOnce() -> SharedHttpConnector,
    ) -> SharedHttpConnector {
        let key = (operation, settings.connect_timeout(), settings.read_timeout());
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        kept.unwrap_or_else(|| self.insert(key, make()))
    }

    fn insert(&self, key: Key, made: SharedHttpConnector) -> SharedHttpConnector {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MAX_KEPT {
            kept.insert(key, made.clone());
        }
        made
    }
}

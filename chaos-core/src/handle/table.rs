//! Follows the shared table. (Being written.)

use super::engine::Engine;
use super::env::StartError;
use crate::settings::{Settings, TableSettings};
use std::sync::Arc;

pub(crate) fn follow(
    _engine: &Arc<Engine>,
    _table: &TableSettings,
    _settings: &Settings,
    _config: &aws_types::SdkConfig,
) -> Result<(), StartError> {
    Ok(())
}

//! Making the table.

use super::describe::{KEYS, is_unknown, key_problem};
use super::failure::failure;
use super::rules::refused;
use super::{Store, StoreError};
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, PointInTimeRecoverySpecification, TableDescription,
    TableStatus, TimeToLiveSpecification,
};
use std::time::Duration;

/// How often, and how long, to wait for a new table.
const WAITS: u32 = 120;
const WAIT: Duration = Duration::from_secs(1);

/// What a new table has beside its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableOptions {
    /// Backups of every second of the last 35 days; left out, and told, where there is
    /// no such thing (emulators).
    pub point_in_time_recovery: bool,
    /// Refuses to delete the table.
    pub deletion_protection: bool,
}

/// What making the table led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Created {
    /// Whether there was no such table before.
    pub created: bool,
    /// Whether backups were asked for that there are none of.
    pub no_backups: bool,
}

impl Default for TableOptions {
    /// Both on, as production wants it.
    fn default() -> Self {
        Self { point_in_time_recovery: true, deletion_protection: true }
    }
}

impl TableOptions {
    /// For the embedded engine and other emulators.
    pub fn embedded() -> Self {
        Self { point_in_time_recovery: false, deletion_protection: false }
    }
}

impl Store {
    /// Makes the table where there is none (billed per request, expiring items
    /// by `ttl`), waits until it is usable, and brings the options up to what
    /// is asked; never turns one off. May be repeated.
    ///
    /// # Errors
    /// [`StoreError::Refused`] where a table of this name has other keys.
    pub async fn create_table(&self, options: TableOptions) -> Result<Created, StoreError> {
        let created = self.create(options).await?;
        let description = self.active().await?;
        if let Some(problem) = key_problem(&description) {
            return Err(refused(problem));
        }
        if options.deletion_protection && description.deletion_protection_enabled != Some(true) {
            let update = self.client.update_table().table_name(&*self.table);
            let update = update.deletion_protection_enabled(true).send().await;
            update.map_err(|error| failure(&self.table, &error))?;
        }
        self.expire_items().await?;
        let no_backups = options.point_in_time_recovery && !self.back_up().await?;
        Ok(Created { created, no_backups })
    }

    /// Whether there was no such table.
    async fn create(&self, options: TableOptions) -> Result<bool, StoreError> {
        let invalid = |error: BuildError| StoreError::Invalid { message: error.to_string() };
        let mut create = self.client.create_table().table_name(&*self.table);
        for (name, kind) in KEYS {
            let string = AttributeDefinition::builder().attribute_name(name).attribute_type("S".into());
            let part = KeySchemaElement::builder().attribute_name(name).key_type(kind.into());
            create = create.attribute_definitions(string.build().map_err(invalid)?);
            create = create.key_schema(part.build().map_err(invalid)?);
        }
        let create = create.billing_mode(BillingMode::PayPerRequest);
        let protect = options.deletion_protection.then_some(true);
        match create.set_deletion_protection_enabled(protect).send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error.as_service_error().is_some_and(CreateTableError::is_resource_in_use_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(failure(&self.table, &error)),
        }
    }

    async fn active(&self) -> Result<TableDescription, StoreError> {
        for _ in 0..WAITS {
            match self.description().await {
                Ok(table) if table.table_status == Some(TableStatus::Active) => return Ok(table),
                // A table that was just made may not be known everywhere yet.
                Ok(_) | Err(StoreError::TableMissing { .. }) => self.wait(WAIT).await,
                Err(error) => return Err(error),
            }
        }
        Err(refused("the table is still not usable after two minutes; repeat this later".to_owned()))
    }

    async fn expire_items(&self) -> Result<(), StoreError> {
        if self.expires_items().await? {
            return Ok(());
        }
        let invalid = |error: BuildError| StoreError::Invalid { message: error.to_string() };
        let ttl = TimeToLiveSpecification::builder().enabled(true).attribute_name("ttl").build();
        let update = self.client.update_time_to_live().table_name(&*self.table);
        let update = update.time_to_live_specification(ttl.map_err(invalid)?).send().await;
        update.map(drop).map_err(|error| failure(&self.table, &error))
    }

    /// Whether there is such a thing.
    async fn back_up(&self) -> Result<bool, StoreError> {
        let invalid = |error: BuildError| StoreError::Invalid { message: error.to_string() };
        let on = PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(true).build();
        let update = self.client.update_continuous_backups().table_name(&*self.table);
        match update.point_in_time_recovery_specification(on.map_err(invalid)?).send().await {
            Ok(_) => Ok(true),
            Err(error) if is_unknown(&error) => Ok(false),
            Err(error) => Err(failure(&self.table, &error)),
        }
    }
}

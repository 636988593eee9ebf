//! What the table is like.

use super::failure::failure;
use super::{Store, StoreError};
use aws_sdk_dynamodb::types::{TableDescription, TimeToLiveStatus};

/// Both texts.
pub(super) const KEYS: [(&str, &str); 2] = [("pk", "HASH"), ("sk", "RANGE")];

/// The table as AWS describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Its name.
    pub name: String,
    /// Its ARN, where it has one.
    pub arn: Option<String>,
    /// `ACTIVE`, `CREATING`, ...
    pub status: String,
    /// Items, as of some hours ago.
    pub items: u64,
    /// Bytes, as of some hours ago.
    pub bytes: u64,
    /// What is wrong with it, and what would be right.
    pub problems: Vec<String>,
}

impl Store {
    /// What the table is like.
    ///
    /// # Errors
    /// [`StoreError::TableMissing`].
    pub async fn describe(&self) -> Result<Description, StoreError> {
        let table = self.description().await?;
        let expiring = self.expires_items().await?;
        let ttl = "items do not expire by `ttl`; `monkeyless table create` turns that on";
        let count = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok()).unwrap_or(0);
        Ok(Description {
            problems: key_problem(&table).into_iter().chain((!expiring).then(|| ttl.to_owned())).collect(),
            name: table.table_name.unwrap_or_default(),
            arn: table.table_arn,
            status: table.table_status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
            items: count(table.item_count),
            bytes: count(table.table_size_bytes),
        })
    }

    pub(super) async fn description(&self) -> Result<TableDescription, StoreError> {
        let answer = self.client.describe_table().table_name(&*self.table).send().await;
        let table = answer.map_err(|error| failure(&self.table, &error))?.table;
        table.ok_or_else(|| StoreError::TableMissing { table: self.table.to_string() })
    }

    pub(super) async fn expires_items(&self) -> Result<bool, StoreError> {
        let answer = self.client.describe_time_to_live().table_name(&*self.table).send().await;
        let described = answer.map_err(|error| failure(&self.table, &error))?.time_to_live_description;
        let on = |status| matches!(status, TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling);
        Ok(described.is_some_and(|described| {
            described.time_to_live_status.is_some_and(on)
                && described.attribute_name.as_deref() == Some("ttl")
        }))
    }
}

/// What is wrong with a table's keys.
pub(super) fn key_problem(table: &TableDescription) -> Option<String> {
    let keys: Vec<_> =
        table.key_schema().iter().map(|key| (key.attribute_name(), key.key_type().as_str())).collect();
    let texts =
        table.attribute_definitions().iter().all(|attribute| attribute.attribute_type().as_str() == "S");
    (keys != KEYS || !texts).then(|| {
        "its keys are not `pk` and `sk`, both texts: it is no table of Monkeyless Chaos; name another"
            .to_owned()
    })
}

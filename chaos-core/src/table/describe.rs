//! What the table is like, what is missing, and how to mend it.

use super::failure::failure;
use super::flip::Read;
use super::{Consistency, Store, StoreError};
use crate::spec::Id;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{
    BillingMode, PointInTimeRecoveryStatus, ScalarAttributeType, TableDescription, TimeToLiveStatus,
};

/// Both texts.
pub(super) const KEYS: [(&str, &str); 2] = [("pk", "HASH"), ("sk", "RANGE")];

/// The table as AWS describes it, and its environments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Its name.
    pub name: String,
    /// Its ARN, where it has one.
    pub arn: Option<String>,
    /// `ACTIVE`, `CREATING`, ...
    pub status: String,
    /// Its keys with their types, such as `pk (S), sk (S)`.
    pub keys: String,
    /// Whether it is billed per request.
    pub on_demand: bool,
    /// Whether items expire by `ttl`; `None` where that may not be asked.
    pub expires: Option<bool>,
    /// Whether there are backups of every second; `None` where that may not be
    /// asked, or there is no such thing.
    pub recovery: Option<bool>,
    /// Whether it is protected against deletion.
    pub protected: bool,
    /// Items, as of some hours ago.
    pub items: u64,
    /// Bytes, as of some hours ago.
    pub bytes: u64,
    /// The environments that were ever used, by name.
    pub environments: Vec<EnvironmentDescription>,
    /// What is wrong, and how to mend it.
    pub problems: Vec<String>,
    /// What production has and this table has not.
    pub advice: Vec<String>,
}

/// One environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentDescription {
    /// Its name.
    pub name: Id,
    /// HEAD's generation; `None` where HEAD is missing or cannot be understood.
    pub generation: Option<u64>,
    /// Whether it is halted.
    pub halted: bool,
    /// How many scenarios are armed.
    pub armed: usize,
    /// How many copies of HEAD there are, HEAD among them.
    pub copies: u32,
    /// The copies that are missing or not as HEAD is, by their numbers.
    pub behind: Vec<u32>,
}

impl Store {
    /// What the table is like. What may not be asked is left open, and told.
    ///
    /// # Errors
    /// [`StoreError::TableMissing`], and where the table cannot be asked at all.
    pub async fn describe(&self) -> Result<Description, StoreError> {
        let table = self.description().await?;
        let foreign = key_problem(&table);
        let (mut problems, mut advice, mut environments) = (Vec::new(), Vec::new(), Vec::new());
        let expires = seen(self.expires_items().await, "`ttl`", &mut advice)?;
        if expires == Some(false) {
            let ttl = "items do not expire by `ttl`; `monkeyless table create` turns that on";
            problems.push(ttl.to_owned());
        }
        let recovery = self.recovery().await?;
        // By other keys nothing can be asked.
        if foreign.is_none() {
            let found = self.describe_environments(&mut problems).await;
            environments = seen(found, "environments", &mut advice)?.unwrap_or_default();
        }
        problems.extend(foreign);
        let described = Description {
            problems,
            environments,
            expires,
            recovery,
            on_demand: on_demand(&table),
            keys: keys(&table),
            items: count(table.item_count),
            bytes: count(table.table_size_bytes),
            protected: table.deletion_protection_enabled == Some(true),
            name: table.table_name.unwrap_or_default(),
            arn: table.table_arn,
            status: table.table_status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
            advice: Vec::new(),
        };
        advice.extend(described.lacks());
        Ok(Description { advice, ..described })
    }

    async fn describe_environments(
        &self,
        problems: &mut Vec<String>,
    ) -> Result<Vec<EnvironmentDescription>, StoreError> {
        let mut described = Vec::new();
        for name in self.environments().await? {
            described.push(self.describe_environment(name, problems).await?);
        }
        Ok(described)
    }

    async fn describe_environment(
        &self,
        name: Id,
        problems: &mut Vec<String>,
    ) -> Result<EnvironmentDescription, StoreError> {
        const MEND: &str =
            "nothing is injected there; `monkeyless halt` and then `monkeyless resume` write it anew";
        let read = self.read_head(&name, 0, Consistency::Strong).await?;
        let nothing = EnvironmentDescription {
            name,
            generation: None,
            halted: false,
            armed: 0,
            copies: 1,
            behind: Vec::new(),
        };
        let head = match read {
            Read::Head(item) => item.head,
            Read::Missing => {
                problems.push(format!("{}: HEAD is missing: {MEND}", nothing.name));
                return Ok(nothing);
            }
            Read::Unreadable(problem) => {
                problems.push(format!("{}: HEAD cannot be understood ({problem}): {MEND}", nothing.name));
                return Ok(nothing);
            }
        };
        let behind = self.behind(&nothing.name, head.generation, head.shards).await?;
        if !behind.is_empty() {
            problems.push(format!(
                "{}: the copies {behind:?} of HEAD are missing or old, so that processes read HEAD itself; \
                 the next write makes them whole",
                nothing.name
            ));
        }
        problems.extend(head.problems.iter().map(|problem| format!("{}: {problem}", nothing.name)));
        Ok(EnvironmentDescription {
            generation: Some(head.generation),
            halted: head.halted.is_some(),
            armed: head.live(self.now()).count(),
            copies: head.shards,
            behind,
            ..nothing
        })
    }

    /// The copies that are missing or not of this generation.
    async fn behind(&self, name: &Id, generation: u64, shards: u32) -> Result<Vec<u32>, StoreError> {
        let mut behind = Vec::new();
        for copy in 1..shards {
            let read = self.read_head(name, copy, Consistency::Strong).await?;
            if !matches!(read, Read::Head(item) if item.head.generation == generation) {
                behind.push(copy);
            }
        }
        Ok(behind)
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

    /// Whether there are backups of every second; `None` where nobody knows.
    async fn recovery(&self) -> Result<Option<bool>, StoreError> {
        let answer = self.client.describe_continuous_backups().table_name(&*self.table).send().await;
        let described = match answer {
            Ok(answer) => answer.continuous_backups_description,
            Err(error) if is_unknown(&error) => return Ok(None),
            Err(error) => match failure(&self.table, &error) {
                StoreError::Denied { .. } => return Ok(None),
                other => return Err(other),
            },
        };
        let status = described.and_then(|described| {
            described.point_in_time_recovery_description?.point_in_time_recovery_status
        });
        Ok(Some(status == Some(PointInTimeRecoveryStatus::Enabled)))
    }
}

impl Description {
    /// What production has and this table has not.
    fn lacks(&self) -> Vec<String> {
        let mut lacks = Vec::new();
        if !self.on_demand {
            lacks.push("it is not billed per request: a fleet that grows may be throttled".to_owned());
        }
        if self.recovery == Some(false) {
            lacks
                .push("it has no point-in-time recovery; `monkeyless table create` turns that on".to_owned());
        }
        if !self.protected {
            lacks.push(
                "it is not protected against deletion; `monkeyless table create` turns that on".to_owned(),
            );
        }
        lacks
    }
}

/// What was found; `None`, with a word about it, where that may not be asked.
fn seen<T>(
    found: Result<T, StoreError>,
    what: &str,
    advice: &mut Vec<String>,
) -> Result<Option<T>, StoreError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error @ StoreError::Denied { .. }) => {
            advice.push(format!("of its {what} nothing can be told: {error}"));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Whether this is no operation there, as with emulators.
pub(super) fn is_unknown<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    code.is_some_and(|code| ["UnknownOperationException", "UnsupportedOperationException"].contains(&code))
}

fn count(number: Option<i64>) -> u64 {
    number.and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
}

fn on_demand(table: &TableDescription) -> bool {
    let billing = table.billing_mode_summary.as_ref().and_then(|summary| summary.billing_mode.as_ref());
    billing == Some(&BillingMode::PayPerRequest)
}

fn keys(table: &TableDescription) -> String {
    let kind = |name: &str| {
        let of = table.attribute_definitions().iter().find(|attribute| attribute.attribute_name() == name);
        of.map_or("?", |attribute| attribute.attribute_type().as_str())
    };
    let keys = table
        .key_schema()
        .iter()
        .map(|key| format!("{} ({})", key.attribute_name(), kind(key.attribute_name())));
    keys.collect::<Vec<_>>().join(", ")
}

/// What is wrong with a table's keys.
pub(super) fn key_problem(table: &TableDescription) -> Option<String> {
    let keys: Vec<_> =
        table.key_schema().iter().map(|key| (key.attribute_name(), key.key_type().as_str())).collect();
    let texts = table
        .attribute_definitions()
        .iter()
        .all(|attribute| *attribute.attribute_type() == ScalarAttributeType::S);
    (keys != KEYS || !texts).then(|| {
        "its keys are not `pk` and `sk`, both texts: it is no table of Monkeyless Chaos; name another"
            .to_owned()
    })
}

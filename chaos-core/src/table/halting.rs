//! How a halt reaches every environment, whatever state it is in.

use super::audit::Record;
use super::change::{Change, halt_attributes};
use super::expression::Expression;
use super::failure::write_failure;
use super::flip::{HASTY, HeadItem, Plan, Read, no_environment};
use super::head::Halted;
use super::transaction::token;
use super::value::{Item, number, whole};
use super::{Actor, Consistency, CopyTaken, Deed, HaltReport, Scope, Store, StoreError, keys};
use crate::spec::Id;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use tokio::task::JoinSet;

/// The generation, and how many copies have it.
pub(super) type Taken = (u64, u32);

/// Halting, or lifting the halt: what to do with each environment.
#[derive(Clone, Debug)]
pub(super) struct Act {
    pub(super) store: Store,
    /// `None` lifts.
    pub(super) halted: Option<Halted>,
    pub(super) by: Actor,
    pub(super) why: String,
}

impl Act {
    pub(super) async fn on(self, scope: &Scope) -> Result<HaltReport, StoreError> {
        let environments = match scope {
            Scope::Everywhere => self.store.note_everywhere(self.halted.as_ref()).await?,
            Scope::Environment(id) => {
                self.check_exists(id).await?;
                vec![id.clone()]
            }
        };
        let mut tasks = JoinSet::new();
        for environment in environments {
            let act = self.clone();
            tasks.spawn(async move {
                let taken = act.on_one(&environment).await;
                (environment, taken)
            });
        }
        let mut copies: Vec<_> = tasks.join_all().await.into_iter().flat_map(report).collect();
        copies.sort_by(|a, b| (&a.environment, a.copy).cmp(&(&b.environment, b.copy)));
        Ok(HaltReport { copies })
    }

    /// A halt of a misspelt environment would halt nothing, and look as if it had.
    async fn check_exists(&self, environment: &Id) -> Result<(), StoreError> {
        let there =
            !matches!(self.store.read_head(environment, 0, Consistency::Strong).await?, Read::Missing);
        match there || self.store.environments().await?.contains(environment) {
            true => Ok(()),
            false => Err(no_environment(environment)),
        }
    }

    async fn on_one(&self, environment: &Id) -> Result<Taken, StoreError> {
        let flipped = self.store.flip(environment, HASTY, |read, _| Ok(self.plan(read))).await;
        match (flipped, &self.halted) {
            (Ok(flipped), _) => Ok((flipped.generation, flipped.copies)),
            (Err(StoreError::NotFound { .. } | StoreError::Unreadable { .. }), Some(halted)) => {
                self.write_anew(environment, halted).await
            }
            // Also where it is not known whether it was done: halting twice does no harm.
            (Err(error), Some(halted)) if !is_out_of_reach(&error) => self.force(environment, halted).await,
            (Err(error), _) => Err(error),
        }
    }

    fn plan(&self, read: &HeadItem) -> Plan<()> {
        let (is, wanted) = (read.head.halted.is_some(), self.halted.is_some());
        // Set by hand, it leaves what was armed; that must not come back.
        if is == wanted && (!is || read.armed.is_empty()) {
            return Plan::Nothing(());
        }
        let deed = if wanted { Deed::Halt } else { Deed::Resume };
        let record = Record {
            before: Some(AttributeValue::M(read.armed.clone())).filter(|_| !read.armed.is_empty()),
            ..Record::of_all(deed, &self.by, &self.why)
        };
        let halted = self.halted.clone();
        let change = Change { armed: Item::new(), halted, barred: false, record, beside: None, copies: None };
        Plan::Change(Box::new(change), ())
    }

    /// Others keep changing HEAD: halts it without asking what it is. The
    /// audit item follows, instead of going along.
    async fn force(&self, environment: &Id, halted: &Halted) -> Result<Taken, StoreError> {
        let store = &self.store;
        let mut change = unconditional(halted);
        let (name, one) = (change.name("gen"), change.value(number(1)));
        change.add(format!("{name} {one}"));
        let item = self.write_plainly(environment, 0, &change).await?;
        let generation = whole(&item, "gen").unwrap_or_default();
        let copies =
            whole(&item, "shards").and_then(|copies| u32::try_from(copies).ok()).unwrap_or(1).clamp(1, 32);
        for copy in 1..copies {
            let mut change = unconditional(halted);
            change.set("gen", number(generation));
            // One that was missing is to be as HEAD is.
            for name in ["shards", "spread_ms"] {
                item.get(name).iter().for_each(|value| change.set(name, (*value).clone()));
            }
            self.write_plainly(environment, copy, &change).await?;
        }
        let record = Record::of_all(Deed::Halt, &self.by, &self.why);
        let now = store.now();
        let audit = record.item(&keys::audit(environment, now, generation), generation, now, &token());
        let put = store.client.put_item().table_name(store.table()).set_item(Some(audit));
        if let Err(error) = put.send().await {
            tracing::error!(target: "chaos", "halted {environment}, but the audit item was not written: {error}");
        }
        Ok((generation, copies))
    }

    /// One update that asks for nothing: the item as it is now.
    async fn write_plainly(
        &self,
        environment: &Id,
        copy: u32,
        change: &Expression,
    ) -> Result<Item, StoreError> {
        let store = &self.store;
        let request = store.client.update_item().table_name(store.table());
        let request =
            request.set_key(Some(keys::head(environment, copy).item())).update_expression(change.update());
        let request = request.set_expression_attribute_names(change.names());
        let request = request.set_expression_attribute_values(change.values());
        let answer = request.return_values(ReturnValue::AllNew).send().await;
        Ok(answer.map_err(|error| write_failure(&store.table, &error))?.attributes.unwrap_or_default())
    }
}

/// The halt itself, whatever else is so.
fn unconditional(halted: &Halted) -> Expression {
    let mut change = Expression::default();
    change.set("halted", AttributeValue::Bool(true));
    change.set("act", AttributeValue::M(Item::new()));
    for (name, value) in halt_attributes(Some(halted)) {
        change.set(name, value.unwrap_or(AttributeValue::Null(true)));
    }
    change
}

/// What a plain write would meet too.
fn is_out_of_reach(error: &StoreError) -> bool {
    matches!(error, StoreError::TableMissing { .. } | StoreError::Unreachable { .. })
}

/// One line per copy: they are written together, or not at all.
fn report((environment, taken): (Id, Result<Taken, StoreError>)) -> Vec<CopyTaken> {
    let copies = taken.as_ref().map_or(1, |(_, copies)| *copies);
    let outcome = taken.map(|(generation, _)| generation);
    let copy = |copy| CopyTaken { environment: environment.clone(), copy, outcome: outcome.clone() };
    (0..copies).map(copy).collect()
}

//! Which environments there are: one item that lists them, so that a halt
//! reaches all, and that bars new ones while everything is halted.

use super::audit::Record;
use super::change::halt_attributes;
use super::expression::Expression;
use super::failure::failure;
use super::flip::Read;
use super::head::{Halted, first_generation};
use super::keys;
use super::transaction::{Ended, Proof, foreign, token};
use super::value::{Item, number, string, text};
use super::{Actor, Consistency, Deed, Store, StoreError};
use crate::spec::Id;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use jiff::Timestamp;

/// How often to begin again where others were faster.
const ATTEMPTS: u32 = 8;

impl Store {
    /// The environments that were ever used, by name.
    ///
    /// # Errors
    /// Where the table cannot be read.
    pub async fn environments(&self) -> Result<Vec<Id>, StoreError> {
        let item = self.get(&keys::environments(), Consistency::Strong).await?;
        Ok(item.map(|item| names(&item)).unwrap_or_default())
    }

    /// Makes HEAD where there is none; halted, if everything is.
    pub(super) async fn ensure_environment(&self, environment: &Id, by: &Actor) -> Result<(), StoreError> {
        for attempt in 0..ATTEMPTS {
            match self.read_head(environment, 0, Consistency::Strong).await? {
                Read::Missing => {}
                Read::Head(_) | Read::Unreadable(_) => return Ok(()),
            }
            if self.create_environment(environment, by).await? {
                return Ok(());
            }
            self.pause(attempt).await;
        }
        Err(StoreError::Busy)
    }

    /// Whether the environment was made; if not, it is there, or the halt has changed.
    async fn create_environment(&self, environment: &Id, by: &Actor) -> Result<bool, StoreError> {
        let list = self.get(&keys::environments(), Consistency::Strong).await?.unwrap_or_default();
        let halted = halted_everywhere(&list);
        let now = self.now();
        let (generation, token) = (first_generation(now), token());
        let audit = keys::audit(environment, now, generation);
        let record = Record::of_all(Deed::Create, by, "first use");
        let items = vec![
            self.update(&keys::environments(), &listing(environment, halted.is_some()))?,
            self.put(fresh_head(environment, generation, now, by, halted.as_ref()), &Expression::absent())?,
            self.put(record.item(&audit, generation, now, &token), &Expression::absent())?,
        ];
        match self.transact(items, &token, &Proof::Token(audit)).await? {
            Ended::Done => Ok(true),
            Ended::Cancelled(reasons) => foreign(&reasons).map_or(Ok(false), Err),
        }
    }

    /// Notes that everything is halted, or is not any more: the environments there are.
    pub(super) async fn note_everywhere(&self, halted: Option<&Halted>) -> Result<Vec<Id>, StoreError> {
        let mut change = Expression::default();
        change.set("halted", AttributeValue::Bool(halted.is_some()));
        for (name, value) in halt_attributes(halted) {
            match value {
                Some(value) => change.set(name, value),
                None => change.remove(name),
            }
        }
        let request = self.client.update_item().table_name(&*self.table);
        let request = request.set_key(Some(keys::environments().item())).update_expression(change.update());
        let request = request.set_expression_attribute_names(change.names());
        let request = request.set_expression_attribute_values(change.values());
        let answer = request.return_values(ReturnValue::AllNew).send().await;
        let item = answer.map_err(|error| failure(&self.table, &error))?.attributes;
        Ok(item.map(|item| names(&item)).unwrap_or_default())
    }
}

/// HEAD of an environment in which nothing is armed.
pub(super) fn fresh_head(
    environment: &Id,
    generation: u64,
    now: Timestamp,
    by: &Actor,
    halted: Option<&Halted>,
) -> Item {
    let mut item = keys::head(environment, 0).item();
    let halt = halt_attributes(halted).into_iter().filter_map(|(name, value)| Some((name, value?)));
    let always = [
        ("gen", number(generation)),
        ("halted", AttributeValue::Bool(halted.is_some())),
        ("act", AttributeValue::M(Item::new())),
        ("at", text(now.to_string())),
        ("by", text(by.as_str())),
    ];
    item.extend(halt.chain(always).map(|(name, value)| (name.to_owned(), value)));
    item
}

/// Adds an environment to the list, if the halt of everything is still what was read.
fn listing(environment: &Id, halted: bool) -> Expression {
    let mut change = Expression::default();
    let name = change.name("environments");
    let value = change.value(AttributeValue::Ss(vec![environment.to_string()]));
    change.add(format!("{name} {value}"));
    let flag = change.name("halted");
    let expected = change.value(AttributeValue::Bool(halted));
    change.must(match halted {
        true => format!("{flag} = {expected}"),
        false => format!("(attribute_not_exists({flag}) OR {flag} = {expected})"),
    });
    change
}

fn names(list: &Item) -> Vec<Id> {
    let names = list.get("environments").and_then(|value| value.as_ss().ok());
    let mut names: Vec<_> = names.into_iter().flatten().filter_map(|name| Id::new(name)).collect();
    names.sort();
    names
}

fn halted_everywhere(list: &Item) -> Option<Halted> {
    let halted = list.get("halted").is_some_and(|value| value.as_bool() == Ok(&true));
    halted.then(|| Halted {
        why: string(list, "halted_why"),
        by: string(list, "halted_by"),
        at: string(list, "halted_at"),
    })
}

//! How instances fare: one item each, written around outages.

use crate::clock::later;
use crate::spec::Id;
use crate::table::keys;
use crate::table::store::Bounds;
use crate::table::value::{Item, number, string, text, whole};
use crate::table::{Consistency, Store, StoreError};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::Serialize;
use std::time::Duration;

/// An instance that was not heard of for so long is gone.
const KEPT: Duration = Duration::from_secs(60 * 60);
/// So many problems are told, and so much of each.
const PROBLEMS: usize = 10;
const PROBLEM: usize = 500;

/// What one instance says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Instance {
    /// The function's name.
    pub function: String,
    /// Which of its instances, in hexadecimal.
    pub instance: String,
    /// The generation that it has.
    pub generation: u64,
    /// Whether it has heard of a halt.
    pub halted: bool,
    /// How many specs are in force in it.
    pub armed: u64,
    /// Injections under way.
    pub active: u64,
    /// Calls that passed because too many injections were under way.
    pub overflow: u64,
    /// Attempts that were counted and could not be reported.
    pub dropped: u64,
    /// What is wrong, the first ten.
    pub problems: Vec<String>,
    /// The version of this library.
    pub version: String,
    /// When it began to follow the table.
    #[serde(serialize_with = "super::as_text")]
    pub started: Timestamp,
    /// When it said this.
    #[serde(serialize_with = "super::as_text")]
    pub at: Timestamp,
}

/// The instances of an environment, as far as they were told to speak: around outages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Instances {
    /// By function and instance.
    pub found: Vec<Instance>,
    /// Items that cannot be understood, and were left out.
    pub problems: Vec<String>,
}

impl Instance {
    fn item(&self, environment: &Id) -> Item {
        let problem = |problem: &String| text(problem.chars().take(PROBLEM).collect::<String>());
        let problems = self.problems.iter().take(PROBLEMS).map(problem).collect();
        let attributes = [
            ("f", text(&self.function)),
            ("i", text(&self.instance)),
            ("gen", number(self.generation)),
            ("halted", AttributeValue::Bool(self.halted)),
            ("armed", number(self.armed)),
            ("active", number(self.active)),
            ("overflow", number(self.overflow)),
            ("dropped", number(self.dropped)),
            ("problems", AttributeValue::L(problems)),
            ("version", text(&self.version)),
            ("started", text(self.started.to_string())),
            ("at", text(self.at.to_string())),
            ("ttl", number(later(self.at, KEPT).as_second())),
        ];
        let mut item = keys::instance(environment, &self.function, &self.instance).item();
        item.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
        item
    }

    fn read(item: &Item) -> Result<Self, String> {
        let number = |name| whole(item, name).ok_or(format!("`{name}` is no whole number"));
        let time = |name| string(item, name).parse().map_err(|_| format!("`{name}` is no time"));
        let problems = item.get("problems").and_then(|value| value.as_l().ok());
        let problems = problems.into_iter().flatten().filter_map(|value| value.as_s().ok().cloned());
        Ok(Self {
            function: string(item, "f"),
            instance: string(item, "i"),
            generation: number("gen")?,
            halted: !matches!(item.get("halted"), Some(AttributeValue::Bool(false))),
            armed: number("armed")?,
            active: number("active")?,
            overflow: number("overflow")?,
            dropped: number("dropped")?,
            problems: problems.collect(),
            version: string(item, "version"),
            started: time("started")?,
            at: time("at")?,
        })
    }
}

impl Store {
    /// Writes what an instance says of itself, in place of what it said before.
    ///
    /// # Errors
    /// Where the table cannot be written.
    pub async fn put_instance(&self, environment: &Id, instance: &Instance) -> Result<(), StoreError> {
        self.put_item(instance.item(environment)).await
    }

    /// What instances have said of themselves within the last hour.
    ///
    /// # Errors
    /// Where the table cannot be read.
    pub async fn instances(&self, environment: &Id) -> Result<Instances, StoreError> {
        let pk = keys::instances(environment);
        let mut instances = Instances::default();
        let oldest = self.now().checked_sub(KEPT).unwrap_or(Timestamp::MIN);
        for item in self.query(&pk, "", Consistency::Eventual, Bounds::NONE).await? {
            match Instance::read(&item) {
                // The table removes what is over some time within two days.
                Ok(instance) if instance.at < oldest => {}
                Ok(instance) => instances.found.push(instance),
                Err(problem) => {
                    let sk = string(&item, "sk");
                    instances.problems.push(format!("pk = \"{pk}\", sk = \"{sk}\": {problem}"));
                }
            }
        }
        Ok(instances)
    }
}

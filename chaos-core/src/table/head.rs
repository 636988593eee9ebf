//! HEAD: what is armed until when, and the halt. One item per environment,
//! and the only one that is read again and again.

use super::keys::EVERY_FUNCTION;
use super::value::{Item, number, seconds, string, time, whole};
use crate::caps;
use crate::spec::Id;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// More copies of HEAD than this serve no fleet there is.
const MAX_SHARDS: u64 = 32;
/// A generation beyond this was mistyped; taken for true, no later write would ever pass it.
const MAX_GENERATION: u64 = (1 << 53) - 1;

/// HEAD of an environment, understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Grows with every write: max(previous + 1, milliseconds since 1970).
    pub generation: u64,
    /// The halt, where there is one.
    pub halted: Option<Halted>,
    /// How many copies of HEAD there are, 1 to 32.
    pub shards: u32,
    /// What is armed, by scenario; entries whose deadline has passed among it.
    pub armed: BTreeMap<Id, Entry>,
    /// When it was last written, as it says itself.
    pub at: String,
    /// By whom.
    pub by: String,
    /// Entries that cannot be understood, and are not armed.
    pub problems: Vec<String>,
}

/// The halt of an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Halted {
    /// Why.
    pub why: String,
    /// By whom.
    pub by: String,
    /// When.
    pub at: String,
}

/// One armed scenario, as HEAD has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The published revision that is in force.
    pub revision: u64,
    /// Raised by hand to have an edited revision loaded again; 0 by default.
    pub edition: u64,
    /// Armed since.
    pub since: Timestamp,
    /// The deadline, the only one that counts.
    pub until: Timestamp,
    /// How many specs it has.
    pub specs: usize,
    /// How many items lie in which partition: `*`, or `f|` and a function's name.
    pub partitions: BTreeMap<String, usize>,
    /// The bytes of its specs, as JSON.
    pub bytes: usize,
}

impl Head {
    /// Understands the item, or says what is wrong with it and what would be
    /// right. Attributes of other names are ignored.
    pub(super) fn parse(item: &Item) -> Result<Self, String> {
        let generation = whole(item, "gen").filter(|number| (1..=MAX_GENERATION).contains(number));
        let shards = match item.get("shards") {
            None => Some(1),
            Some(_) => whole(item, "shards").filter(|number| (1..=MAX_SHARDS).contains(number)),
        };
        let entries = item.get("act").and_then(|value| value.as_m().ok());
        let entries = entries.ok_or("`act` is no map; `{}` arms nothing")?;
        if entries.len() > caps::MAX_ARMED_SCENARIOS {
            let most = caps::MAX_ARMED_SCENARIOS;
            return Err(format!("`act` arms {} scenarios; at most {most} may be", entries.len()));
        }
        let (armed, problems) = parse_entries(entries);
        Ok(Self {
            generation: generation.ok_or("`gen` is no whole number from 1 to 2^53")?,
            halted: halted(item),
            shards: u32::try_from(shards.ok_or("`shards` is no whole number from 1 to 32")?).unwrap_or(1),
            armed,
            at: string(item, "at"),
            by: string(item, "by"),
            problems,
        })
    }

    /// What is in force at `now`, as far as HEAD knows.
    pub(super) fn live(&self, now: Timestamp) -> impl Iterator<Item = (&Id, &Entry)> {
        let halted = self.halted.is_some();
        self.armed.iter().filter(move |(_, entry)| !halted && entry.until > now)
    }

    /// The generation of the next write.
    pub(super) fn next_generation(&self, now: Timestamp) -> u64 {
        (self.generation + 1).max(first_generation(now))
    }
}

/// The generation of the first write ever.
pub(super) fn first_generation(now: Timestamp) -> u64 {
    u64::try_from(now.as_millisecond()).unwrap_or(1).max(1)
}

/// Anything but the boolean `false` halts: where in doubt, nothing is injected.
fn halted(item: &Item) -> Option<Halted> {
    match item.get("halted") {
        Some(AttributeValue::Bool(false)) => None,
        _ => Some(Halted {
            why: string(item, "halted_why"),
            by: string(item, "halted_by"),
            at: string(item, "halted_at"),
        }),
    }
}

fn parse_entries(entries: &HashMap<String, AttributeValue>) -> (BTreeMap<Id, Entry>, Vec<String>) {
    let mut armed = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, value) in entries {
        let entry = value.as_m().map_err(|_| "it is no map".to_owned()).and_then(Entry::parse);
        match (Id::new(name), entry) {
            (Some(id), Ok(entry)) => drop(armed.insert(id, entry)),
            (None, _) => problems.push(format!("HEAD arms `{name}`, which is no scenario's name: left out")),
            (_, Err(problem)) => problems.push(format!("HEAD's entry `{name}` is left out: {problem}")),
        }
    }
    problems.sort();
    (armed, problems)
}

impl Entry {
    fn parse(item: &Item) -> Result<Self, String> {
        let count = |name| whole(item, name).and_then(|number| usize::try_from(number).ok());
        let seconds = |name| time(item, name).ok_or(format!("`{name}` is no time in seconds since 1970"));
        let specs = count("n").filter(|number| *number <= caps::MAX_SPECS);
        let specs = specs.ok_or("`n` is no number of specs")?;
        let (since, until) = (seconds("s")?, seconds("x")?);
        let length = Duration::try_from(until.duration_since(since)).ok();
        if length.is_none_or(|length| length > caps::MAX_ARMED) {
            return Err("`x`, its end, is not within 12 hours after `s`, its start".to_owned());
        }
        Ok(Self {
            revision: whole(item, "r").ok_or("`r` is no revision")?,
            edition: whole(item, "e").unwrap_or(0),
            since,
            until,
            specs,
            partitions: parse_partitions(item, specs)?,
            bytes: count("b").unwrap_or(0),
        })
    }

    /// The entry as HEAD has it. Short names: HEAD is read by every process,
    /// every second.
    pub(super) fn value(&self) -> AttributeValue {
        let mut item = Item::from([
            ("r".to_owned(), number(self.revision)),
            ("s".to_owned(), seconds(self.since)),
            ("x".to_owned(), seconds(self.until)),
            ("n".to_owned(), number(self.specs)),
            ("b".to_owned(), number(self.bytes)),
        ]);
        if self.partitions != everyone(self.specs) {
            let counts = self.partitions.iter().map(|(name, count)| (name.clone(), number(count)));
            item.insert("t".to_owned(), AttributeValue::M(counts.collect()));
        }
        AttributeValue::M(item)
    }
}

/// The common case, left out of HEAD: all specs in the partition of everyone.
pub(super) fn everyone(specs: usize) -> BTreeMap<String, usize> {
    BTreeMap::from([(EVERY_FUNCTION.to_owned(), specs)])
}

fn parse_partitions(item: &Item, specs: usize) -> Result<BTreeMap<String, usize>, String> {
    let Some(value) = item.get("t") else { return Ok(everyone(specs)) };
    let counts = value.as_m().map_err(|_| "`t` is no map from partitions to numbers".to_owned())?;
    let count = |name: &String| {
        let count = whole(counts, name).and_then(|count| usize::try_from(count).ok());
        let count = count.filter(|count| *count <= caps::MAX_SPECS);
        count.map(|count| (name.clone(), count)).ok_or(format!("`t.{name}` is no number of specs"))
    };
    counts.keys().map(count).collect()
}

#[cfg(test)]
#[path = "head_tests.rs"]
mod tests;

//! HEAD: what is armed until when, and the halt. One item per environment,
//! and the only one that is read again and again.

use super::entry::Entry;
use super::value::{Item, string, whole};
use crate::caps;
use crate::spec::Id;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;
use std::time::Duration;

/// More copies of HEAD than this serve no fleet there is.
pub(super) const MAX_SHARDS: u32 = 32;
/// Whoever has to wait longer than this before he loads hears of it too late.
const MAX_SPREAD_MS: u64 = 60_000;
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
    /// Over what time the processes of a large fleet spread their loading after
    /// a change, zero to a minute. Disarming and halting never wait.
    pub spread: Duration,
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

impl Head {
    /// Understands the item, or says what is wrong with it and what would be
    /// right. Attributes of other names are ignored.
    pub(super) fn parse(item: &Item) -> Result<Self, String> {
        let generation = whole(item, "gen").filter(|number| (1..=MAX_GENERATION).contains(number));
        let optional = |name, absent, range: RangeInclusive<u64>| match item.get(name) {
            None => Some(absent),
            Some(_) => whole(item, name).filter(|number| range.contains(number)),
        };
        let shards = optional("shards", 1, 1..=u64::from(MAX_SHARDS));
        let spread = optional("spread_ms", 0, 0..=MAX_SPREAD_MS);
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
            spread: Duration::from_millis(
                spread.ok_or("`spread_ms` is no whole number from 0 to 60000, in milliseconds")?,
            ),
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

#[cfg(test)]
#[path = "head_tests.rs"]
mod tests;

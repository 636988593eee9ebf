//! One armed scenario, as HEAD has it.

use super::keys::EVERY_FUNCTION;
use super::value::{Item, number, seconds, time, whole};
use crate::caps;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

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
    /// Guarded: until when watchers may go on to move the deadline.
    pub guarded: Option<Timestamp>,
    /// The outage that it belongs to: the revision that began it.
    pub outage: u64,
    /// How many specs it has.
    pub specs: usize,
    /// How many items lie in which partition: `*`, or `f|` and a function's name.
    pub partitions: BTreeMap<String, usize>,
    /// The bytes of its specs, as JSON.
    pub bytes: usize,
}

impl Entry {
    pub(super) fn parse(item: &Item) -> Result<Self, String> {
        let count = |name| whole(item, name).and_then(|number| usize::try_from(number).ok());
        let seconds = |name| time(item, name).ok_or(format!("`{name}` is no time in seconds since 1970"));
        let specs = count("n").filter(|number| *number <= caps::MAX_SPECS);
        let specs = specs.ok_or("`n` is no number of specs")?;
        let (since, until) = (seconds("s")?, seconds("x")?);
        let length = Duration::try_from(until.duration_since(since)).ok();
        if length.is_none_or(|length| length > caps::MAX_ARMED) {
            return Err("`x`, its end, is not within 12 hours after `s`, its start".to_owned());
        }
        let revision = whole(item, "r").ok_or("`r` is no revision")?;
        Ok(Self {
            revision,
            edition: whole(item, "e").unwrap_or(0),
            since,
            until,
            // What cannot be understood is not prolonged.
            guarded: time(item, "g"),
            outage: whole(item, "o").unwrap_or(revision),
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
        if let Some(guarded) = self.guarded {
            item.insert("g".to_owned(), seconds(guarded));
        }
        if self.outage != self.revision {
            item.insert("o".to_owned(), number(self.outage));
        }
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

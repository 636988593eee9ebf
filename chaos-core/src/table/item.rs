//! One published fault spec: an item that is written once, and never again.

use super::entry::{Entry, everyone};
use super::keys::{self, EVERY_FUNCTION};
use super::rules::refused;
use super::value::{Item, fingerprint, from_json, number, size, to_node};
use super::{StoreError, wire, wire_input};
use crate::effect::Answer;
use crate::input;
use crate::names;
use crate::spec::{FaultSpec, Id, Scenario};
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::{BTreeMap, BTreeSet};

/// Names of functions beyond so many bytes would swell HEAD, which everyone
/// reads; the scenario goes to everyone then, who leave out what is not theirs.
const MAX_FUNCTION_BYTES: usize = 100;

/// A scenario as it is published.
#[derive(Debug)]
pub(super) struct Publication<'a> {
    pub(super) scenario: &'a Scenario,
    /// The specs with the partition that each goes to, and what goes with them.
    specs: Vec<(String, &'a FaultSpec, Option<AttributeValue>)>,
    /// Their bytes: as JSON, and with what goes with them.
    pub(super) bytes: usize,
}

/// What one item may have, so that DynamoDB's 400 kB are enough.
const MAX_ITEM_BYTES: usize = 390_000;

impl<'a> Publication<'a> {
    /// # Errors
    /// Where a spec asks for an error that there is not, has a pill that fits
    /// nothing, or is too large for an item.
    pub(super) fn new(scenario: &'a Scenario) -> Result<Self, StoreError> {
        let named: BTreeSet<_> = scenario.spec.iter().flat_map(functions).collect();
        let confined = named.iter().map(|name| name.len()).sum::<usize>() <= MAX_FUNCTION_BYTES;
        let mut specs = Vec::new();
        let mut memo = wire::Memo::default();
        let mut total = 0;
        for spec in &scenario.spec {
            let names: BTreeSet<_> = functions(spec).into_iter().collect();
            let wire = wire::written(spec, &mut memo)?;
            total += fitting(spec, wire.as_ref())?;
            match confined && !names.is_empty() {
                true => {
                    let partition = |name| (keys::function_partition(name), spec, wire.clone());
                    specs.extend(names.into_iter().map(partition));
                }
                false => specs.push((EVERY_FUNCTION.to_owned(), spec, wire)),
            }
        }
        Ok(Self { scenario, specs, bytes: total })
    }

    /// How many items lie in which partition.
    pub(super) fn partitions(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for (partition, _, _) in &self.specs {
            *counts.entry(partition.clone()).or_insert(0) += 1;
        }
        if counts.is_empty() { everyone(0) } else { counts }
    }

    /// The items of `revision`. `ttl`, in seconds since 1970, is housekeeping.
    pub(super) fn items(&self, environment: &Id, revision: u64, ttl: i64) -> Vec<Item> {
        let item = |(partition, spec, wire): &(String, &FaultSpec, Option<AttributeValue>)| {
            let key = keys::spec(environment, partition, &self.scenario.id, revision, &spec.id);
            let mut item = key.item();
            item.insert("spec".to_owned(), from_json(&serde_json::to_value(spec).unwrap_or_default()));
            item.extend(wire.clone().map(|wire| ("wire".to_owned(), wire)));
            item.insert("ttl".to_owned(), number(ttl));
            item
        };
        self.specs.iter().map(item).collect()
    }
}

/// The functions that a spec is confined to by name; none where by pattern, or not at all.
fn functions(spec: &FaultSpec) -> Vec<&str> {
    let patterns = spec.target.function.iter().filter(|patterns| patterns.all_exact());
    patterns.flat_map(|patterns| patterns.iter()).map(|pattern| pattern.text()).collect()
}

fn bytes(spec: &FaultSpec, wire: Option<&AttributeValue>) -> usize {
    serde_json::to_string(spec).map_or(0, |json| json.len()) + wire.map_or(0, size)
}

/// The bytes of a spec that an item can hold.
fn fitting(spec: &FaultSpec, wire: Option<&AttributeValue>) -> Result<usize, StoreError> {
    let bytes = bytes(spec, wire);
    if bytes <= MAX_ITEM_BYTES {
        return Ok(bytes);
    }
    Err(refused(format!(
        "the spec `{}` takes {bytes} bytes with what the wire needs of it, and an item of the table holds \
         {MAX_ITEM_BYTES}; give fewer pills or shorter ones, name the service or the operations next to \
         `input`, or spread them over several specs",
        spec.id
    )))
}

/// A spec as it was read, with its answer where that is not for us to resolve.
#[derive(Debug)]
pub(super) struct Published {
    pub(super) spec: FaultSpec,
    pub(super) answer: Option<Answer>,
    /// Where members of its target's `input` lie.
    pub(super) places: input::Published,
    pub(super) bytes: usize,
    /// See [`print_of`].
    pub(super) print: u64,
}

/// What tells an item that was edited in place from the one that it was.
pub(super) fn print_of(item: &Item) -> u64 {
    let part = |name| item.get(name).map_or(0, fingerprint);
    part("spec").wrapping_mul(3).wrapping_add(part("wire"))
}

impl Published {
    /// Understands an item of `scenario`. Attributes other than `spec` and
    /// `wire` are ignored; within `spec` nothing is, for a constraint that is
    /// overlooked makes a fault wider.
    pub(super) fn parse(item: &Item, scenario: &Id) -> Result<Self, String> {
        let node =
            item.get("spec").and_then(to_node).ok_or("it has no `spec` map, or one with binary values")?;
        let spec = FaultSpec::from_node(&node).map_err(|problems| problems.to_string())?;
        let name = item.get("sk").and_then(|sk| sk.as_s().ok()).and_then(|sk| sk.rsplit('|').next());
        if name != Some(spec.id.as_str()) {
            return Err(format!("its sort key ends in another name than its spec's, `{}`", spec.id));
        }
        let answer = wire::read(item, &spec, &format!("{scenario}/{}", spec.id))?;
        if answer.is_none() {
            // Nobody resolved it for us; where we cannot either, it would never fire, and say nothing.
            names::can_answer(&spec).map_err(|why| format!("it has no `wire` of its own, and {why}"))?;
        }
        let places = wire_input::read(item)?;
        let bytes = bytes(&spec, item.get("wire"));
        Ok(Self { bytes, print: print_of(item), spec, answer, places })
    }
}

/// What of an entry lies in the partitions of `function`.
pub(super) fn partitions_of(entry: &Entry, function: &str) -> Vec<(String, usize)> {
    let ours = [EVERY_FUNCTION.to_owned(), keys::function_partition(function)];
    let count = |name: String| entry.partitions.get(&name).map(|count| (name, *count));
    ours.into_iter().filter_map(count).filter(|(_, count)| *count > 0).collect()
}

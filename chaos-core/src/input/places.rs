//! Places of the members of operations, by service, operation and member.

use super::Place;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Where the members of inputs lie: as published with the specs in force, else
/// as the catalogue has it, where this build has one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places(HashMap<Box<str>, Place>);

/// Operations of a service that have a member in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) member: Box<str>,
    pub(crate) at: Place,
    pub(crate) service: Box<str>,
    pub(crate) operations: Vec<Box<str>>,
}

/// What was published with one spec. Specs of a kind have the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Published {
    groups: Vec<Group>,
    digest: u64,
}

impl Published {
    #[cfg(feature = "table")]
    pub(crate) fn new(groups: Vec<Group>) -> Self {
        let text = serde_json::to_string(&groups).unwrap_or_default();
        Self { groups, digest: xxhash_rust::xxh3::xxh3_64(text.as_bytes()) }
    }
}

impl Places {
    /// What was published with any of the specs.
    pub(crate) fn published<'a>(specs: impl Iterator<Item = &'a Published>) -> Self {
        let mut places = HashMap::new();
        let mut seen = HashSet::new();
        for published in specs.filter(|published| !published.groups.is_empty()) {
            if seen.insert(published.digest) {
                places.extend(published.groups.iter().flat_map(entries));
            }
        }
        Self(places)
    }

    /// Where the first step of `path` lies in calls of this operation; `None` for
    /// the body under its own name, and where nothing is known of it.
    pub fn of(&self, service: Option<&str>, operation: Option<&str>, path: &str) -> Option<Place> {
        let (service, operation) = (service?, operation?);
        let member = path.split('.').next()?;
        if !self.0.is_empty()
            && let Some(place) = self.0.get(key(service, operation, member).as_str())
        {
            return Some(place.clone());
        }
        known(service, operation, member)
    }
}

fn entries(group: &Group) -> impl Iterator<Item = (Box<str>, Place)> {
    let keys = group.operations.iter().map(|operation| key(&group.service, operation, &group.member));
    keys.map(|key| (key.into(), group.at.clone()))
}

/// Names of operations count in either case, as everywhere.
fn key(service: &str, operation: &str, member: &str) -> String {
    format!("{service}/{}/{member}", operation.to_ascii_lowercase())
}

#[cfg(feature = "catalogue")]
fn known(service: &str, operation: &str, member: &str) -> Option<Place> {
    let service = crate::catalogue::Catalogue::embedded().service(service)?;
    service.operation(operation)?.inputs().find(|input| input.name() == member)?.place()
}

#[cfg(not(feature = "catalogue"))]
fn known(_: &str, _: &str, _: &str) -> Option<Place> {
    None
}

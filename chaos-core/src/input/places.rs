//! Places of the members of operations, by service, operation and member.

use super::Place;
#[cfg(feature = "table")]
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Where the members of inputs lie: as published with the specs in force, else
/// as the catalogue has it, where this build has one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places(HashMap<Box<str>, Place>);

/// Operations of a service that have a member in one place.
#[cfg(feature = "table")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Published {
    pub(crate) member: Box<str>,
    pub(crate) at: Place,
    pub(crate) service: Box<str>,
    pub(crate) operations: Vec<Box<str>>,
}

impl Places {
    /// Where the first step of `path` lies in calls of this operation; `None` for
    /// the body under its own name, and where nothing is known of it.
    pub fn of(&self, service: Option<&str>, operation: Option<&str>, path: &str) -> Option<Place> {
        let (service, operation) = (service?, operation?);
        let member = path.split('.').next()?;
        let published = || self.0.get(key(service, operation, member).as_str()).cloned();
        (!self.0.is_empty()).then(published).flatten().or_else(|| known(service, operation, member))
    }

    #[cfg(feature = "table")]
    pub(crate) fn published(groups: &[Published]) -> Self {
        let of = |group: &Published| {
            let group = group.clone();
            group.operations.into_iter().map(move |operation| {
                (key(&group.service, &operation, &group.member).into(), group.at.clone())
            })
        };
        Self(groups.iter().flat_map(of).collect())
    }

    /// Takes over what `other` knows.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.0.extend(other.0.iter().map(|(key, place)| (key.clone(), place.clone())));
    }
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

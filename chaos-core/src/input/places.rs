//! Places of the members of operations, by service, operation and member.

use super::Place;
use super::remembered::Remembered;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Where the members of inputs lie: as published with the specs in force, else
/// as the catalogue has it, where this build has one.
#[derive(Clone, Debug, Default)]
pub struct Places {
    published: HashMap<Box<str>, Place>,
    digest: u64,
    found: Arc<Remembered>,
}

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
    #[cfg(any(feature = "table", test))]
    pub(crate) fn new(groups: Vec<Group>) -> Self {
        let text = serde_json::to_string(&groups).unwrap_or_default();
        Self { groups, digest: xxh3_64_with_seed(text.as_bytes(), 0) }
    }
}

impl Places {
    /// What was published with any of the specs.
    pub(crate) fn published<'a>(specs: impl Iterator<Item = &'a Published>) -> Self {
        let mut places = Self::default();
        let mut seen = HashSet::new();
        for published in specs.filter(|published| !published.groups.is_empty()) {
            if seen.insert(published.digest) {
                places.published.extend(published.groups.iter().flat_map(entries));
                // Later ones win, so their order counts.
                places.digest = xxh3_64_with_seed(&published.digest.to_le_bytes(), places.digest);
            }
        }
        places
    }

    /// The same for places that are the same: what was read by some is then as
    /// good for the others.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// Where the first step of `path` lies in calls of this operation; `None` for
    /// the body under its own name, and where nothing is known of it.
    pub fn of(&self, service: Option<&str>, operation: Option<&str>, path: &str) -> Option<Place> {
        let (service, operation) = (service?, operation?);
        let member = path.split('.').next()?;
        self.found.get_or([service, operation, member], || self.look(service, operation, member))
    }

    fn look(&self, service: &str, operation: &str, member: &str) -> Option<Place> {
        let published = self.published.get(key(service, operation, member).as_str());
        published.cloned().or_else(|| known(service, operation, member))
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::{Group, Place, Places, Published};

    fn published(member: &str, at: Place) -> Published {
        let group =
            Group { member: member.into(), at, service: "x".into(), operations: vec!["GetIt".into()] };
        Published::new(vec![group])
    }

    #[test]
    fn other_places_have_another_digest() {
        let query = published("A", Place::Query("a".into()));
        let header = published("A", Place::Header("a".into()));
        let places = |published: &[&Published]| Places::published(published.iter().copied());
        let all = [places(&[]), places(&[&query]), places(&[&header]), places(&[&query, &header])];
        for (n, some) in all.iter().enumerate() {
            assert!(all.iter().skip(n + 1).all(|others| others.digest() != some.digest()), "{some:?}");
        }
        assert_eq!(places(&[&Published::default()]).digest(), Places::default().digest());
        assert_eq!(places(&[&query, &query]).digest(), places(&[&query]).digest());
        let header_last = places(&[&query, &header]);
        assert_ne!(header_last.digest(), places(&[&header, &query]).digest(), "later ones win");
        assert_eq!(header_last.of(Some("x"), Some("getit"), "A.b"), Some(Place::Header("a".into())));
    }
}

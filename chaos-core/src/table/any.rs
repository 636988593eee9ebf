//! Any attribute map as each kind of item that a process reads: for fuzzing, and
//! for no one else.

use super::entry::Entry;
use super::fleet::used;
use super::head::Head;
use super::item::{Publication, Published};
use super::keys;
use super::value::Item;
use crate::clock::Now;
use crate::decide::{ArmedSpec, Arming, Origin, Window};
use crate::spec::{Id, Scenario};
use std::sync::Arc;

pub use aws_sdk_dynamodb::primitives::Blob;
pub use aws_sdk_dynamodb::types::AttributeValue;

/// An item, as each kind that there is; or why it is none.
#[derive(Debug)]
pub struct Understood {
    /// As HEAD.
    pub head: Result<Head, String>,
    /// As an entry of HEAD's `act`.
    pub entry: Result<Entry, String>,
    /// As a published spec of the scenario `orders`, armed at `now`.
    pub spec: Result<Arc<ArmedSpec>, String>,
    /// As the counter of a fleet budget.
    pub used: Result<u64, String>,
}

/// Understands an item as whatever it may be.
pub fn understood(item: &Item, scenario: &Id, now: Now) -> Understood {
    let arming = Arming { armed: true, window: Window::open(now), lease: None, origin: Origin::Table };
    let armed = |published: Published| {
        let mut armed = ArmedSpec::new(scenario.as_str(), &published.spec, &arming);
        armed.answer = published.answer.map(Arc::new).or(armed.answer);
        armed.places = Arc::new(published.places);
        Arc::new(armed)
    };
    Understood {
        head: Head::parse(item),
        entry: Entry::parse(item),
        spec: Published::parse(item, scenario).map(armed),
        used: used(item),
    }
}

/// The items of a scenario as it is published; none where it cannot be.
pub fn published(scenario: &Scenario) -> Vec<Item> {
    let Some(environment) = Id::new("staging") else { return Vec::new() };
    let publication = Publication::new(scenario);
    publication.map(|specs| specs.items(&environment, 1, 2)).unwrap_or_default()
}

/// The key of a fleet budget, as an item.
pub fn budget(environment: &Id, scenario: &Id, spec: &Id) -> Item {
    keys::fleet(environment, scenario.as_str(), 1, spec).item()
}

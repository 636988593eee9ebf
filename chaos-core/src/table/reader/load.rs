//! Reading what was published: one strong query per revision and partition.

use crate::caps;
use crate::spec::Id;
use crate::table::entry::Entry;
use crate::table::item::{Published, partitions_of};
use crate::table::keys;
use crate::table::store::Bounds;
use crate::table::value::{Item, string};
use crate::table::{Consistency, Store, StoreError};
use tokio::task::JoinSet;

/// Queries under way at one time.
const AT_ONCE: usize = 8;

/// A scenario that HEAD names and the reader does not have.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) id: Id,
    pub(super) entry: Entry,
}

/// A published scenario, as far as it concerns one function.
#[derive(Debug)]
pub(super) enum Loaded {
    /// Every spec of it.
    Whole(Vec<Published>),
    /// An item cannot be understood.
    Faulty(String),
    /// There are not as many items as HEAD says.
    Incomplete(String),
}

impl Store {
    /// Loads scenarios for a function, in the order in which they are wanted.
    pub(super) async fn load_all(
        &self,
        environment: &Id,
        function: &str,
        wanted: &[Wanted],
    ) -> Vec<Result<Loaded, StoreError>> {
        let mut loaded = Vec::with_capacity(wanted.len());
        for some in wanted.chunks(AT_ONCE) {
            let mut tasks = JoinSet::new();
            for (position, wanted) in some.iter().enumerate() {
                let (store, wanted) = (self.clone(), wanted.clone());
                let (environment, function) = (environment.clone(), function.to_owned());
                tasks.spawn(async move { (position, store.load(&environment, &function, &wanted).await) });
            }
            let mut done = tasks.join_all().await;
            done.sort_by_key(|(position, _)| *position);
            loaded.extend(done.into_iter().map(|(_, result)| result));
        }
        loaded
    }

    async fn load(&self, environment: &Id, function: &str, wanted: &Wanted) -> Result<Loaded, StoreError> {
        let prefix = keys::revision(&wanted.id, wanted.entry.revision);
        let mut specs = Vec::new();
        for (name, count) in partitions_of(&wanted.entry, function) {
            let pk = keys::partition(environment, &name);
            // One more than there should be is enough to see that there are too many.
            let bounds = Bounds { items: count, bytes: caps::MAX_SPEC_BYTES };
            let items = self.query(&pk, &prefix, Consistency::Strong, bounds).await?;
            if items.len() != count {
                let found = items.len();
                return Ok(Loaded::Incomplete(format!(
                    "HEAD says {count} specs, and {found} lie under pk = \"{pk}\", sk = \"{prefix}...\"; arm it anew"
                )));
            }
            for item in &items {
                match Published::parse(item, &wanted.id) {
                    Ok(published) => specs.push(published),
                    Err(problem) => return Ok(Loaded::Faulty(faulty(&pk, item, &problem))),
                }
            }
        }
        Ok(Loaded::Whole(specs))
    }
}

fn faulty(pk: &str, item: &Item, problem: &str) -> String {
    format!("the item pk = \"{pk}\", sk = \"{}\": {problem}; mend it or arm it anew", string(item, "sk"))
}

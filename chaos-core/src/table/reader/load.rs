//! Reading what was published: one strong query per revision and partition.

use super::ReaderOptions;
use crate::caps;
use crate::spec::Id;
use crate::table::entry::Entry;
use crate::table::item::{Published, partitions_of};
use crate::table::keys;
use crate::table::store::Bounds;
use crate::table::value::{Item, string};
use crate::table::{Consistency, Store, StoreError};
use std::time::Duration;
use tokio::task::JoinSet;

/// Queries under way at one time.
const AT_ONCE: usize = 8;
/// And specs, unless one scenario has more: answers that come together are taken
/// apart one after the other, which takes some milliseconds each.
const SPECS_AT_ONCE: usize = 500;
/// Understanding more items than this is left to a thread on which no call waits.
const ASIDE: usize = 32;

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

type Results = Vec<Result<Loaded, StoreError>>;

/// A load under way, beside the polls; it ends with this.
#[derive(Debug)]
pub(super) struct Loading {
    wanted: Vec<Wanted>,
    task: JoinSet<Results>,
}

impl Loading {
    pub(super) fn start(store: &Store, options: &ReaderOptions, wanted: &[Wanted]) -> Self {
        let (store, environment) = (store.clone(), options.environment.clone());
        let (function, wanted) = (options.function.clone(), wanted.to_vec());
        let mut task = JoinSet::new();
        let asked = wanted.clone();
        task.spawn(async move { store.load_all(&environment, &function, &asked).await });
        Self { wanted, task }
    }

    /// Whether it is about these very items.
    pub(super) fn is_for(&self, wanted: &[Wanted]) -> bool {
        let same = |(one, other): (&Wanted, &Wanted)| {
            let of = |wanted: &Wanted| (wanted.entry.revision, wanted.entry.edition);
            one.id == other.id && of(one) == of(other) && one.entry.partitions == other.entry.partitions
        };
        self.wanted.len() == wanted.len() && self.wanted.iter().zip(wanted).all(same)
    }

    /// What came of it, in the order in which it was wanted; `None` if that
    /// takes longer than `patience`, by tokio's clock.
    pub(super) async fn ended(&mut self, patience: Duration) -> Option<Results> {
        let failed = |message: String| {
            let failed = |_: &Wanted| Err(StoreError::Unreachable { message: message.clone() });
            self.wanted.iter().map(failed).collect()
        };
        Some(match tokio::time::timeout(patience, self.task.join_next()).await.ok()? {
            Some(Ok(results)) => results,
            Some(Err(error)) => failed(error.to_string()),
            None => failed("the load was cut off".to_owned()),
        })
    }
}

impl Store {
    /// Loads scenarios for a function, in the order in which they are wanted.
    async fn load_all(&self, environment: &Id, function: &str, wanted: &[Wanted]) -> Results {
        let mut loaded = Vec::with_capacity(wanted.len());
        for some in at_once(wanted) {
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
        let mut specs = Vec::new();
        for (name, count) in partitions_of(&wanted.entry, function) {
            let part = Part { environment, wanted, name: &name, count };
            let items = self.items_of(&part, Consistency::Strong).await?;
            if items.len() != count {
                let (found, pk) = (items.len(), part.pk());
                let prefix = keys::revision(&wanted.id, wanted.entry.revision);
                return Ok(Loaded::Incomplete(format!(
                    "HEAD says {count} specs, and {found} lie under pk = \"{pk}\", sk = \"{prefix}...\"; arm it anew"
                )));
            }
            let (pk, id) = (part.pk(), wanted.id.clone());
            match aside(count, move || understood(&pk, &id, &items)).await? {
                Ok(published) => specs.extend(published),
                Err(faulty) => return Ok(Loaded::Faulty(faulty)),
            }
        }
        Ok(Loaded::Whole(specs))
    }

    /// The items of a part, and one more where there are too many.
    pub(super) async fn items_of(
        &self,
        part: &Part<'_>,
        consistency: Consistency,
    ) -> Result<Vec<Item>, StoreError> {
        let prefix = keys::revision(&part.wanted.id, part.wanted.entry.revision);
        // Items are somewhat more than the specs in them.
        let bounds = Bounds { items: part.count, bytes: caps::MAX_SPEC_BYTES * 2 };
        self.query(&part.pk(), &prefix, consistency, bounds).await
    }
}

/// In groups that are loaded together.
fn at_once(wanted: &[Wanted]) -> impl Iterator<Item = &[Wanted]> {
    let (mut queries, mut specs) = (0, 0);
    wanted.chunk_by(move |wanted, next| {
        (queries, specs) = (queries + 1, specs + wanted.entry.specs);
        let fits = queries < AT_ONCE && specs + next.entry.specs <= SPECS_AT_ONCE;
        if !fits {
            (queries, specs) = (0, 0);
        }
        fits
    })
}

/// What of a scenario lies in one partition.
pub(super) struct Part<'a> {
    pub(super) environment: &'a Id,
    pub(super) wanted: &'a Wanted,
    pub(super) name: &'a str,
    pub(super) count: usize,
}

impl Part<'_> {
    fn pk(&self) -> String {
        keys::partition(self.environment, self.name)
    }
}

/// Does what takes long for many items where nobody waits.
pub(super) async fn aside<T: Send + 'static>(
    items: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    if items <= ASIDE {
        return Ok(work());
    }
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| StoreError::Unreachable { message: error.to_string() })
}

fn understood(pk: &str, id: &Id, items: &[Item]) -> Result<Vec<Published>, String> {
    let faulty = |item: &Item, problem: &str| {
        format!("the item pk = \"{pk}\", sk = \"{}\": {problem}; mend it or arm it anew", string(item, "sk"))
    };
    let one = |item: &Item| Published::parse(item, id).map_err(|problem| faulty(item, &problem));
    items.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::entry::everyone;

    fn groups(specs: &[usize]) -> Vec<usize> {
        let wanted = |count: &usize| {
            let (since, until) = (jiff::Timestamp::MIN, jiff::Timestamp::MAX);
            let partitions = everyone(*count);
            let (revision, edition, bytes, specs) = (1, 0, 0, *count);
            let entry = Entry {
                revision,
                edition,
                since,
                until,
                guarded: None,
                outage: revision,
                specs,
                partitions,
                bytes,
            };
            Wanted { id: Id::new("a").unwrap(), entry }
        };
        let wanted: Vec<_> = specs.iter().map(wanted).collect();
        at_once(&wanted).map(<[Wanted]>::len).collect()
    }

    #[test]
    fn small_scenarios_are_loaded_together_and_large_ones_one_by_one() {
        assert_eq!(groups(&[1; 20]), [8, 8, 4]);
        assert_eq!(groups(&[400; 3]), [1, 1, 1]);
        assert_eq!(groups(&[10_000, 1, 1, 499, 1]), [1, 2, 2]);
        assert!(groups(&[]).is_empty());
    }
}

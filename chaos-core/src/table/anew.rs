//! Halting where HEAD is gone or broken: a halted one takes its place, and that
//! of every copy that there is, for processes go on to read those.

use super::audit::Record;
use super::environments::fresh_head;
use super::expression::Expression;
use super::flip::Read;
use super::halting::{Act, Taken};
use super::head::{Halted, MAX_SHARDS, first_generation};
use super::transaction::{Ended, Proof, foreign, token};
use super::value::number;
use super::{Consistency, Deed, Store, StoreError, keys};
use crate::spec::Id;
use jiff::Timestamp;
use tokio::task::JoinSet;

/// What is known of HEAD by its copies.
struct Known {
    /// How many copies there are, HEAD among them.
    copies: u32,
    /// The generation that passes theirs.
    generation: u64,
}

impl Act {
    /// Writes HEAD and its copies, halted, whatever there was.
    pub(super) async fn write_anew(&self, environment: &Id, halted: &Halted) -> Result<Taken, StoreError> {
        let store = &self.store;
        let now = store.now();
        let Known { copies, generation } = store.known_by_copies(environment, now).await;
        let token = token();
        let audit = keys::audit(environment, now, generation);
        let record = Record::of_all(Deed::Halt, &self.by, &self.why);
        let head = fresh_head(environment, generation, now, &self.by, Some(halted));
        let anew = |copy| {
            let mut item = head.clone();
            item.extend(keys::head(environment, copy).item());
            item.insert("shards".to_owned(), number(copies));
            store.put(item, &Expression::default())
        };
        let mut items = (0..copies).map(anew).collect::<Result<Vec<_>, _>>()?;
        items.push(store.put(record.item(&audit, generation, now, &token), &Expression::absent())?);
        match store.transact(items, &token, &Proof::Token(audit)).await? {
            Ended::Done => Ok((generation, copies)),
            Ended::Cancelled(reasons) => Err(foreign(&reasons).unwrap_or(StoreError::Busy)),
        }
    }
}

impl Store {
    /// Looks at all copies that there may be, at once. One that cannot be seen
    /// is taken to be there: halting one too many does no harm.
    async fn known_by_copies(&self, environment: &Id, now: Timestamp) -> Known {
        let mut tasks = JoinSet::new();
        for copy in 1..MAX_SHARDS {
            let (store, environment) = (self.clone(), environment.clone());
            tasks
                .spawn(async move { (copy, store.read_head(&environment, copy, Consistency::Strong).await) });
        }
        let mut known = Known { copies: 1, generation: first_generation(now) };
        for (copy, read) in tasks.join_all().await {
            if matches!(read, Ok(Read::Missing)) {
                continue;
            }
            known.copies = known.copies.max(copy + 1);
            if let Ok(Read::Head(item)) = read {
                known.generation = known.generation.max(item.head.next_generation(now));
            }
        }
        known
    }
}

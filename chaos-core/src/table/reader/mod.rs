//! Follows one environment for one process. Has no timer of its own: time is
//! an argument.
//!
//! | file | is about |
//! |---|---|
//! | here | what a reader is, and one poll |
//! | `ask` | which HEAD to believe |
//! | `apply` | what follows from it |
//! | `held` | the scenarios that are held |
//! | `load` | reading what was published |
//! | `sweep` | finding what was edited in place |
//! | `pace` | when to poll again |

mod apply;
mod ask;
mod held;
mod load;
mod pace;
mod sweep;

use super::head::Head;
use super::{Store, StoreError};
use crate::clock::Now;
use crate::decide::{ArmedSpec, Lease};
use crate::spec::Id;
use held::Held;
use jiff::Timestamp;
use load::Loading;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use sweep::Sweep;

/// For whom a reader reads.
#[derive(Clone, Debug, PartialEq)]
pub struct ReaderOptions {
    /// The environment.
    pub environment: Id,
    /// The process's function name.
    pub function: String,
    /// How often to ask.
    pub poll: Duration,
    /// How long to go on without an answer.
    pub lease: Duration,
    /// Any number; different among the instances of a fleet, it spreads them.
    pub instance: u64,
}

/// What one poll led to.
#[derive(Clone, Debug, PartialEq)]
pub struct Poll {
    /// Whether [`Reader::snapshot`] has changed.
    pub changed: bool,
    /// How long after it was sent to poll again; zero where a disarming is to
    /// be taken over before something else is loaded, or where a load goes on
    /// that has taken as long as a poll already.
    pub wait: Duration,
    /// Why it was not successful. The lease was not renewed then.
    pub error: Option<StoreError>,
}

/// What the table has put in force for this process.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// HEAD's generation.
    pub generation: u64,
    /// Whether everything is halted.
    pub halted: bool,
    /// The specs in force. Those of a scenario are there all or not at all.
    pub specs: Vec<Arc<ArmedSpec>>,
    /// What was left out, and why.
    pub problems: Vec<String>,
}

impl Snapshot {
    fn is(&self, other: &Self) -> bool {
        (self.generation, self.halted, &self.problems) == (other.generation, other.halted, &other.problems)
            && self.specs.len() == other.specs.len()
            && self.specs.iter().zip(&other.specs).all(|(one, other)| Arc::ptr_eq(one, other))
    }
}

/// Follows an environment.
///
/// What is in force follows from HEAD alone: a HEAD that is gone, older than
/// one seen before, or not to be understood puts nothing in force. A poll that
/// fails leaves everything as it is, and the lease runs on.
#[derive(Debug)]
pub struct Reader {
    store: Store,
    options: ReaderOptions,
    polls: u64,
    /// When it was asked last.
    polled: Option<Now>,
    failures: u32,
    /// Whether HEAD was ever asked for with success.
    asked: bool,
    /// The highest generation seen; 0 before the first.
    seen: u64,
    /// A HEAD older than `seen` was confirmed, and none has passed it since.
    restored: bool,
    /// HEAD, if all of it is in force.
    applied: Option<Head>,
    /// The HEAD that was believed last, whether or not all of it is in force.
    believed: Option<Head>,
    /// Whether that ever was so.
    applied_once: bool,
    /// How many copies of HEAD there are.
    shards: u32,
    /// When revisions that are to be loaded were heard of, on the steady clock.
    first_heard: BTreeMap<(u64, u64), Duration>,
    loading: Option<Loading>,
    sweep: Sweep,
    /// The generation at which published items were missing, once.
    incomplete_at: Option<u64>,
    halted: bool,
    held: Held,
    /// What is wrong with HEAD as a whole.
    note: Option<String>,
    /// What is wrong with scenarios that are left out.
    skipped: BTreeMap<Id, String>,
    lease: Option<Arc<Lease>>,
    snapshot: Snapshot,
    changed: bool,
}

/// Why a poll was not successful.
enum Trouble {
    Store(StoreError),
    /// Not all that HEAD names is there; asked again at once, it may be.
    Incomplete(StoreError),
    /// What ends has ended; what begins is to be loaded by a poll of its own.
    Unfinished,
    /// Something is being loaded, which takes longer than a poll.
    Loading,
    /// Something is to be loaded, once it is our turn: after so long.
    Waiting(Duration),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Reader {
    /// A reader that has not asked yet, and has nothing in force.
    pub fn new(store: Store, options: ReaderOptions) -> Self {
        Self {
            store,
            options,
            polls: 0,
            polled: None,
            failures: 0,
            asked: false,
            seen: 0,
            restored: false,
            applied: None,
            believed: None,
            applied_once: false,
            shards: 1,
            first_heard: BTreeMap::new(),
            loading: None,
            sweep: Sweep::default(),
            incomplete_at: None,
            halted: false,
            held: Held::default(),
            note: None,
            skipped: BTreeMap::new(),
            lease: None,
            snapshot: Snapshot::default(),
            changed: false,
        }
    }

    /// Asks once, at `now`. What follows from the answer is in the snapshot
    /// when this ends. Runs within a tokio runtime with a timer. Ends early where
    /// a load takes longer than a poll, which then goes on beside the next ones.
    /// Dropped midway, it may be repeated.
    pub async fn poll(&mut self, now: Now) -> Poll {
        self.polls += 1;
        self.polled = Some(now);
        let asked = self.ask(now).await;
        let wait = self.wait_after(&asked);
        match &asked {
            Ok(()) | Err(Trouble::Waiting(_)) => self.renew(&now),
            Err(Trouble::Store(error @ (StoreError::Denied { .. } | StoreError::TableMissing { .. }))) => {
                self.nothing(error.to_string());
            }
            Err(_) => {}
        }
        self.changed |= self.held.end_what_is_over(&now);
        let changed = std::mem::take(&mut self.changed) && {
            let now = self.look();
            !now.is(&std::mem::replace(&mut self.snapshot, now.clone()))
        };
        let error = match asked {
            Ok(()) | Err(Trouble::Unfinished | Trouble::Loading | Trouble::Waiting(_)) => None,
            Err(Trouble::Store(error) | Trouble::Incomplete(error)) => Some(error),
        };
        Poll { changed, wait, error }
    }

    /// What is in force.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The lease of all that is in force; `None` before the first answer.
    pub fn lease(&self) -> Option<&Arc<Lease>> {
        self.lease.as_ref()
    }

    /// What was left of it when the last poll was sent, or was renewed by that.
    pub fn lease_left(&self) -> Option<Duration> {
        self.lease.as_ref().and_then(|lease| lease.left(&self.polled?))
    }

    /// Until when something is armed, for whatever function; `None` where nothing is.
    pub fn armed_until(&self) -> Option<Timestamp> {
        let head = self.applied.as_ref().filter(|head| head.halted.is_none())?;
        head.armed.values().map(|entry| entry.until).max()
    }

    fn renew(&mut self, now: &Now) {
        self.failures = 0;
        self.incomplete_at = None;
        match &self.lease {
            Some(lease) => lease.renew(now),
            None => self.lease = Some(Arc::new(Lease::new(self.options.lease, now))),
        }
    }

    fn look(&self) -> Snapshot {
        let entries = self.applied.iter().flat_map(|head| &head.problems);
        Snapshot {
            generation: self.seen,
            halted: self.halted,
            specs: self.held.specs().cloned().collect(),
            problems: self.note.iter().chain(entries).chain(self.skipped.values()).cloned().collect(),
        }
    }
}

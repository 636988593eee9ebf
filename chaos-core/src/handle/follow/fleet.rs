//! Leases shares of fleet budgets (`fleet_max`) in the background: no call waits
//! for it.

use super::super::engine::Engine;
use crate::clock::{Clock, Now};
use crate::decide::{ArmedSpec, Budget, Shares};
use crate::spec::Id;
use crate::table::{Loan, Rounds, Store, StoreError};
use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::Wake;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

/// Requests under way at one time.
const AT_ONCE: usize = 8;
/// Asked for again so soon, more is leased the next time.
const SOON: Duration = Duration::from_secs(10);
/// After a "no" that may change by itself: somebody hands shares back, or a
/// policy or an item is mended.
const AFTER_NO: Duration = Duration::from_secs(60);
/// After a failure; twice that after the next, and so on.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
const AFTER_FAILURES: Duration = Duration::from_secs(30);

/// What there is to lease shares of. The task that does it ends with this, and
/// what was not used is handed back then, as far as that is possible.
#[derive(Debug)]
pub(super) struct Budgets {
    desk: Arc<Desk>,
    accounts: BTreeMap<Name, Arc<Account>>,
    wanted: UnboundedSender<Arc<Account>>,
    runtime: Handle,
}

/// A spec of a published revision.
type Name = (Arc<str>, u64);

/// What is the same for all budgets.
#[derive(Debug)]
struct Desk {
    store: Store,
    environment: Id,
    clock: Arc<dyn Clock>,
    /// The kind of failure that was told in the log last, until it was over.
    told: Mutex<Option<std::mem::Discriminant<Budget>>>,
}

/// One budget.
#[derive(Debug)]
struct Account {
    shares: Arc<Shares>,
    scenario: String,
    spec: Id,
    history: Mutex<History>,
}

/// What was learnt from leases so far.
#[derive(Clone, Copy, Debug)]
struct History {
    rounds: Rounds,
    /// What was left, as of the last answer.
    left: u64,
    at: Option<Now>,
    failures: u32,
}

/// Tells the task that shares are wanted.
struct Bell {
    account: Weak<Account>,
    wanted: UnboundedSender<Arc<Account>>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if let Some(account) = self.account.upgrade() {
            // Nobody listens any more: then there is nothing to lease, either.
            let _ = self.wanted.send(account);
        }
    }
}

impl Budgets {
    /// Leases for `engine` until it is dropped.
    pub(super) fn new(store: Store, environment: Id, engine: &Engine, runtime: &Handle) -> Self {
        let clock = Arc::clone(&engine.config.clock);
        let desk = Arc::new(Desk { store, environment, clock, told: Mutex::default() });
        let (wanted, asked) = unbounded_channel();
        engine.own(runtime.spawn(run(Arc::clone(&desk), asked)).abort_handle());
        Self { desk, accounts: BTreeMap::new(), wanted, runtime: runtime.clone() }
    }

    /// Serves `specs` from now on, which are about to be in force, and none else.
    /// The budget of a revision ends with it everywhere, so that what is left of
    /// the others is not handed back.
    pub(super) fn serve(&mut self, specs: &[Arc<ArmedSpec>]) {
        let before = std::mem::take(&mut self.accounts);
        for spec in specs {
            let Some(shares) = &spec.shares else { continue };
            let name = (Arc::clone(&spec.full_name), shares.revision());
            let known = before.get(&name);
            let account = match known {
                Some(known) if Arc::ptr_eq(&known.shares, shares) => Arc::clone(known),
                _ => self.open(spec, shares, known),
            };
            self.accounts.insert(name, account);
        }
    }

    fn open(&self, spec: &ArmedSpec, shares: &Arc<Shares>, before: Option<&Arc<Account>>) -> Arc<Account> {
        // The same revision, loaded again after it was edited: what was leased is still there.
        let kept = before.map_or(0, |before| before.shares.take_back()).min(shares.max());
        if kept > 0 {
            shares.grant(kept);
        }
        let account = Arc::new(Account {
            shares: Arc::clone(shares),
            scenario: spec.scenario().to_owned(),
            spec: spec.spec.id.clone(),
            history: Mutex::new(History {
                rounds: Rounds::default(),
                left: shares.max(),
                at: None,
                failures: 0,
            }),
        });
        let bell = Bell { account: Arc::downgrade(&account), wanted: self.wanted.clone() };
        shares.serve(Arc::new(bell).into());
        account
    }
}

impl Drop for Budgets {
    fn drop(&mut self) {
        for account in self.accounts.values() {
            let shares = account.shares.take_back();
            if shares > 0 {
                let (desk, account) = (Arc::clone(&self.desk), Arc::clone(account));
                // Where the runtime ends as well, they are lost.
                self.runtime.spawn(async move {
                    let _ = desk.store.return_shares(&account.loan(&desk), shares).await;
                });
            }
        }
    }
}

async fn run(desk: Arc<Desk>, mut wanted: UnboundedReceiver<Arc<Account>>) {
    let mut under_way = JoinSet::new();
    while let Some(account) = wanted.recv().await {
        while under_way.try_join_next().is_some() {}
        if under_way.len() >= AT_ONCE {
            under_way.join_next().await;
        }
        let desk = Arc::clone(&desk);
        under_way.spawn(async move { desk.lease(&account).await });
    }
}

impl Desk {
    async fn lease(&self, account: &Account) {
        let now = self.clock.now();
        let history = account.asks(&now);
        let chunk = history.rounds.chunk(history.left);
        match self.store.lease_shares(&account.loan(self), chunk).await {
            Ok(leased) if leased.shares > 0 => {
                account.learn(History { left: leased.left, failures: 0, ..history });
                account.shares.grant(leased.shares);
                self.heard();
            }
            Ok(_) => {
                account.learn(History { left: 0, failures: 0, ..history });
                account.shares.refuse(Budget::UsedUp, now.steady + spread(AFTER_NO));
            }
            Err(error) => self.failed(account, history, &error),
        }
    }

    fn failed(&self, account: &Account, history: History, error: &StoreError) {
        let why = error.to_string().into();
        let (budget, pause) = match error {
            StoreError::Denied { .. } => (Budget::Denied(why), AFTER_NO),
            StoreError::Unreadable { .. } => (Budget::Garbled(why), AFTER_NO),
            _ => {
                let pause = AFTER_FAILURE.saturating_mul(1 << history.failures.min(6));
                (Budget::Failed(why), pause.min(AFTER_FAILURES))
            }
        };
        self.tell(account, &budget);
        account.learn(History { failures: history.failures.saturating_add(1), ..history });
        account.shares.refuse(budget, self.clock.now().steady + spread(pause));
    }

    fn heard(&self) {
        let failed = std::mem::discriminant(&Budget::Failed("".into()));
        // A "no" concerns one item or all of them, whatever another one says.
        self.told.lock().unwrap_or_else(PoisonError::into_inner).take_if(|told| *told == failed);
    }

    /// One line for each kind of failure that follows upon another.
    fn tell(&self, account: &Account, budget: &Budget) {
        let kind = std::mem::discriminant(budget);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.replace(kind) != Some(kind) {
            tracing::warn!(
                target: "chaos",
                "{}/{} injects nothing: the fleet's budget (`fleet_max`) {budget}",
                account.scenario,
                account.spec,
            );
        }
    }
}

impl Account {
    fn loan<'a>(&'a self, desk: &'a Desk) -> Loan<'a> {
        Loan {
            environment: &desk.environment,
            scenario: &self.scenario,
            revision: self.shares.revision(),
            spec: &self.spec,
            max: self.shares.max(),
        }
    }

    /// What to go by for a lease at `now`.
    fn asks(&self, now: &Now) -> History {
        let before = *self.history.lock().unwrap_or_else(PoisonError::into_inner);
        let soon = match before.at {
            Some(at) if now.since(&at) < SOON => before.rounds.soon.saturating_add(1),
            _ => 0,
        };
        History { rounds: Rounds { soon }, at: Some(*now), ..before }
    }

    fn learn(&self, history: History) {
        *self.history.lock().unwrap_or_else(PoisonError::into_inner) = history;
    }
}

/// Between that and half as much again, so that a fleet that was refused
/// together does not come back together.
fn spread(pause: Duration) -> Duration {
    let half = u64::try_from(pause.as_millis() / 2).unwrap_or(0).max(1);
    pause + Duration::from_millis(RandomState::new().build_hasher().finish() % half)
}

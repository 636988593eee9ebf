//! `fleet_max`: this process's shares of what all processes may inject together.
//!
//! Deciding asks nobody. It takes a share that was leased before; where there is
//! none the call passes, and whoever leases is told to.

use super::SkipReason;
use crate::clock::Now;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Waker;
use std::time::Duration;

/// How it stands with the fleet's budget of a spec, where this process has no share of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Budget {
    /// It has not been asked for yet.
    #[default]
    NotAsked,
    /// It is being asked for.
    Asked,
    /// All of it is used up or handed out.
    UsedUp,
    /// This process's role may not ask.
    Denied(Arc<str>),
    /// The table did not answer, or not as it should.
    Failed(Arc<str>),
    /// Its counter was edited, and cannot be understood.
    Garbled(Arc<str>),
    /// The spec does not come from the table, where budgets are.
    NoTable,
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAsked => f.write_str("has not been asked for yet"),
            Self::Asked => f.write_str("is being asked for"),
            Self::UsedUp => f.write_str("is used up"),
            Self::Denied(why) => write!(f, "may not be asked for: {why}"),
            Self::Failed(why) => write!(f, "could not be asked for: {why}"),
            Self::Garbled(why) => write!(f, "cannot be understood: {why}"),
            Self::NoTable => f.write_str("lies in the table, and this spec does not come from there"),
        }
    }
}

/// The shares that this process holds of one spec's budget. Whoever leases them
/// registers with [`Shares::serve`] and is woken when some are wanted.
#[derive(Debug)]
pub struct Shares {
    max: u64,
    /// The published revision, whose budget it is.
    revision: u64,
    left: AtomicU64,
    /// Set while somebody has been told to lease, so that it is told once.
    asked: AtomicBool,
    /// Not to be asked again before this, in milliseconds of the steady clock.
    not_before: AtomicU64,
    lender: OnceLock<Waker>,
    budget: Mutex<Budget>,
}

impl Shares {
    /// No shares yet of the budget `max` of a published revision.
    #[cfg(any(feature = "table", test))]
    pub(crate) fn new(max: u64, revision: u64) -> Self {
        Self {
            max,
            revision,
            left: AtomicU64::new(0),
            asked: AtomicBool::new(false),
            not_before: AtomicU64::new(0),
            lender: OnceLock::new(),
            budget: Mutex::default(),
        }
    }

    /// What all processes together may inject.
    pub fn max(&self) -> u64 {
        self.max
    }

    /// The published revision, whose budget it is.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Shares that are held and not used.
    pub fn left(&self) -> u64 {
        self.left.load(Ordering::Acquire)
    }

    /// How it stands with the budget, as of the last answer.
    pub fn budget(&self) -> Budget {
        self.lock().clone()
    }

    /// Wakes `lender` from now on when shares are wanted; the first to register stays.
    pub fn serve(&self, lender: Waker) {
        let _ = self.lender.set(lender);
    }

    /// Adds shares that were leased.
    pub fn grant(&self, shares: u64) {
        self.left.fetch_add(shares, Ordering::AcqRel);
        self.answered(Budget::NotAsked, Duration::ZERO);
    }

    /// No shares were leased; not to be asked before `not_before` on the steady clock.
    pub fn refuse(&self, why: Budget, not_before: Duration) {
        self.answered(why, not_before);
    }

    /// Takes away the shares that are left, for another to use.
    pub fn take_back(&self) -> u64 {
        self.left.swap(0, Ordering::AcqRel)
    }

    fn answered(&self, budget: Budget, not_before: Duration) {
        *self.lock() = budget;
        self.not_before.store(milliseconds(not_before), Ordering::Release);
        self.asked.store(false, Ordering::Release);
    }

    /// Takes a share; with the last one, more are asked for.
    ///
    /// # Errors
    /// Where there is none, and why.
    pub(super) fn take(&self, now: &Now) -> Result<(), SkipReason> {
        let one_less = |left: u64| left.checked_sub(1);
        let taken = self.left.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_less);
        // Before asking, so that the first who finds none is told that nobody had asked.
        let done = taken.map(drop).map_err(|_| self.reason());
        if taken.is_ok_and(|left| left > 1) {
            return done;
        }
        self.ask(now);
        done
    }

    /// Gives back a share that was taken and not used.
    pub(super) fn untake(&self) {
        self.left.fetch_add(1, Ordering::AcqRel);
    }

    fn ask(&self, now: &Now) {
        let Some(lender) = self.lender.get() else { return };
        let too_early = milliseconds(now.steady) < self.not_before.load(Ordering::Acquire);
        if too_early || self.asked.swap(true, Ordering::AcqRel) {
            return;
        }
        lender.wake_by_ref();
    }

    pub(super) fn reason(&self) -> SkipReason {
        let budget = match self.budget() {
            Budget::NotAsked if self.asked.load(Ordering::Acquire) => Budget::Asked,
            budget => budget,
        };
        SkipReason::FleetMax { max: self.max, budget }
    }

    /// What keeps the spec from firing, beyond having no share at this moment.
    pub(super) fn objection(&self) -> Option<SkipReason> {
        let asking = matches!(self.budget(), Budget::NotAsked | Budget::Asked);
        (self.left() == 0 && !asking).then(|| self.reason())
    }

    fn lock(&self) -> MutexGuard<'_, Budget> {
        // Replaced whole, so a panic elsewhere spoils nothing.
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use std::task::Wake;

    #[derive(Default)]
    struct Bell(AtomicUsize);

    impl Wake for Bell {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn at(seconds: u64) -> Now {
        Now { wall: jiff::Timestamp::UNIX_EPOCH, steady: Duration::from_secs(seconds) }
    }

    #[test]
    fn asks_once_and_with_the_last_share_ahead() {
        let (shares, bell) = (Shares::new(50, 7), Arc::new(Bell::default()));
        let rings = || bell.0.load(Ordering::Relaxed);
        shares.serve(Arc::clone(&bell).into());
        let told = |shares: &Shares| shares.take(&at(1)).unwrap_err().to_string();
        assert_eq!(told(&shares), "the fleet's budget of 50 (`fleet_max`) has not been asked for yet");
        assert_eq!(told(&shares), "the fleet's budget of 50 (`fleet_max`) is being asked for");
        assert_eq!(rings(), 1);
        shares.grant(2);
        assert!(shares.take(&at(1)).is_ok());
        assert_eq!(rings(), 1);
        assert!(shares.take(&at(1)).is_ok());
        assert_eq!(rings(), 2, "before the next call finds nothing");
        shares.refuse(Budget::UsedUp, Duration::from_secs(60));
        assert_eq!(told(&shares), "the fleet's budget of 50 (`fleet_max`) is used up");
        assert_eq!(rings(), 2, "not before the time");
        assert!(shares.take(&at(60)).is_err());
        assert_eq!(rings(), 3);
    }

    #[test]
    fn no_share_is_taken_twice() {
        let shares = Shares::new(50, 7);
        shares.grant(40);
        let taken = || (0..30).filter(|_| shares.take(&at(0)).is_ok()).count();
        let all = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(taken)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
        });
        assert_eq!((all, shares.left()), (40, 0));
    }
}

//! Resilience coverage: which faults of which calls a piece of code survives.
//!
//! [`Chaos::sweep`] takes a test and runs it once as it is, to learn which calls
//! it makes; then once more for each call with each fault that it is likely to
//! meet, and tells which of them the code under test survived.
//!
//! ```
//! # use chaos_core::{Chaos, context::CallContext, decide::Decision};
//! # struct Client(Chaos);
//! # impl Client { async fn get_item(&self) -> Result<u32, &'static str> {
//! #     let call = CallContext { service: Some("dynamodb"), operation: Some("GetItem"), ..CallContext::unknown() };
//! #     let hit = (0..3).all(|_| matches!(self.0.decide(&call), Decision::Inject(_)));
//! #     if hit { Err("no answer") } else { Ok(7) }
//! # } }
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! let chaos = Chaos::builder().build().unwrap();
//! // A client with `.chaos(&chaos)`, and the code under test around it:
//! let client = Client(chaos.clone());
//! let price = || async { client.get_item().await.unwrap_or(0) };
//!
//! let coverage = chaos
//!     .sweep(|| async { assert!(price().await <= 7) })
//!     .at_most(200)
//!     .run()
//!     .await
//!     .unwrap();
//! println!("{coverage}");
//! coverage.assert_survived();
//! # }
//! ```
//!
//! # What a run is
//! The test is any `async` closure that may run many times: it sets up what it
//! needs, calls the code under test, and asserts what must hold *whatever
//! happens*. It returns nothing or a `Result`; it survived if it neither
//! panicked nor returned an error, and was done in time. A run hits nothing
//! else: its fault is [in force for the work alone](Chaos::isolated), so other
//! tests may use the same handle meanwhile. What it spawns is part of it only
//! through [`inherit`](crate::inherit); calls from outside of it are counted and
//! named ([`Coverage::outside`]). Runs follow one another.
//!
//! Panics are caught; Rust's panic hook prints them all the same. A run that is
//! not done in time is dropped; tasks that it spawned live on, without faults.
//!
//! Every run meets the world as the one before left it, so make clients and state
//! anew in the closure. AWS SDK clients of one service and region share a quota of
//! retries, of which failed calls use up a part: give the clients a
//! `retry_partition` with an unlimited `TokenBucket`, else later runs see fewer
//! retries, and then none. The report says where that shows
//! ([`Coverage::dry`]); not, where the quota was used up before the sweep.
//!
//! # What is tried
//! Each fault comes in two ways: *once*, for the first attempt (is it tried
//! again, and is trying again right?), and *always* (is there another way?).
//! For a call of an AWS service these faults, for HTTP the last line:
//!
//! - `response_lost`: the call takes effect, and its answer never arrives; who
//!   tries again must not do the thing twice.
//! - The errors that the operation models and that may well happen: marked as
//!   retryable, with a status of 500 or more, or with a name of throttling,
//!   limits, conflicts, time or unavailability; not those that no waiting mends,
//!   such as `AccessDeniedException`.
//! - Where it models none of the first two kinds, what its service usually
//!   sends: `ThrottlingException` or its like, `ServiceUnavailable`.
//! - `timeout` and `connection_reset`.
//! - `partial`, half of the entries, for operations on batches.
//! - HTTP: `response_lost`, 503, 429, `timeout`, `connection_reset`, 500.
//!
//! Without the feature `catalogue` no operation's errors are known: then
//! `ThrottlingException`, 503 and 500 stand for them, and the report says so.
//! [`Sweep::faults`] takes other faults, [`Sweep::calls`] leaves calls out.
//!
//! # Budget
//! The most telling faults go first, each for all calls before the next, so
//! that [`at_most`](Sweep::at_most) and [`within`](Sweep::within) cut off what
//! tells least; the report says what was cut off, and
//! [`assert_survived`](Coverage::assert_survived) fails then, unless
//! [`allow_cut`](Sweep::allow_cut) was said. The order is always the same.

mod asserts;
mod call;
mod choose;
mod coverage;
mod fault;
mod json;
#[cfg(feature = "catalogue")]
mod modelled;
mod notes;
mod plan;
mod quota;
mod run;
mod settings;
mod table;

pub use call::{Call, Made};
pub use coverage::{Coverage, Cut, Outside, Row, Verdict};
pub use fault::{Fault, How};
pub use run::TestResult;
pub use settings::{Sweep, SweepError};

#[cfg(doc)]
use crate::Chaos;
use crate::clock::Clock;
use crate::handle::Listener;
use crate::spec::Scenario;
use call::Heard;
use plan::Plan;
use quota::Quota;
use run::{Ended, run};
use std::sync::Arc;
use std::time::Duration;

/// The scenario of every fault that a sweep puts in force.
const SCENARIO: &str = "sweep";

impl<T, R> Sweep<T>
where
    T: AsyncFn() -> R,
    R: TestResult,
{
    /// Runs the test: once as it is, then with each fault.
    ///
    /// # Errors
    /// Where nothing could be shown: see [`SweepError`].
    pub async fn run(self) -> Result<Coverage, SweepError> {
        let clock = self.clock()?;
        let outside = Arc::new(Heard::default());
        let _outside = self.chaos.overhear(Arc::<Heard>::clone(&outside));
        let (ended, heard, _) = self.once(&*clock, &[], self.limit).await;
        SweepError::of_clean(&ended, self.limit)?;
        let (plan, mut coverage) = Plan::of(&self, &heard, &outside)?;
        let mut quota = Quota::default();
        let start = clock.now();
        for (ran, step) in plan.steps.iter().enumerate() {
            let spent = clock.now().steady.saturating_sub(start.steady);
            coverage.cut = self.cut(ran, spent);
            let Some(row) = coverage.rows.get_mut(step.row).filter(|_| coverage.cut.is_none()) else { break };
            let limit = self.limit.min(self.time.saturating_sub(spent));
            let (ended, heard, hits) = self.once(&*clock, std::slice::from_ref(&step.scenario), limit).await;
            if ended == Ended::Hung && limit < self.limit {
                coverage.cut = Some(Cut::Time);
                break;
            }
            row.hits = hits;
            row.verdict = verdict(ended, hits, &heard);
            if quota.is_dry(row, heard.reached(&row.call)) {
                coverage.dry.push(row.to_string());
            }
            tracing::debug!(target: "chaos", "sweep, run {}: {row}: {}", ran + 1, row.verdict.word());
        }
        coverage.outside = outside.outside();
        Ok(coverage)
    }

    /// One run, what it asked for, and how many attempts were hit.
    async fn once(
        &self,
        clock: &dyn Clock,
        scenarios: &[Scenario],
        limit: Duration,
    ) -> (Ended, Arc<Heard>, u64) {
        let heard = Arc::new(Heard::default());
        let listener: Arc<dyn Listener> = Arc::<Heard>::clone(&heard);
        let scope = self.chaos.isolate(scenarios, Some(listener)).optional();
        let ended = scope.run(run(&self.test, clock, limit)).await;
        let hits = scope.injected();
        (ended, heard, hits)
    }
}

impl<T> Sweep<T> {
    /// Whether the budget is spent.
    fn cut(&self, ran: usize, spent: Duration) -> Option<Cut> {
        match () {
            () if ran >= self.runs => Some(Cut::Runs(self.runs)),
            () if spent >= self.time => Some(Cut::Time),
            () => None,
        }
    }

    fn clock(&self) -> Result<Arc<dyn Clock>, SweepError> {
        let engine = self.chaos.engine().ok_or(SweepError::CannotInject("it is inert"))?;
        match engine.cannot_inject() {
            Some(why) => Err(SweepError::CannotInject(why)),
            None => Ok(Arc::clone(&engine.config.clock)),
        }
    }
}

fn verdict(ended: Ended, hits: u64, heard: &Heard) -> Verdict {
    match (ended, hits) {
        (Ended::Well, 0) => {
            Verdict::NotMet(heard.refused().unwrap_or_else(|| "no such call was made".to_owned()))
        }
        (Ended::Well, _) => Verdict::Survived,
        (Ended::Failed(why) | Ended::Panicked(why), 0) => Verdict::Flaky(why),
        (Ended::Hung, 0) => Verdict::Flaky("it was not done in time".to_owned()),
        (Ended::Failed(why), _) => Verdict::Failed(why),
        (Ended::Panicked(why), _) => Verdict::Panicked(why),
        (Ended::Hung, _) => Verdict::Hung,
    }
}

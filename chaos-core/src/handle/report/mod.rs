//! Tells the table what calls experience around outages, so that recovery can
//! be read from it. A task of its own: no call ever waits for it, and where the
//! table is slow, reports are dropped and counted.
//!
//! | file | is about |
//! |---|---|
//! | here | when to report, and the loop |
//! | `news` | what is new since the last report |
//! | `outbox` | reports that wait to be written |

mod news;
mod outbox;

use super::Chaos;
use super::awake::{awake, unless};
use super::engine::Engine;
use super::health::{Health, Source};
use crate::clock::{Clock, Now};
use crate::decide::unit;
use crate::spec::Id;
use crate::table::{Instance, Report, Store, StoreError};
use jiff::Timestamp;
use news::News;
use outbox::Outbox;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// How often to report during outages.
const EVERY: Duration = Duration::from_secs(5);
/// How often at most, where [`Chaos::flush`] asks for more.
const SELDOM: Duration = Duration::from_secs(2);
/// So much of what was before an outage is reported with it.
const BEFORE: i64 = 60;
/// So long after an outage reports go on.
const AFTER: Duration = Duration::from_secs(120);
/// Seconds younger than this are left for the next report: retries still change them.
const YOUNG: i64 = 2;
/// How often an instance says how it fares.
const HEALTH_EVERY: Duration = Duration::from_secs(30);
/// A write that took so long of the time awake will not be done.
const WRITE: Duration = Duration::from_secs(2);
/// The longest that a flush is waited for, in time awake.
const FLUSH: Duration = Duration::from_millis(500);

/// Somebody waits for a report.
pub(crate) type Flush = oneshot::Sender<()>;

/// Who reports, and to where.
#[derive(Debug)]
pub(crate) struct Who {
    pub(crate) environment: Id,
    pub(crate) function: String,
    pub(crate) instance: u64,
}

impl Chaos {
    /// Writes out what is still to be reported, and waits for it, for at most half
    /// a second in which the process is awake. Reports are written by themselves
    /// every 5 s around outages; this is for processes that end, or are frozen,
    /// and does nothing where there is no outage, no table, or a report was
    /// written within the last 2 s.
    pub async fn flush(&self) {
        let asked = self.engine().and_then(|engine| engine.reports());
        // Outside of a runtime nothing could be waited for.
        let (Some(asked), Ok(_)) = (asked, tokio::runtime::Handle::try_current()) else { return };
        let (done, is_done) = oneshot::channel();
        // Full, another flush is under way already.
        if asked.try_send(done).is_ok() {
            unless(is_done, awake(FLUSH)).await;
        }
    }
}

/// The task that reports. Ends with the engine.
pub(crate) struct Reporter {
    engine: Weak<Engine>,
    clock: Arc<dyn Clock>,
    store: Store,
    source: Arc<Source>,
    who: Who,
    started: Timestamp,
    /// While there is an outage, and for a while after.
    news: Option<News>,
    outbox: Outbox,
    reported: Option<Now>,
    told_health: Option<Now>,
    /// Up to this second all was gathered that was known then.
    told_to: i64,
}

impl Reporter {
    pub(crate) fn new(engine: &Arc<Engine>, store: Store, source: Arc<Source>, who: Who) -> Self {
        let clock = Arc::clone(&engine.config.clock);
        Self {
            engine: Arc::downgrade(engine),
            started: clock.now().wall,
            clock,
            store,
            source,
            who,
            news: None,
            outbox: Outbox::default(),
            reported: None,
            told_health: None,
            told_to: i64::MIN,
        }
    }

    pub(crate) async fn run(mut self, mut asked: mpsc::Receiver<Flush>) {
        // Instances that heard of an outage together do not report together.
        let roll = unit(xxh3_64_with_seed(b"report", self.who.instance));
        let mut wait = EVERY.mul_f64(0.5 + roll / 2.0);
        loop {
            let flush = match unless(asked.recv(), self.clock.sleep(wait)).await {
                None => None,
                Some(Some(flush)) => Some(flush),
                Some(None) => return,
            };
            wait = EVERY;
            // By a clock whose sleeps take no time, this would leave nobody else a turn.
            tokio::task::yield_now().await;
            match self.look(flush.is_some()).await {
                Ok(()) => {}
                Err(denied) => return self.give_up(&denied),
            }
            // Who asked may have given up waiting.
            flush.map(|flush| flush.send(()));
        }
    }

    /// Reports if it is time to.
    ///
    /// # Errors
    /// Where this role may never write.
    async fn look(&mut self, at_once: bool) -> Result<(), StoreError> {
        let now = self.clock.now();
        if !self.goes_on(&now) {
            // What was to be written when it ended.
            return self.write(&now, None).await;
        }
        if at_once && self.within(self.reported, SELDOM, &now) {
            return Ok(());
        }
        self.reported = Some(now);
        let Some(engine) = self.engine.upgrade() else { return Ok(()) };
        self.gather(&engine, &now, if at_once { 0 } else { YOUNG });
        let health = (!self.within(self.told_health, HEALTH_EVERY, &now)).then(|| self.health(&engine, &now));
        drop(engine);
        self.write(&now, health).await
    }

    /// Whether there is an outage, or was one lately.
    fn goes_on(&mut self, now: &Now) -> bool {
        match self.within(self.source.last_outage(), AFTER, now) {
            true => {
                // What was told of an earlier outage is not told again.
                let from = (now.wall.as_second() - BEFORE).max(self.told_to.saturating_add(1));
                self.news.get_or_insert_with(|| News::since(from));
            }
            false => (self.news, self.told_health) = (None, None),
        }
        self.news.is_some()
    }

    fn within(&self, last: Option<Now>, time: Duration, now: &Now) -> bool {
        last.is_some_and(|last| now.since(&last) < time)
    }

    fn gather(&mut self, engine: &Engine, now: &Now, young: i64) {
        let (Some(news), Some(observer)) = (&mut self.news, engine.observer()) else { return };
        let to = now.wall.as_second() - young;
        let targets = news.of(observer, to);
        self.told_to = to;
        if !targets.is_empty() {
            let (function, instance) = (self.who.function.clone(), self.who.instance);
            let dropped = self.outbox.dropped().saturating_add(observer.uncounted());
            self.outbox.push(Report { function, instance, at: now.wall, targets, dropped });
        }
    }

    fn health(&self, engine: &Engine, now: &Now) -> Instance {
        let health = Health::of(Some(engine));
        Instance {
            function: self.who.function.clone(),
            instance: format!("{:016x}", self.who.instance),
            generation: health.generation,
            halted: health.halted,
            armed: health.armed as u64,
            active: health.active as u64,
            overflow: health.overflow,
            dropped: self.outbox.dropped(),
            problems: health.problems,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started: self.started,
            at: now.wall,
        }
    }

    /// One write at a time; what cannot be written waits.
    async fn write(&mut self, now: &Now, health: Option<Instance>) -> Result<(), StoreError> {
        if !self.outbox.may_try(now) || (self.outbox.first().is_none() && health.is_none()) {
            return Ok(());
        }
        let mut written = Ok(());
        while let (Ok(()), Some(report)) = (&written, self.outbox.first()) {
            written = in_time(self.store.put_report(&self.who.environment, report)).await;
            self.outbox.take_down(&written, now);
        }
        if let (Ok(()), Some(health)) = (&written, health) {
            written = in_time(self.store.put_instance(&self.who.environment, &health)).await;
            self.told_health = written.is_ok().then_some(*now);
        }
        self.tell(&written);
        match written {
            // No retry mends that.
            Err(error @ StoreError::Denied { .. }) => Err(error),
            _ => Ok(()),
        }
    }

    /// For [`Chaos::health`]; the log has one line where reports begin to fail.
    fn tell(&self, written: &Result<(), StoreError>) {
        let (error, dropped) = (written.as_ref().err().map(ToString::to_string), self.outbox.dropped());
        self.source.update(|state| {
            // Where the table is out of sight, that is told already.
            if let (None, None, Some(error)) = (&state.error, &state.reporting.error, &error) {
                tracing::warn!(target: "chaos", "reports of what calls experience wait: {error}");
            }
            state.reporting.error = error;
            state.reporting.dropped = dropped;
        });
    }

    fn give_up(&self, denied: &StoreError) {
        tracing::warn!(target: "chaos", "nothing is reported from this process: {denied}; faults are not concerned");
        self.source.update(|state| state.reporting.on = false);
        if let Some(engine) = self.engine.upgrade() {
            engine.stop_observing();
        }
    }
}

async fn in_time(write: impl Future<Output = Result<(), StoreError>>) -> Result<(), StoreError> {
    let message = "no answer in time".to_owned();
    unless(write, awake(WRITE)).await.unwrap_or(Err(StoreError::Unreachable { message }))
}

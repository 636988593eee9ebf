//! Holding an attempt up: for as long as its fault is in force and the caller
//! is willing to wait.

use super::Hit;
use chaos_core::clock::Sleep;
use chaos_core::{AfterWait, Chaos};
use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{Next, Result};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

/// How a wait came to its end.
pub(super) enum Held {
    /// All of it passed.
    Through,
    /// What it was for is no longer in force.
    Released,
    /// One of the caller's timeouts was over before.
    GivenUp,
}

impl Hit<'_> {
    /// Waits for `time`.
    pub(super) async fn hold(&mut self, mut time: Duration) -> Held {
        loop {
            let (at_once, then) = self.shared.chaos.may_wait(&self.specs, time);
            let given_up = self.patience(self.limits.head()).filter(|left| *left <= at_once);
            let at_once = given_up.unwrap_or(at_once);
            let released = self.shared.chaos.no_longer(&self.specs);
            if within(released, asleep(&self.shared.chaos, at_once)).await.is_some() {
                return Held::Released;
            }
            self.waited += at_once;
            time = time.saturating_sub(at_once);
            match then {
                _ if given_up.is_some() => return Held::GivenUp,
                AfterWait::Over => return Held::Released,
                _ if !self.is_in_force() => return Held::Released,
                AfterWait::Through => return Held::Through,
                AfterWait::Look => {}
            }
        }
    }

    /// The real call after a delay, within what the delay left of the timeouts.
    pub(super) async fn pass_late(
        self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        let Self { shared, limits, waited, ref url, .. } = self;
        let left = limits.read.map(|limit| limit.saturating_sub(waited));
        let url = url.clone();
        let asleep = left.map(client_timer);
        let request = self.shortened(request);
        drop(self.permit);
        match answered(next.run(request, extensions), asleep).await {
            Some(answer) => answer,
            None => Err(shared.genuine.timed_out(url).await),
        }
    }

    /// The same, and what is made of its answer belongs to the injection.
    pub(super) async fn call(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        // Without a delay all timeouts are the client's own.
        let read = self.limits.read.filter(|_| !self.waited.is_zero());
        let asleep = self.patience(read).map(client_timer);
        match answered(next.run(self.shortened(request), extensions), asleep).await {
            Some(answer) => answer,
            None => Err(self.timed_out().await),
        }
    }

    /// With what is left of the total timeout, which also bounds the answer's body.
    fn shortened(&self, mut request: Request) -> Request {
        if !self.waited.is_zero() && self.limits.total.is_some() {
            *request.timeout_mut() = self.patience(self.limits.total);
        }
        request
    }

    pub(super) fn is_in_force(&self) -> bool {
        self.shared.chaos.is_in_force(&self.specs)
    }

    pub(super) fn patience(&self, limit: Option<Duration>) -> Option<Duration> {
        limit.map(|limit| limit.saturating_sub(self.waited))
    }
}

/// What a client's own timeouts run by, whatever clock the handle has: they race
/// with real calls, for which no clock of ours makes time.
pub(super) fn client_timer(time: Duration) -> Sleep {
    Box::pin(tokio::time::sleep(time))
}

/// By the handle's clock.
pub(super) fn asleep(chaos: &Chaos, time: Duration) -> Sleep {
    match chaos.clock() {
        Some(clock) => clock.sleep(time),
        // Nothing injects without a clock.
        None => Box::pin(std::future::ready(())),
    }
}

/// What `work` comes to, where no timer says otherwise before.
async fn answered<T>(work: impl Future<Output = T>, timer: Option<Sleep>) -> Option<T> {
    match timer {
        Some(timer) => within(work, timer).await,
        None => Some(work.await),
    }
}

/// What `work` comes to; `None` where `end` comes first.
async fn within<T>(work: impl Future<Output = T>, end: Sleep) -> Option<T> {
    let (mut work, mut end) = (pin!(work), end);
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => end.as_mut().poll(context).map(|()| None),
    })
    .await
}

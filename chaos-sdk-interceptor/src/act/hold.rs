//! Holding an attempt up: for as long as its fault is in force and the caller
//! is willing to wait.

use super::{Ended, Hit, network, says_latency};
use aws_smithy_async::future::timeout::Timeout;
use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep};
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use chaos_core::AfterWait;
use chaos_core::spec::FaultSpec;
use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

/// How a wait came to its end.
pub(super) enum Held {
    /// All of it passed.
    Through,
    /// What it was for is no longer in force.
    Released,
}

impl Hit {
    /// Waits for `time`, by reason of the spec that `has_a_part` in it.
    ///
    /// # Errors
    /// Where the caller's read timeout ends before; the real connector would
    /// have counted it from the start of the attempt.
    pub(super) async fn hold(
        &mut self,
        request: &mut HttpRequest,
        time: Duration,
        has_a_part: fn(&FaultSpec) -> bool,
    ) -> Result<Held, ConnectorError> {
        if !is_streamed(request) {
            take_in(request).await?;
            return self.wait(time, has_a_part).await;
        }
        // What can be read only once is kept for the real call.
        let Some(again) = request.body().try_clone() else { return self.wait(time, has_a_part).await };
        let body = std::mem::replace(request.body_mut(), again);
        reading(body, self.wait(time, has_a_part)).await
    }

    async fn wait(
        &mut self,
        mut time: Duration,
        has_a_part: fn(&FaultSpec) -> bool,
    ) -> Result<Held, ConnectorError> {
        loop {
            let (at_once, then) = self.chaos.may_wait(&self.specs, time);
            let given_up = self.patience().filter(|left| *left <= at_once);
            let released = self.chaos.no_longer(&self.specs);
            let asleep = self.asleep(given_up.unwrap_or(at_once));
            if Timeout::new(released, asleep).await.is_ok() {
                return Ok(Held::Released);
            }
            self.waited += at_once;
            time = time.saturating_sub(at_once);
            match then {
                _ if given_up.is_some() => return Err(self.read_timed_out(has_a_part)),
                AfterWait::Over => return Ok(Held::Released),
                _ if !self.is_in_force() => return Ok(Held::Released),
                AfterWait::Through => return Ok(Held::Through),
                AfterWait::Look => {}
            }
        }
    }

    /// The real call at once, and its answer late: for a body that is streamed,
    /// which would be a stalled upload if nobody read it meanwhile.
    pub(super) async fn answer_late(mut self, request: HttpRequest, delay: Duration) -> Ended {
        let error = self.read_timed_out(says_latency);
        let given_up = self.read_timeout.take().map(|timeout| self.asleep(timeout));
        let late = async {
            let answer = self.inner.call(request).await?;
            self.wait(delay, says_latency).await?;
            Ok(answer)
        };
        match given_up {
            Some(given_up) => Timeout::new(late, given_up).await.unwrap_or(Err(error)),
            None => late.await,
        }
    }

    /// The real call after a delay, within what the delay left of the read timeout.
    pub(super) async fn pass_late(self, request: HttpRequest) -> Ended {
        let Some(left) = self.patience() else { return self.release(request).await };
        let given_up = self.asleep(left);
        let error = self.read_timed_out(says_latency);
        Timeout::new(self.release(request), given_up).await.unwrap_or(Err(error))
    }

    /// The real call, within what a delay left of the read timeout. What is made
    /// of its answer belongs to the injection.
    pub(super) async fn call(&self, request: HttpRequest) -> Ended {
        let answer = self.inner.call(request);
        let Some(left) = self.patience().filter(|_| !self.waited.is_zero()) else { return answer.await };
        let given_up = self.asleep(left);
        Timeout::new(answer, given_up).await.unwrap_or_else(|_| Err(self.read_timed_out(says_latency)))
    }

    pub(super) fn is_in_force(&self) -> bool {
        self.chaos.is_in_force(&self.specs)
    }

    fn patience(&self) -> Option<Duration> {
        self.read_timeout.map(|timeout| timeout.saturating_sub(self.waited))
    }

    fn read_timed_out(&self, has_a_part: fn(&FaultSpec) -> bool) -> ConnectorError {
        network::read_timeout(&self.name_of(has_a_part), self.read_timeout.unwrap_or_default())
    }

    /// By the SDK's own timer, which knows the application's runtime.
    fn asleep(&self, time: Duration) -> Sleep {
        match (&self.sleep, self.chaos.clock()) {
            (Some(sleep), _) => sleep.sleep(time),
            (None, Some(clock)) => Sleep::new(clock.sleep(time)),
            // Nothing injects without a clock.
            (None, None) => Sleep::new(std::future::ready(())),
        }
    }
}

/// Reads the request's body to its end, as a peer does that is slow only to
/// answer: the SDK would take an unread one for a stalled upload.
async fn take_in(request: &mut HttpRequest) -> Result<(), ConnectorError> {
    let body = ByteStream::new(request.take_body()).collect().await;
    let bytes = body.map_err(|error| ConnectorError::user(error.into()))?.into_bytes();
    *request.body_mut() = SdkBody::from(bytes);
    Ok(())
}

/// Whether the body comes from elsewhere than memory.
pub(super) fn is_streamed(request: &HttpRequest) -> bool {
    request.body().bytes().is_none()
}

/// What `waiting` comes to while `body` is read.
async fn reading<T>(body: SdkBody, waiting: impl Future<Output = T>) -> T {
    let read = async {
        let mut body = ByteStream::new(body);
        // What is wrong with it, the real call will tell.
        while let Some(Ok(_)) = body.next().await {}
    };
    let (mut read, mut waiting) = (pin!(read), pin!(waiting));
    let mut is_read = false;
    poll_fn(|context| {
        is_read = is_read || read.as_mut().poll(context).is_ready();
        waiting.as_mut().poll(context)
    })
    .await
}

//! Bodies that a caller does not wait for any longer. The client's own timeouts
//! run within, by what came from the peer and not by what the caller got.

use super::ahead::Ahead;

use bytes::Bytes;
use chaos_core::body::{BoxError, Timer};
use chaos_core::clock::Sleep;
use http_body::{Body, Frame, SizeHint};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// Makes the error of a timeout.
pub(crate) type TimedOut = Pin<Box<dyn Future<Output = BoxError> + Send>>;

/// For how long a body is waited for.
pub(crate) struct Patience {
    /// For all of it; under way since the attempt began.
    pub(crate) total: Option<Sleep>,
    /// For each piece.
    pub(crate) read: Option<Duration>,
    pub(crate) timer: Timer,
    pub(crate) error: TimedOut,
}

/// A body that fails when patience is over.
pub(crate) struct Timed<B> {
    /// `None` once it is given up.
    inner: Option<B>,
    /// What `inner` takes from, for as long as it takes.
    ahead: Ahead,
    total: Option<Sleep>,
    read: Option<Duration>,
    reading: Option<Sleep>,
    timer: Timer,
    // Never locked: bodies are shared between threads, errors in the making are not.
    error: Option<Mutex<TimedOut>>,
}

impl<B> Timed<B> {
    pub(crate) fn new(inner: B, ahead: Ahead, patience: Patience) -> Self {
        let Patience { total, read, timer, error } = patience;
        Self { inner: Some(inner), ahead, total, read, reading: None, timer, error: Some(Mutex::new(error)) }
    }

    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        if let (None, Some(read)) = (&self.reading, self.read) {
            self.reading = Some((self.timer)(read));
        }
        let mut timers = [&mut self.total, &mut self.reading].into_iter().flatten();
        timers.any(|timer| timer.as_mut().poll(context).is_ready())
    }
}

impl<B: Body<Data = Bytes, Error = BoxError> + Unpin> Body for Timed<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if this.inner.is_some() && this.is_over(context) {
            this.inner = None;
        }
        if let Some(inner) = &mut this.inner {
            this.ahead.fill(context);
            let frame = ready!(Pin::new(inner).poll_frame(context));
            this.reading = this.read.map(&this.timer);
            return Poll::Ready(frame);
        }
        let Some(error) = &mut this.error else { return Poll::Ready(None) };
        let error = error.get_mut().unwrap_or_else(PoisonError::into_inner);
        let error = ready!(error.as_mut().poll(context));
        this.error = None;
        Poll::Ready(Some(Err(error)))
    }

    fn is_end_stream(&self) -> bool {
        match &self.inner {
            Some(inner) => inner.is_end_stream(),
            None => self.error.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}

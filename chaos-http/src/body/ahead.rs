//! Bodies that are read ahead of whoever slows them down: the client's own read
//! timeout runs within them, and goes by when more is asked for.

use bytes::Bytes;
use chaos_core::body::{BoxError, Rejoined};
use http_body::{Body as HttpBody, Frame, SizeHint};
use reqwest::Body;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

/// So many bytes are read ahead, and what comes with the last of them.
const AHEAD: usize = 256 * 1024;

/// A body, and, as a clone, the hand that reads it ahead. Both are polled by one
/// task, so nobody ever waits for the lock.
#[derive(Clone)]
pub(crate) struct Ahead(Arc<Mutex<Rejoined<Body>>>);

impl Ahead {
    pub(crate) fn new(body: Body) -> Self {
        Self(Arc::new(Mutex::new(Rejoined::unread(body))))
    }

    /// Reads what is there, as far as there is room.
    pub(super) fn fill(&self, context: &mut Context<'_>) {
        let mut body = self.body();
        while body.bytes() < AHEAD && body.poll_read(context).is_ready() {}
    }

    fn body(&self) -> MutexGuard<'_, Rejoined<Body>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpBody for Ahead {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Pin::new(&mut *self.body()).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body().size_hint()
    }
}

//! A pace around a body.

use super::slowing::{Slowing, Waited};
use super::{BoxError, Died, MakeError, Pace, Step};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A body that comes slowly, or stalls. It is held up for
/// [`MAX_DELAY`](crate::caps::MAX_DELAY) altogether at most, and only while its
/// specs are in force: then the rest flows. A stall that lasts so long ends as
/// a connection that died. Waiting for the body itself does not count, and what
/// it waits for by itself it is not held up for again.
pub struct Slowed<B> {
    /// `None` at the end.
    inner: Option<B>,
    /// The chunk that is on its way.
    chunk: Bytes,
    pace: Pace,
    /// `None` once the rest flows.
    slowing: Option<Slowing>,
    error: MakeError,
}

impl<B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin> Slowed<B> {
    /// `inner`, slowly; a stall to the bitter end is told by `error`.
    pub fn new(inner: B, pace: Pace, slowing: Slowing, error: MakeError) -> Self {
        Self { inner: Some(inner), chunk: Bytes::new(), pace, slowing: Some(slowing), error }
    }

    /// The next chunk from within, or what else comes of it.
    fn poll_inner(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Some(inner) = &mut self.inner else { return Poll::Ready(None) };
        // It runs on while the body itself keeps us waiting.
        if let (Some(slowing), Step::Wait(time)) = (&mut self.slowing, self.pace.step())
            && !inner.is_end_stream()
        {
            slowing.start(Some(time));
        }
        let frame = ready!(Pin::new(inner).poll_frame(context)).map(|frame| frame.map_err(Into::into));
        if !matches!(&frame, Some(Ok(frame)) if frame.is_data()) {
            self.slowing = None;
        }
        if !matches!(&frame, Some(Ok(_))) {
            self.inner = None;
        }
        Poll::Ready(frame)
    }

    /// How much of the chunk may come now; `None`: nothing, ever.
    fn poll_pace(&mut self, context: &mut Context<'_>) -> Poll<Option<u64>> {
        loop {
            let Some(slowing) = &mut self.slowing else { return Poll::Ready(Some(u64::MAX)) };
            let stalls = match self.pace.step() {
                Step::Pass(bytes) => return Poll::Ready(Some(bytes)),
                Step::Wait(time) => {
                    slowing.start(Some(time));
                    false
                }
                Step::Stall => {
                    slowing.start(None);
                    true
                }
            };
            match ready!(slowing.poll(context)) {
                Waited::Through => self.pace.waited(),
                Waited::AtMost if stalls => return Poll::Ready(None),
                Waited::AtMost | Waited::Released => self.slowing = None,
            }
        }
    }

    fn die(&mut self) -> BoxError {
        (self.inner, self.chunk, self.slowing) = (None, Bytes::new(), None);
        (self.error)(Died::Stalled)
    }
}

impl<B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin> Body for Slowed<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        while this.chunk.is_empty() {
            match ready!(this.poll_inner(context)).map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(chunk))) => this.chunk = chunk,
                Some(Ok(Err(other))) => return Poll::Ready(Some(Ok(other))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
        let Some(bytes) = ready!(this.poll_pace(context)) else {
            return Poll::Ready(Some(Err(this.die())));
        };
        let size = this.chunk.len().min(usize::try_from(bytes).unwrap_or(usize::MAX));
        this.pace.passed(size as u64);
        let piece = this.chunk.split_to(size);
        if this.is_end_stream() {
            // Whoever sees that may not ask again.
            this.slowing = None;
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.chunk.is_empty() && self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let inner = self.inner.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint);
        super::longer(&inner, self.chunk.len() as u64)
    }
}

impl<B> fmt::Debug for Slowed<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slowed")
            .field("pace", &self.pace)
            .field("slowing", &self.slowing)
            .finish_non_exhaustive()
    }
}

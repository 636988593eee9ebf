//! Bodies of which some was read before.

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use reqwest::{Body, Error};
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What was read, and what comes after it.
pub(super) struct Resumed {
    pub(super) read: VecDeque<Frame<Bytes>>,
    /// Its rest, or how it failed; `None` at the end.
    pub(super) rest: Option<Result<Body, Error>>,
}

impl Resumed {
    /// Nothing was read of it.
    pub(super) fn unread(body: Body) -> Self {
        Self { read: VecDeque::new(), rest: Some(Ok(body)) }
    }

    /// How many bytes were read that nobody took.
    pub(super) fn bytes(&self) -> usize {
        self.read.iter().filter_map(Frame::data_ref).map(Bytes::len).sum()
    }

    /// Reads one frame more; pending also where nothing more comes.
    pub(super) fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(Ok(rest)) = &mut self.rest else { return Poll::Pending };
        match std::task::ready!(Pin::new(rest).poll_frame(context)) {
            Some(Ok(frame)) => self.read.push_back(frame),
            Some(Err(error)) => self.rest = Some(Err(error)),
            None => self.rest = None,
        }
        Poll::Ready(())
    }
}

impl HttpBody for Resumed {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Some(frame) = self.read.pop_front() {
            return Poll::Ready(Some(Ok(frame)));
        }
        if let Some(Ok(rest)) = &mut self.rest {
            return Pin::new(rest).poll_frame(context);
        }
        Poll::Ready(self.rest.take().and_then(Result::err).map(Err))
    }

    fn is_end_stream(&self) -> bool {
        let ended = match &self.rest {
            Some(Ok(rest)) => rest.is_end_stream(),
            Some(Err(_)) => false,
            None => true,
        };
        ended && self.read.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        let read = self.bytes() as u64;
        let rest = match &self.rest {
            Some(Ok(rest)) => rest.size_hint(),
            Some(Err(_)) => SizeHint::default(),
            None => SizeHint::with_exact(0),
        };
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(read));
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper.saturating_add(read));
        }
        hint
    }
}

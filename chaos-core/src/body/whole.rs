//! Bodies of which something is read before their readers want it.

use super::BoxError;
use super::frames::Frames;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A body of which something was read already: it starts from its beginning all
/// the same. Small chunks that were read come together.
pub struct Rejoined<B> {
    read: Frames,
    /// What comes after that, or how it failed; `None` at the end.
    rest: Option<Result<B, BoxError>>,
}

impl<B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin> Rejoined<B> {
    /// Nothing was read of it yet.
    pub fn unread(body: B) -> Self {
        Self { read: Frames::default(), rest: Some(Ok(body)) }
    }

    /// Reads `body` to its end, or until it turns out to be longer than `most`
    /// bytes or fails. Its bytes, where it is whole, and the body, to be passed on.
    pub async fn read(body: B, most: usize) -> (Option<Bytes>, Self) {
        let mut this = Self::unread(body);
        while let Some(Ok(rest)) = &this.rest {
            if this.bytes() > most || rest.size_hint().lower() > most as u64 {
                return (None, this);
            }
            poll_fn(|context| this.poll_read(context)).await;
        }
        let is_whole = this.rest.is_none() && this.bytes() <= most;
        (is_whole.then(|| this.read.whole()), this)
    }

    /// Reads one frame more; pending also where nothing more comes.
    pub fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(Ok(rest)) = &mut self.rest else { return Poll::Pending };
        match ready!(Pin::new(rest).poll_frame(context)) {
            Some(Ok(frame)) => self.read.push(frame),
            Some(Err(error)) => self.rest = Some(Err(error.into())),
            None => self.rest = None,
        }
        Poll::Ready(())
    }

    /// How many bytes were read that nobody took.
    pub fn bytes(&self) -> usize {
        self.read.bytes()
    }

    /// Whether it came to no proper end, when it was read.
    pub fn has_failed(&self) -> bool {
        matches!(self.rest, Some(Err(_)))
    }
}

impl<B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin> Body for Rejoined<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(frame) = self.read.pop() {
            return Poll::Ready(Some(Ok(frame)));
        }
        if let Some(Ok(rest)) = &mut self.rest {
            return Pin::new(rest).poll_frame(context).map_err(Into::into);
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
        let rest = match &self.rest {
            Some(Ok(rest)) => rest.size_hint(),
            Some(Err(_)) => SizeHint::default(),
            None => SizeHint::with_exact(0),
        };
        super::longer(&rest, self.bytes() as u64)
    }
}

impl<B> fmt::Debug for Rejoined<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejoined").field("read", &self.read.bytes()).finish_non_exhaustive()
    }
}

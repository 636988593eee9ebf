//! Answers that are short enough to be read whole.

use super::BoxError;
use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A body of which something was read already: it starts from its beginning all
/// the same.
pub struct Rejoined<B> {
    read: VecDeque<Result<Frame<Bytes>, BoxError>>,
    /// `None` once it is at its end.
    rest: Option<B>,
}

impl<B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin> Rejoined<B> {
    /// Reads `body` to its end, or until it turns out to be longer than `most`
    /// bytes or fails. Its bytes, where it is whole, and the body, to be passed on.
    pub async fn read(body: B, most: usize) -> (Option<Bytes>, Self) {
        let mut this = Self { read: VecDeque::new(), rest: Some(body) };
        let mut size = 0;
        while let Some(rest) = &mut this.rest {
            if size > most || rest.size_hint().lower() > most as u64 {
                return (None, this);
            }
            let frame = poll_fn(|context| Pin::new(&mut *rest).poll_frame(context)).await;
            let Some(frame) = frame.map(|frame| frame.map_err(Into::into)) else {
                this.rest = None;
                break;
            };
            let failed = frame.is_err();
            let bytes = frame.as_ref().ok().and_then(Frame::data_ref).map(Bytes::len);
            size += bytes.unwrap_or_default();
            this.read.extend(Some(frame).filter(|_| bytes != Some(0)));
            if failed {
                this.rest = None;
                return (None, this);
            }
        }
        (Some(this.bytes()).filter(|_| size <= most), this)
    }

    fn bytes(&self) -> Bytes {
        let mut pieces = self.read.iter().filter_map(|frame| frame.as_ref().ok()?.data_ref());
        match (pieces.next(), pieces.next()) {
            (None, _) => Bytes::new(),
            (Some(only), None) => only.clone(),
            (Some(first), Some(second)) => {
                let mut all = BytesMut::from(&**first);
                all.extend_from_slice(second);
                pieces.for_each(|piece| all.extend_from_slice(piece));
                all.freeze()
            }
        }
    }
}

impl<B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin> Body for Rejoined<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(frame) = self.read.pop_front() {
            return Poll::Ready(Some(frame));
        }
        let Some(rest) = &mut self.rest else { return Poll::Ready(None) };
        Pin::new(rest).poll_frame(context).map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.read.is_empty() && self.rest.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let sizes = self.read.iter().flatten().filter_map(Frame::data_ref).map(|data| data.len() as u64);
        let read = sizes.fold(0, u64::saturating_add);
        let rest = self.rest.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint);
        super::longer(&rest, read)
    }
}

impl<B> fmt::Debug for Rejoined<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejoined").field("read", &self.read.len()).finish_non_exhaustive()
    }
}

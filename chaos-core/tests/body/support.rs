//! A body of given chunks, and what a reader gets.

use bytes::Bytes;
use chaos_core::body::{BoxError, Damage, Damaged, Died, Length, MakeError};
use chaos_core::spec::CorruptFault;
use http_body::{Body, Frame, SizeHint};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What one poll of a [`Chunks`] gives.
pub(crate) type Piece = Result<Frame<Bytes>, BoxError>;

/// A body that is always ready.
pub(crate) struct Chunks {
    pub(crate) frames: VecDeque<Piece>,
    pub(crate) told: bool,
}

pub(crate) fn data(bytes: &[u8]) -> Piece {
    Ok(Frame::data(Bytes::copy_from_slice(bytes)))
}

impl Chunks {
    pub(crate) fn of(chunks: &[&[u8]], told: bool) -> Self {
        Self { frames: chunks.iter().map(|chunk| data(chunk)).collect(), told }
    }

    /// In chunks of this size.
    pub(crate) fn cut(body: &[u8], size: usize, told: bool) -> Self {
        Self::of(&body.chunks(size).collect::<Vec<_>>(), told)
    }
}

impl Body for Chunks {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Piece>> {
        Poll::Ready(self.frames.pop_front())
    }

    fn is_end_stream(&self) -> bool {
        self.frames.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        let sizes = self.frames.iter().flatten().filter_map(Frame::data_ref).map(|data| data.len() as u64);
        if self.told { SizeHint::with_exact(sizes.sum()) } else { SizeHint::default() }
    }
}

pub(crate) fn error() -> MakeError {
    Box::new(|died| format!("{died:?}").into())
}

pub(crate) fn length(body: &Chunks) -> Length {
    let exact = body.size_hint().exact();
    Length { told: exact, exact }
}

pub(crate) fn damaged(body: Chunks, fault: &CorruptFault, seed: u64) -> Damaged<Chunks> {
    let damage = Damage::new(fault, length(&body), seed).unwrap();
    Damaged::new(body, damage, error())
}

/// What a reader gets, and how it ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Got {
    pub(crate) bytes: Vec<u8>,
    pub(crate) pieces: usize,
    pub(crate) trailers: bool,
    pub(crate) error: Option<String>,
}

impl Got {
    pub(crate) fn died(&self, died: Died) -> bool {
        self.error == Some(format!("{died:?}"))
    }
}

/// Reads to the end, past it, and checks all that is said on the way.
pub(crate) async fn read<B: Body<Data = Bytes, Error = BoxError> + Unpin>(mut body: B) -> Got {
    let mut got = Got { bytes: Vec::new(), pieces: 0, trailers: false, error: None };
    loop {
        let (promised, ended) = (body.size_hint(), body.is_end_stream());
        let before = got.bytes.len();
        let frame = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
        assert!(!ended || frame.is_none(), "nothing comes after the end");
        match frame {
            None => break,
            Some(Err(error)) => got.error = Some(error.to_string()),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) => {
                    got.pieces += 1;
                    got.bytes.extend_from_slice(&data);
                    if let Some(promised) = promised.exact() {
                        let left = body.size_hint().exact().unwrap();
                        assert_eq!(left + data.len() as u64, promised, "from {before}");
                    }
                }
                Err(_) => got.trailers = true,
            },
        }
    }
    assert!(body.is_end_stream());
    for _ in 0..3 {
        assert!(poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await.is_none());
    }
    got
}

//! What was read of a body before somebody wants it.

use bytes::{Bytes, BytesMut};
use http_body::Frame;
use std::collections::VecDeque;

/// Chunks that are shorter are put together, so that what is kept takes little
/// more memory than its bytes: a peer may send every byte in a chunk of its own.
const SMALL: usize = 4 * 1024;
/// And so many bytes at most.
const TOGETHER: usize = 16 * 1024;

/// Frames in their order.
#[derive(Debug, Default)]
pub(super) struct Frames {
    frames: VecDeque<Frame<Bytes>>,
    /// Small chunks that came after all of `frames`.
    small: BytesMut,
    bytes: usize,
}

impl Frames {
    pub(super) fn push(&mut self, frame: Frame<Bytes>) {
        let size = frame.data_ref().map(Bytes::len);
        self.bytes += size.unwrap_or_default();
        let frame = match frame.into_data() {
            Ok(chunk) if chunk.len() < SMALL => return self.push_small(&chunk),
            Ok(chunk) => Frame::data(chunk),
            Err(other) => other,
        };
        self.close();
        self.frames.push_back(frame);
    }

    fn push_small(&mut self, chunk: &[u8]) {
        if self.small.len() + chunk.len() > TOGETHER {
            self.close();
        }
        self.small.extend_from_slice(chunk);
    }

    /// Nothing is added to the small chunks so far.
    fn close(&mut self) {
        if !self.small.is_empty() {
            self.frames.push_back(Frame::data(std::mem::take(&mut self.small).freeze()));
        }
    }

    pub(super) fn pop(&mut self) -> Option<Frame<Bytes>> {
        if self.frames.is_empty() {
            self.close();
        }
        let frame = self.frames.pop_front()?;
        self.bytes -= frame.data_ref().map_or(0, Bytes::len);
        Some(frame)
    }

    /// How many bytes there are; counted as they come and go.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty() && self.small.is_empty()
    }

    /// All bytes.
    pub(super) fn whole(&mut self) -> Bytes {
        self.close();
        let mut pieces = self.frames.iter().filter_map(Frame::data_ref);
        match (pieces.next(), pieces.next()) {
            (None, _) => Bytes::new(),
            (Some(only), None) => only.clone(),
            (Some(first), Some(second)) => {
                let mut all = BytesMut::with_capacity(self.bytes);
                [first, second].into_iter().chain(pieces).for_each(|piece| all.extend_from_slice(piece));
                all.freeze()
            }
        }
    }
}

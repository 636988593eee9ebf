//! Some bytes that are others.

use super::masks::Masks;
use crate::spec::Flip;
use bytes::{Bytes, BytesMut};
use std::collections::{BTreeSet, VecDeque};

/// Which bytes of one body are flipped, and how far it has come through.
#[derive(Debug)]
pub(super) struct Flips {
    /// Still to come, in order: where, and with what.
    at: VecDeque<(u64, u8)>,
    passed: u64,
    flipped: bool,
    /// The last byte so far, kept while it may have to be the one that is
    /// flipped, and with what.
    last: Option<(Bytes, u8)>,
    spare: Option<u8>,
}

/// Where nobody knows how long a body is, positions are drawn among the first
/// `2^k` bytes, for each with a `k` of its own in this range: bodies of any
/// length are likely to be hit.
const WINDOWS: std::ops::RangeInclusive<u32> = 4..=16;

impl Flips {
    pub(super) fn new(flip: &Flip, length: Option<u64>, seed: u64) -> Self {
        let mut masks = Masks::new(seed);
        // From code, there may be more than the door lets in.
        let most = Flip::MAX as usize;
        let bounded = |count: u32| u64::from(count.min(Flip::MAX));
        let (positions, spare) = match (flip, length) {
            (Flip::At(positions), _) => (positions.iter().copied().take(most).collect(), None),
            (Flip::Bytes(count), Some(length)) => (within(&mut masks, bounded(*count), length), None),
            (Flip::Bytes(count), None) => (anywhere(&mut masks, bounded(*count)), Some(masks.next())),
        };
        let at = positions.into_iter().map(|position| (position, masks.next())).collect();
        Self { at, passed: 0, flipped: false, last: None, spare }
    }

    pub(super) fn has_flipped(&self) -> bool {
        self.flipped
    }

    /// The bytes that are kept.
    pub(super) fn held(&self) -> usize {
        self.last.as_ref().map_or(0, |(last, _)| last.len())
    }

    pub(super) fn push(&mut self, chunk: Bytes, out: &mut VecDeque<Bytes>) {
        let start = self.passed;
        self.passed += chunk.len() as u64;
        let mut chunk = if self.next_is_in() { self.flip(chunk, start) } else { chunk };
        out.extend(self.last.take().map(|(last, _)| last));
        if let Some(mask) = self.spare.filter(|_| !self.flipped && !chunk.is_empty()) {
            self.last = Some((chunk.split_off(chunk.len() - 1), mask));
        }
        if !chunk.is_empty() {
            out.push_back(chunk);
        }
    }

    /// The body is over; something has to have been flipped.
    pub(super) fn finish(&mut self, out: &mut VecDeque<Bytes>) {
        if let Some((last, mask)) = self.last.take() {
            self.flipped = true;
            out.push_back(last.iter().map(|byte| byte ^ mask).collect());
        }
    }

    /// The body failed before its end.
    pub(super) fn fail(&mut self, out: &mut VecDeque<Bytes>) {
        out.extend(self.last.take().map(|(last, _)| last));
    }

    fn next_is_in(&self) -> bool {
        self.at.front().is_some_and(|(position, _)| *position < self.passed)
    }

    fn flip(&mut self, chunk: Bytes, start: u64) -> Bytes {
        let mut chunk = BytesMut::from(chunk);
        while let Some((position, mask)) = self.at.pop_front_if(|(position, _)| *position < self.passed) {
            let at = usize::try_from(position - start).unwrap_or(usize::MAX);
            if let Some(byte) = chunk.get_mut(at) {
                *byte ^= mask;
                self.flipped = true;
            }
        }
        chunk.freeze()
    }
}

/// So many positions of a body, or all that it has.
fn within(masks: &mut Masks, count: u64, length: u64) -> BTreeSet<u64> {
    if count >= length {
        return (0..length).collect();
    }
    let mut found = BTreeSet::new();
    while (found.len() as u64) < count {
        found.insert(masks.below(length));
    }
    found
}

/// So many, far less than the largest window has.
fn anywhere(masks: &mut Masks, count: u64) -> BTreeSet<u64> {
    let mut found = BTreeSet::new();
    let windows = u64::from(WINDOWS.end() - WINDOWS.start()) + 1;
    while (found.len() as u64) < count {
        let window = u64::from(*WINDOWS.start()) + masks.below(windows);
        found.insert(masks.below(1 << window));
    }
    found
}

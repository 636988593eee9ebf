//! Bodies that end early.

use crate::spec::Truncate;
use bytes::Bytes;
use std::collections::VecDeque;

/// What comes through of a body.
#[derive(Debug)]
pub(super) enum Cut {
    /// So many bytes more. Whether that is less than the whole is known where
    /// the length is, and else shows when more comes.
    First { left: u64, is_less: bool },
    /// All but so many at its end, which are kept back until it shows.
    ButLast { held: VecDeque<Bytes>, bytes: u64, most: u64 },
}

impl Cut {
    /// After so many bytes, or below zero so many before the end.
    pub(super) fn new(after: i64, length: Option<u64>) -> Self {
        // From code, it may be more than the door lets in: what is kept back is bounded.
        let after = after.max(-Truncate::MAX_BEFORE_END);
        let kept = kept(after, length);
        match (kept, length) {
            (Some(left), Some(length)) => Self::First { left, is_less: left < length },
            (Some(left), None) => Self::First { left, is_less: false },
            (None, _) => Self::ButLast { held: VecDeque::new(), bytes: 0, most: after.unsigned_abs() },
        }
    }

    /// Whether nothing comes any more, and something should have.
    pub(super) fn is_through(&self) -> bool {
        matches!(self, Self::First { left: 0, is_less: true })
    }

    pub(super) fn held(&self) -> u64 {
        if let Self::ButLast { bytes, .. } = self { *bytes } else { 0 }
    }

    pub(super) fn push(&mut self, mut chunk: Bytes, out: &mut VecDeque<Bytes>) {
        match self {
            Self::First { left, is_less } => {
                let size = chunk.len() as u64;
                *is_less |= size > *left;
                chunk.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
                *left = left.saturating_sub(size);
                out.extend(Some(chunk).filter(|chunk| !chunk.is_empty()));
            }
            Self::ButLast { held, bytes, most } => {
                *bytes += chunk.len() as u64;
                held.push_back(chunk);
                while let Some(piece) = surplus(held, *bytes - (*bytes).min(*most)) {
                    *bytes -= piece.len() as u64;
                    out.push_back(piece);
                }
            }
        }
    }

    /// The body is over. Whether some of it is cut off.
    pub(super) fn finish(&mut self, out: &mut VecDeque<Bytes>) -> bool {
        match self {
            Self::First { .. } => self.is_through(),
            Self::ButLast { held, bytes, most } if bytes == most => {
                (*bytes, *held) = (0, VecDeque::new());
                true
            }
            Self::ButLast { .. } => {
                self.fail(out);
                false
            }
        }
    }

    /// The body failed before its end: what was kept is not what was to be cut off.
    pub(super) fn fail(&mut self, out: &mut VecDeque<Bytes>) {
        if let Self::ButLast { held, bytes, .. } = self {
            *bytes = 0;
            out.append(held);
        }
    }
}

/// How much of a body comes through; `None` where only its end tells.
pub(super) fn kept(after: i64, length: Option<u64>) -> Option<u64> {
    match u64::try_from(after) {
        Ok(after) => Some(length.map_or(after, |length| length.min(after))),
        // What is shorter stays whole.
        Err(_) => length.map(|length| length.checked_sub(after.unsigned_abs()).unwrap_or(length)),
    }
}

/// The first piece of what is held, as far as it is too much.
fn surplus(held: &mut VecDeque<Bytes>, bytes: u64) -> Option<Bytes> {
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    if bytes == 0 {
        return None;
    }
    let first = held.front_mut()?;
    if first.len() > bytes { Some(first.split_to(bytes)) } else { held.pop_front() }
}

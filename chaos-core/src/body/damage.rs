//! What damage makes of a body: chunks in, pieces out.

use super::Died;
use super::cut::Cut;
use super::flips::Flips;
use super::length::{Length, Told};
use super::masks::Masks;
use crate::decide::NoEffect;
use crate::spec::{CorruptFault, Ending, Truncate};
use bytes::Bytes;
use std::collections::VecDeque;

/// The damage of one body. Which bytes come out depends on fault, seed, length
/// and body alone, not on how the body is cut into chunks.
#[derive(Debug)]
pub struct Damage {
    kind: Kind,
    out: VecDeque<Bytes>,
    /// What becomes of the length that the header tells.
    told: Told,
    /// So many bytes altogether are what the caller expects.
    expected: Option<u64>,
    handed: u64,
    over: bool,
    died: Option<Died>,
    changed: bool,
    /// Whether the caller was told of another length than the real body has.
    head: bool,
    released: bool,
    /// It came to no end of its own.
    failed: bool,
}

#[derive(Debug)]
enum Kind {
    Flip(Flips),
    Garbage(Masks),
    /// `None`: it ends properly.
    Cut(Cut, Option<Died>),
    /// More was promised than there is.
    Short,
    /// The rest comes as it is.
    Pass,
}

impl Damage {
    /// The damage that `fault` does to a body of this length; `seed` says what
    /// it leaves open.
    ///
    /// # Errors
    /// Why there is none: a body whose length nobody told cannot be of another,
    /// and members are changed in whole answers only.
    pub fn new(fault: &CorruptFault, length: Length, seed: u64) -> Result<Self, &'static str> {
        let exact = length.exact;
        let mut damage = match fault {
            CorruptFault::Flip(flip) => Self::of(Kind::Flip(Flips::new(flip, exact, seed)), Told::As, exact),
            CorruptFault::Garbage => Self::of(Kind::Garbage(Masks::new(seed)), Told::As, exact),
            CorruptFault::Truncate(truncate) => Self::truncate(*truncate, exact),
            CorruptFault::WrongLength(by) => Self::wrong_length(*by, length)?,
            CorruptFault::Members(_) => return Err("members are changed in whole answers only"),
        };
        damage.head = !matches!(damage.told, Told::As) && length != Length::default();
        // Who is told of another length does not get the answer as it is.
        let told = [length.told, length.exact].into_iter().flatten();
        damage.changed |= told.into_iter().any(|told| damage.told.of(told) != told);
        Ok(damage)
    }

    fn truncate(Truncate { after, by }: Truncate, exact: Option<u64>) -> Self {
        let (told, died) = match by {
            Ending::Close => (Told::As, Some(Died::Closed)),
            Ending::Reset => (Told::As, Some(Died::Reset)),
            Ending::End => (Told::Truncated(after), None),
        };
        Self::of(Kind::Cut(Cut::new(after, exact), died), told, exact)
    }

    fn wrong_length(by: i32, length: Length) -> Result<Self, &'static str> {
        let told = length.told.ok_or("the answer does not tell its length")?;
        let length = length.exact.unwrap_or(told);
        let told = Told::By(by);
        let kept = i64::try_from(told.of(length)).unwrap_or(i64::MAX);
        let kind = if by > 0 { Kind::Short } else { Kind::Cut(Cut::new(kept, Some(length)), None) };
        Ok(Self::of(kind, told, Some(length)))
    }

    fn of(kind: Kind, told: Told, length: Option<u64>) -> Self {
        let expected = length.map(|length| told.of(length));
        let mut this = Self {
            kind,
            out: VecDeque::new(),
            told,
            expected,
            handed: 0,
            over: false,
            died: None,
            changed: false,
            head: false,
            released: false,
            failed: false,
        };
        this.look();
        this
    }

    /// What the header `content-length` is to say, where it said `told`.
    pub fn content_length(&self, told: u64) -> u64 {
        self.told.of(told)
    }

    /// Takes in the body's next chunk. What comes after [`is_over`](Self::is_over)
    /// is lost.
    pub fn push(&mut self, chunk: Bytes) {
        if self.over || chunk.is_empty() {
            return;
        }
        match &mut self.kind {
            Kind::Flip(flips) => flips.push(chunk, &mut self.out),
            Kind::Garbage(masks) => self.out.push_back(masks.garble(chunk)),
            Kind::Cut(cut, _) => cut.push(chunk, &mut self.out),
            Kind::Short | Kind::Pass => self.out.push_back(chunk),
        }
        self.look();
    }

    /// The fault is no longer in force: what has not struck yet never does. What
    /// follows from a head that the caller has already (another length) is done
    /// to its end.
    pub fn release(&mut self) {
        if self.over || self.head {
            return;
        }
        self.released = true;
        match std::mem::replace(&mut self.kind, Kind::Pass) {
            Kind::Flip(mut flips) => flips.fail(&mut self.out),
            Kind::Cut(mut cut, _) => cut.fail(&mut self.out),
            Kind::Garbage(_) | Kind::Short | Kind::Pass => {}
        }
    }

    /// The body has come to its end.
    pub fn finish(&mut self) {
        if self.over {
            return;
        }
        self.over = true;
        match &mut self.kind {
            Kind::Flip(flips) => flips.finish(&mut self.out),
            Kind::Cut(cut, died) => {
                if cut.finish(&mut self.out) {
                    (self.changed, self.died) = (true, *died);
                }
            }
            Kind::Short => (self.changed, self.died) = (true, Some(Died::Closed)),
            Kind::Garbage(_) | Kind::Pass => {}
        }
        self.look();
    }

    /// The body has failed by itself: what came of it comes through.
    pub fn fail(&mut self) {
        if self.over {
            return;
        }
        (self.over, self.failed) = (true, true);
        match &mut self.kind {
            Kind::Flip(flips) => flips.fail(&mut self.out),
            Kind::Cut(cut, _) => cut.fail(&mut self.out),
            Kind::Garbage(_) | Kind::Short | Kind::Pass => {}
        }
        self.look();
    }

    /// The next piece that the caller gets.
    pub fn piece(&mut self) -> Option<Bytes> {
        let piece = self.out.pop_front()?;
        self.handed += piece.len() as u64;
        Some(piece)
    }

    /// Whether nothing is taken in any more; pieces may be left.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// How it ended once it is over, after the last piece; `None`: properly.
    pub fn died(&self) -> Option<Died> {
        self.died
    }

    /// Why the caller got nothing but the real body, where it gets no more of it;
    /// `None` where something of it was changed.
    pub fn without_effect(&self) -> Option<NoEffect> {
        let is_read = self.over || self.left() == Some(0);
        match () {
            () if self.changed => None,
            () if self.released => Some(NoEffect::Over),
            () if self.failed => Some("the body broke off by itself before the damage".into()),
            () if is_read && self.handed == 0 && self.out.is_empty() => {
                Some("the body of the answer is empty".into())
            }
            () if is_read => Some("the body of the answer is too short for the damage".into()),
            () => Some("the body of the answer was not read as far as the damage".into()),
        }
    }

    /// Whether the end of the body now would be the end for the caller.
    pub fn is_drained(&self) -> bool {
        let holds = match &self.kind {
            Kind::Flip(flips) => flips.held() > 0,
            Kind::Cut(cut, _) => cut.held() > 0,
            Kind::Short => !self.over,
            Kind::Garbage(_) | Kind::Pass => false,
        };
        self.out.is_empty() && !holds
    }

    /// How many bytes are still to come, where the caller's HTTP client would
    /// say so: as it was told, true or not.
    pub fn left(&self) -> Option<u64> {
        self.expected.map(|expected| expected.saturating_sub(self.handed))
    }

    /// Sees what the last step changed.
    fn look(&mut self) {
        match &self.kind {
            Kind::Flip(flips) => self.changed |= flips.has_flipped(),
            Kind::Garbage(_) => self.changed |= !self.out.is_empty(),
            Kind::Cut(cut, died) if cut.is_through() => {
                (self.over, self.changed, self.died) = (true, true, *died);
            }
            Kind::Cut(..) | Kind::Short | Kind::Pass => {}
        }
    }
}

//! Damage around a body.

use super::{BoxError, Damage, MakeError};
use crate::Chaos;
use crate::decide::Fired;
use crate::handle::InForce;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A body that comes damaged. Trailers come through where the body comes to its
/// own end, an error of its own does too. Polled after its end it has nothing.
pub struct Damaged<B> {
    /// `None` once nothing more is wanted of it, so that what is left unread is
    /// given up as the caller's client would.
    inner: Option<B>,
    damage: Damage,
    /// What comes after the last piece.
    last: Option<Result<Frame<Bytes>, BoxError>>,
    error: MakeError,
    /// What it is done in the name of, where anybody said so.
    in_force: Option<InForce>,
}

impl<B> Damaged<B> {
    /// `inner`, damaged; a death in the middle is told by `error`.
    pub fn new(inner: B, damage: Damage, error: MakeError) -> Self {
        let mut this = Self { inner: Some(inner), damage, last: None, error, in_force: None };
        this.close_if_over();
        this
    }

    /// Only while `specs` are in force: what has not struck by then never does,
    /// see [`Damage::release`]. Where nothing of the body was changed when it ends
    /// or is dropped, [`Chaos::without_effect`] is told.
    #[must_use]
    pub fn while_in_force(mut self, chaos: &Chaos, specs: Fired) -> Self {
        self.in_force = Some(chaos.watch(specs));
        self
    }

    /// Says once whether something came of it, as far as the body was read.
    fn tell(&mut self) {
        if let (Some(in_force), Some(why)) = (self.in_force.take(), self.damage.without_effect()) {
            in_force.without_effect(why);
        }
    }

    fn close_if_over(&mut self) {
        if !self.damage.is_over() {
            return;
        }
        self.inner = None;
        if let Some(died) = self.damage.died() {
            self.last = Some(Err((self.error)(died)));
        }
        self.tell();
    }
}

impl<B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin> Damaged<B> {
    /// Takes in what comes from within.
    fn take_in(&mut self, frame: Option<Result<Frame<Bytes>, B::Error>>) {
        if self.in_force.as_mut().is_some_and(|in_force| !in_force.lasts()) {
            self.damage.release();
        }
        match frame.map(|frame| frame.map(Frame::into_data)) {
            Some(Ok(Ok(chunk))) => self.damage.push(chunk),
            Some(Ok(Err(trailers))) => {
                self.damage.finish();
                self.last = Some(Ok(trailers));
            }
            Some(Err(error)) => {
                self.damage.fail();
                (self.inner, self.last) = (None, Some(Err(error.into())));
            }
            None => self.damage.finish(),
        }
        self.close_if_over();
    }
}

impl<B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin> Body for Damaged<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        loop {
            if let Some(piece) = self.damage.piece() {
                return Poll::Ready(Some(Ok(Frame::data(piece))));
            }
            let Some(inner) = &mut self.inner else { return Poll::Ready(self.last.take()) };
            let frame = ready!(Pin::new(inner).poll_frame(context));
            self.take_in(frame);
        }
    }

    fn is_end_stream(&self) -> bool {
        let ended = self.inner.as_ref().is_none_or(Body::is_end_stream);
        ended && self.last.is_none() && self.damage.is_drained()
    }

    fn size_hint(&self) -> SizeHint {
        match self.damage.left() {
            _ if self.is_end_stream() => SizeHint::with_exact(0),
            Some(left) => SizeHint::with_exact(left),
            None => SizeHint::default(),
        }
    }
}

impl<B> Drop for Damaged<B> {
    fn drop(&mut self) {
        self.tell();
    }
}

impl<B> fmt::Debug for Damaged<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Damaged").field("damage", &self.damage).finish_non_exhaustive()
    }
}

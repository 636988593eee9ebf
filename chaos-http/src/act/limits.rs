//! For how long a caller is willing to wait.

use crate::adapter::Timeouts;
use reqwest::Request;
use std::time::Duration;

/// The timeouts of one request, from the start of the attempt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// `None` where nobody told.
    connect: Option<Option<Duration>>,
    pub(super) total: Option<Duration>,
    pub(super) read: Option<Duration>,
}

impl Limits {
    pub(super) fn of(request: &Request, told: Option<Timeouts>) -> Self {
        let total = request.timeout().copied();
        Self {
            connect: told.map(|told| told.connect),
            total: total.or(told.and_then(|told| told.total)),
            read: told.and_then(|told| told.read),
        }
    }

    /// The time within which the answer has to begin.
    pub(super) fn head(&self) -> Option<Duration> {
        self.total.into_iter().chain(self.read).min()
    }

    /// Whether another timeout ends a connection in the making before its own
    /// does; a client that is not known is taken to have one of its own.
    pub(super) fn end_connecting(&self) -> bool {
        let Some(head) = self.head() else { return false };
        self.connect.is_some_and(|connect| connect.is_none_or(|connect| head <= connect))
    }
}

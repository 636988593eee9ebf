//! Counting how attempts end: by host and method, for paths have no bounds.

use crate::context::Call;
use chaos_core::{Chaos, Ended};
use reqwest::{Method, Response};

/// One attempt under way. It is counted when this is dropped, so an attempt
/// that the application gives up counts too, as failed.
pub(crate) struct Watch {
    chaos: Chaos,
    host: Box<str>,
    method: Method,
    ended: Ended,
}

impl Watch {
    pub(crate) fn new(chaos: &Chaos, call: &Call<'_>) -> Self {
        let (host, method) = (call.host().into(), call.method().clone());
        Self { chaos: chaos.clone(), host, method, ended: Ended::Failed }
    }

    /// However it ends, it was hit.
    pub(crate) fn injected(mut self) -> Self {
        self.ended = Ended::Injected;
        self
    }

    /// Takes down whether the answer is a success: redirects are no failures.
    pub(crate) fn ended(mut self, answer: &reqwest_middleware::Result<Response>) {
        let success = |answer: &Response| answer.status().is_success() || answer.status().is_redirection();
        if self.ended == Ended::Failed && answer.as_ref().is_ok_and(success) {
            self.ended = Ended::Passed;
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.chaos.observe(&self.host, self.method.as_str(), self.ended);
    }
}

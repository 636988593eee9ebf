//! Counting how attempts end: by host and method, for paths have no bounds.

use crate::context::Call;
use chaos_core::decide::Fired;
use chaos_core::{Chaos, Ended};
use reqwest::{Method, Response};

/// One attempt under way. It is counted when this is dropped, so an attempt
/// that the application gives up counts too, as failed.
pub(crate) struct Watch {
    chaos: Chaos,
    host: Box<str>,
    method: Method,
    ended: Ended,
    /// By what it was hit, if so.
    hit: Option<Fired>,
}

impl Watch {
    pub(crate) fn new(chaos: &Chaos, call: &Call<'_>) -> Self {
        let (host, method) = (call.host().into(), call.method().clone());
        Self { chaos: chaos.clone(), host, method, ended: Ended::Failed, hit: None }
    }

    /// However it ends, it was hit, unless nothing comes of that.
    pub(crate) fn hit_by(mut self, specs: &Fired) -> Self {
        self.hit = Some(specs.clone());
        self
    }

    /// Takes down whether the answer is a success: redirects are no failures.
    pub(crate) fn ended(mut self, answer: &reqwest_middleware::Result<Response>) {
        let success = |answer: &Response| answer.status().is_success() || answer.status().is_redirection();
        if answer.as_ref().is_ok_and(success) {
            self.ended = Ended::Passed;
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let method = self.method.as_str();
        match &self.hit {
            Some(specs) => self.chaos.observe_hit(&self.host, method, specs, self.ended == Ended::Passed),
            None => self.chaos.observe(&self.host, method, self.ended),
        }
    }
}

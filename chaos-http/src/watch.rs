//! Counting how attempts end: by host and method, for paths have no bounds.

use crate::context::{Call, Try};
use chaos_core::decide::Fired;
use chaos_core::{Chaos, Observed};
use reqwest::{Method, Response};
use std::hash::{DefaultHasher, Hash, Hasher};

/// One attempt under way. It is counted when this is dropped, so an attempt
/// that the application gives up counts too, as failed.
pub(crate) struct Watch {
    chaos: Chaos,
    host: Box<str>,
    method: Method,
    attempt: Try,
    was_success: bool,
    /// By what it was hit, if so.
    hit: Option<Fired>,
}

impl Watch {
    pub(crate) fn new(chaos: &Chaos, call: &Call<'_>) -> Self {
        let (host, method, attempt) = (call.host().into(), call.method().clone(), call.attempt());
        let watch = Self { chaos: chaos.clone(), host, method, attempt, was_success: false, hit: None };
        if attempt.number > 1 {
            chaos.observe_retry(watch.key());
        }
        watch
    }

    /// However it ends, it was hit, unless nothing comes of that.
    pub(crate) fn hit_by(mut self, specs: &Fired) -> Self {
        self.hit = Some(specs.clone());
        self
    }

    /// Takes down whether the answer is a success: redirects are no failures.
    pub(crate) fn ended(mut self, answer: &reqwest_middleware::Result<Response>) {
        let success = |answer: &Response| answer.status().is_success() || answer.status().is_redirection();
        self.was_success = answer.as_ref().is_ok_and(success);
    }

    /// What the call's attempts have in common.
    fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.attempt.call.hash(&mut hasher);
        hasher.finish()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let attempt = Observed {
            service: &self.host,
            operation: self.method.as_str(),
            call: Some(self.key()),
            hit: self.hit.as_ref(),
        };
        self.chaos.observe(&attempt, self.was_success);
    }
}

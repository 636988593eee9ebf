//! Counting how attempts end: by host and method, for paths have no bounds.

use crate::context::{Call, Try};
use chaos_core::decide::Injection;
use chaos_core::{Chaos, Ended, Observed};
use reqwest::{Method, Response};
use std::hash::{DefaultHasher, Hash, Hasher};

/// One attempt under way. It is counted when this is dropped, so an attempt
/// that the application gives up counts too, as failed.
pub(crate) struct Watch {
    chaos: Chaos,
    host: Box<str>,
    method: Method,
    attempt: Try,
    damaged: bool,
    ended: Ended,
}

impl Watch {
    pub(crate) fn new(chaos: &Chaos, call: &Call<'_>) -> Self {
        let (host, method, attempt) = (call.host().into(), call.method().clone(), call.attempt());
        let ended = Ended { passed: false, injected: false };
        let watch = Self { chaos: chaos.clone(), host, method, attempt, damaged: false, ended };
        if attempt.number > 1 {
            chaos.observe_retry(watch.key());
        }
        watch
    }

    /// It was hit, however it ends. A damaged answer is none, whatever its status says.
    pub(crate) fn hit_by(mut self, injection: &Injection) -> Self {
        self.ended.injected = true;
        self.damaged = injection.effect.damages();
        self
    }

    /// Takes down whether the answer is a success: redirects are no failures.
    pub(crate) fn ended(mut self, answer: &reqwest_middleware::Result<Response>) {
        let success = |answer: &Response| answer.status().is_success() || answer.status().is_redirection();
        self.ended.passed = answer.as_ref().is_ok_and(success) && !self.damaged;
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
        let attempt =
            Observed { service: &self.host, operation: self.method.as_str(), call: Some(self.key()) };
        self.chaos.observe(&attempt, self.ended);
    }
}

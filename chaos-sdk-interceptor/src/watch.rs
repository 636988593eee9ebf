//! Counting how attempts end.

use aws_smithy_runtime_api::client::http::HttpConnectorFuture;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use chaos_core::decide::Fired;
use chaos_core::{Chaos, Ended};
use smallvec::SmallVec;

/// Holds the names of services and operations without a word to the allocator.
type Name = SmallVec<[u8; 36]>;

/// One attempt under way. It is counted when this is dropped, so an attempt
/// that the SDK or the application gives up counts too, as failed.
#[derive(Debug)]
pub(crate) struct Watch {
    chaos: Chaos,
    service: Name,
    operation: Name,
    ended: Ended,
    /// By what it was hit, if so.
    hit: Option<Fired>,
}

impl Watch {
    pub(crate) fn new(chaos: &Chaos, service: &str, operation: Option<&str>) -> Self {
        Self {
            chaos: chaos.clone(),
            service: Name::from_slice(service.as_bytes()),
            operation: Name::from_slice(operation.unwrap_or_default().as_bytes()),
            ended: Ended::Failed,
            hit: None,
        }
    }

    /// However it ends, it was hit, unless nothing comes of that.
    pub(crate) fn hit_by(mut self, specs: &Fired) -> Self {
        self.hit = Some(specs.clone());
        self
    }

    /// Waits for the answer, and takes down whether it was a success.
    pub(crate) async fn until(mut self, answer: HttpConnectorFuture) -> Result<HttpResponse, ConnectorError> {
        let answer = answer.await;
        if answer.as_ref().is_ok_and(|answer| answer.status().is_success()) {
            self.ended = Ended::Passed;
        }
        answer
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let text = |name| std::str::from_utf8(name).unwrap_or_default();
        let (service, operation) = (text(&self.service), text(&self.operation));
        match &self.hit {
            Some(specs) => self.chaos.observe_hit(service, operation, specs, self.ended == Ended::Passed),
            None => self.chaos.observe(service, operation, self.ended),
        }
    }
}

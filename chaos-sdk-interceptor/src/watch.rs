//! Counting how attempts end.

use aws_smithy_runtime_api::client::http::HttpConnectorFuture;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
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
}

impl Watch {
    pub(crate) fn new(chaos: &Chaos, service: &str, operation: Option<&str>) -> Self {
        Self {
            chaos: chaos.clone(),
            service: Name::from_slice(service.as_bytes()),
            operation: Name::from_slice(operation.unwrap_or_default().as_bytes()),
            ended: Ended::Failed,
        }
    }

    /// However it ends, it was hit.
    pub(crate) fn injected(mut self) -> Self {
        self.ended = Ended::Injected;
        self
    }

    /// Waits for the answer, and takes down whether it was a success.
    pub(crate) async fn until(mut self, answer: HttpConnectorFuture) -> Result<HttpResponse, ConnectorError> {
        let answer = answer.await;
        if self.ended == Ended::Failed && answer.as_ref().is_ok_and(|answer| answer.status().is_success()) {
            self.ended = Ended::Passed;
        }
        answer
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let text = |name| std::str::from_utf8(name).unwrap_or_default();
        self.chaos.observe(text(&self.service), text(&self.operation), self.ended);
    }
}

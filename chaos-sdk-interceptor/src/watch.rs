//! Counting how attempts end.

use crate::context::Tries;
use aws_smithy_runtime_api::client::http::HttpConnectorFuture;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use chaos_core::decide::Injection;
use chaos_core::{Chaos, Ended, Observed, call_key};
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
    call: Option<u64>,
    damaged: bool,
    ended: Ended,
}

impl Watch {
    pub(crate) fn new(
        chaos: &Chaos,
        request: &HttpRequest,
        service: Option<&str>,
        operation: Option<&str>,
    ) -> Self {
        let call = request.headers().get("amz-sdk-invocation-id").map(call_key);
        let tries = Tries::of(request);
        if let (Some(call), 2..) = (call, tries.attempt) {
            chaos.observe_retry(call);
        }
        Self {
            chaos: chaos.clone(),
            service: Name::from_slice(service.unwrap_or_default().as_bytes()),
            operation: Name::from_slice(operation.unwrap_or_default().as_bytes()),
            // No retry follows the last one: nothing to remember.
            call: call.filter(|_| !tries.is_last()),
            damaged: false,
            ended: Ended { passed: false, injected: false },
        }
    }

    /// It was hit, however it ends. A damaged answer is none, whatever its status says.
    pub(crate) fn hit_by(mut self, injection: &Injection) -> Self {
        self.ended.injected = true;
        self.damaged = injection.effect.damages();
        self
    }

    /// Waits for the answer, and takes down whether it was a success.
    pub(crate) async fn until(mut self, answer: HttpConnectorFuture) -> Result<HttpResponse, ConnectorError> {
        let answer = answer.await;
        let success = answer.as_ref().is_ok_and(|answer| answer.status().is_success());
        self.ended.passed = success && !self.damaged;
        answer
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let text = |name| std::str::from_utf8(name).unwrap_or_default();
        let (service, operation) = (text(&self.service), text(&self.operation));
        let attempt = Observed { service, operation, call: self.call };
        self.chaos.observe(&attempt, self.ended);
    }
}

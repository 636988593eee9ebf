//! Counting how attempts end.

use crate::context::Tries;
use aws_smithy_runtime_api::client::http::HttpConnectorFuture;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use chaos_core::decide::Fired;
use chaos_core::{Chaos, Observed, call_key};
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
    was_success: bool,
    /// By what it was hit, if so.
    hit: Option<Fired>,
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
            was_success: false,
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
        self.was_success = answer.as_ref().is_ok_and(|answer| answer.status().is_success());
        answer
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let text = |name| std::str::from_utf8(name).unwrap_or_default();
        let (service, operation) = (text(&self.service), text(&self.operation));
        let attempt = Observed { service, operation, call: self.call, hit: self.hit.as_ref() };
        self.chaos.observe(&attempt, self.was_success);
    }
}

//! One attempt: looked at, decided upon, then acted or passed on.

use crate::act::{Hit, Signer};
use crate::context::Call;
use crate::guard::Guard;
use crate::watch::Watch;
use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use chaos_core::Chaos;
use chaos_core::context::Exempt;
use chaos_core::decide::Decision;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What all connectors of one client have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) chaos: Chaos,
    guard: Guard,
    /// Some request did not name its operation: REST protocols do not.
    nameless: AtomicBool,
}

impl Shared {
    pub(crate) fn new(chaos: &Chaos, guard: Guard) -> Self {
        Self { chaos: chaos.clone(), guard, nameless: AtomicBool::new(false) }
    }

    /// Whether requests that are only counted will name their operations
    /// themselves, so that the interceptors need not be asked: that costs more
    /// than all the rest of counting.
    pub(crate) fn requests_tell(&self) -> bool {
        !self.chaos.is_live() && !self.nameless.load(Ordering::Relaxed)
    }
}

/// Put into a request's extensions by the outermost decorator: those within
/// pass it on. The SDK clears extensions before each retry. Costs the inner
/// connector an allocation, for its own extensions no longer fit; so it is left
/// out where no decorator can be within.
#[derive(Clone, Copy, Debug)]
struct Seen;

/// The connector of one operation and one choice of timeouts.
#[derive(Debug)]
pub(crate) struct ChaosConnector {
    pub(crate) inner: SharedHttpConnector,
    innermost: bool,
    pub(crate) shared: Arc<Shared>,
    pub(crate) operation: Option<&'static str>,
    pub(crate) read_timeout: Option<Duration>,
    pub(crate) sleep: Option<SharedAsyncSleep>,
    /// Where some spec might need requests signed anew.
    pub(crate) signer: Option<Arc<Signer>>,
}

impl ChaosConnector {
    /// `innermost` says for certain that `inner` holds no decorator of ours.
    pub(crate) fn new(
        inner: SharedHttpConnector,
        innermost: bool,
        shared: Arc<Shared>,
        operation: Option<&'static str>,
        settings: &HttpConnectorSettings,
        sleep: Option<SharedAsyncSleep>,
    ) -> Self {
        // The connect timeout is of no concern: connections are never slow
        // here. One that "is not made in time" fails without being waited for.
        let read_timeout = settings.read_timeout();
        Self { inner, innermost, shared, operation, read_timeout, sleep, signer: None }
    }

    /// The same, for one call only: with that call's credentials.
    pub(crate) fn signing(self, signer: Signer) -> Self {
        Self { signer: Some(Arc::new(signer)), ..self }
    }

    /// What is to be done with an attempt, and by whom its end is counted.
    fn decide(&self, request: &HttpRequest) -> (Option<Hit>, Option<Watch>) {
        let chaos = &self.shared.chaos;
        let call = Call::new(request, self.operation).that_can_sign(self.signer.is_some());
        let service = call.service;
        if let Some(reason) = self.shared.guard.refuses(service, &call.uri) {
            tracing::trace!(target: "chaos", service, host = call.uri.host, "{reason}");
            return (None, None);
        }
        let operation = call.operation;
        if operation.is_none() {
            self.shared.nameless.store(true, Ordering::Relaxed);
        }
        let watch = chaos.is_observing().then(|| Watch::new(chaos, request, service, operation));
        // Where attempts are counted, many come here that no spec is about.
        if watch.is_some() && !chaos.may_match(operation) {
            return (None, watch);
        }
        match chaos.decide(&call.context()) {
            Decision::Inject(injection) => (Some(Hit::new(self, injection, call.into_batch())), watch),
            Decision::Skip(_) => (None, watch),
        }
    }
}

impl HttpConnector for ChaosConnector {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        if request.extension::<Seen>().is_some() || request.extension::<Exempt>().is_some() {
            return self.inner.call(request);
        }
        if !self.innermost {
            request.add_extension(Seen);
        }
        let (hit, watch) = self.decide(&request);
        let watch = match &hit {
            Some(hit) => watch.map(|watch| watch.hit_by(hit.specs())),
            None => watch,
        };
        let answer = match hit {
            Some(hit) => HttpConnectorFuture::new(hit.run(request)),
            None => self.inner.call(request),
        };
        match watch {
            Some(watch) => HttpConnectorFuture::new(watch.until(answer)),
            None => answer,
        }
    }
}

//! Acting out what was decided: wait, then fail or pass.

mod body;
mod body_error;
mod body_members;
mod hold;
mod network;
mod partial;
mod resign;
mod status;

use crate::connector::ChaosConnector;
use crate::context::{Call, service_of};
use crate::protocol::speech;
use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use chaos_core::Chaos;
use chaos_core::caps::MAX_DELAY;
use chaos_core::decide::{Fired, Injection, NoEffect, Permit};
use chaos_core::effect::{Answer, Effect, NamedError, PillAnswer};
use chaos_core::partial::Batch;
use chaos_core::spec::{CorruptFault, FaultSpec, NetworkFault};
use chaos_core::wire;
use hold::{Held, is_streamed};
pub(crate) use partial::{batch, can_fail_partly};
pub(crate) use resign::Signer;
use std::sync::Arc;
use std::time::Duration;

type Ended = Result<HttpResponse, ConnectorError>;

/// One attempt that is hit, and all that it takes.
pub(crate) struct Hit {
    chaos: Chaos,
    inner: SharedHttpConnector,
    sleep: Option<SharedAsyncSleep>,
    read_timeout: Option<Duration>,
    /// How long the attempt was held up so far.
    waited: Duration,
    /// The operation, as the interceptors tell it.
    operation: Option<&'static str>,
    signer: Option<Arc<Signer>>,
    /// The request's entries, where some are to fail.
    batch: Option<Batch>,
    effect: Effect,
    specs: Fired,
    permit: Permit,
}

impl Hit {
    pub(crate) fn new(connector: &ChaosConnector, mut injection: Injection, batch: Option<Batch>) -> Self {
        Self {
            chaos: connector.shared.chaos.clone(),
            inner: connector.inner.clone(),
            sleep: connector.sleep.clone(),
            read_timeout: connector.read_timeout,
            waited: Duration::ZERO,
            operation: connector.operation,
            signer: connector.signer.clone(),
            batch,
            effect: std::mem::take(&mut injection.effect),
            specs: std::mem::take(&mut injection.specs),
            permit: injection.into_permit(),
        }
    }

    pub(crate) async fn run(mut self, mut request: HttpRequest) -> Ended {
        pretend_connected(&request);
        if let (Some(delay), None, true) = (self.effect.delay, &self.effect.outcome, is_streamed(&request)) {
            return self.answer_late(request, delay).await;
        }
        if let Some(delay) = self.effect.delay
            && let Held::Released = self.hold(&mut request, delay, says_latency).await?
        {
            return self.release(request).await;
        }
        match self.effect.outcome.take() {
            Some(answer) => self.fail(&answer, request).await,
            None => self.pass_late(request).await,
        }
    }

    async fn fail(mut self, answer: &Answer, mut request: HttpRequest) -> Ended {
        let name = self.name_of(says_outcome);
        match answer {
            Answer::Error(error) => self.error(error, &request),
            Answer::Pill(pills) => self.pill(pills, &request),
            Answer::Status(fault) => status::response(fault, &self.request_id()),
            Answer::Partial(partial) => self.fail_partly(partial, request).await,
            Answer::Corrupt(CorruptFault::Members(members)) => self.edit(members, request).await,
            Answer::Corrupt(damage) => self.damage(damage, request).await,
            Answer::SlowBody(slow) => self.slow_down(*slow, request).await,
            Answer::Network(NetworkFault::DnsFailure) => Err(network::unresolved(&name)),
            Answer::Network(NetworkFault::Timeout) => Err(network::connect_timeout(&name)),
            Answer::Network(NetworkFault::ConnectionRefused) => Err(network::refused(&name)),
            Answer::Network(NetworkFault::ConnectionReset) => Err(network::reset(&name)),
            Answer::Network(NetworkFault::ResponseLost) => {
                let answer = self.call(request).await?;
                match self.is_in_force() {
                    true => Err(network::reset(&name)),
                    false => self.without_effect(NoEffect::Over, answer),
                }
            }
            Answer::Network(NetworkFault::Hang) => {
                match self.hold(&mut request, MAX_DELAY, says_outcome).await? {
                    Held::Through => Err(network::no_answer(&name, MAX_DELAY)),
                    Held::Released => self.release(request).await,
                }
            }
        }
    }

    /// The service's own error, as its client reads it.
    fn error(&self, error: &NamedError, request: &HttpRequest) -> Ended {
        let service = service_of(request);
        // Unreachable otherwise: what cannot be made was not chosen.
        let error = error.for_service(service).map_err(|why| ConnectorError::user(why.into()))?;
        status::answer(wire::error(&error, &speech(request, service), &self.request_id()))
    }

    /// A recorded answer.
    fn pill(&self, pills: &PillAnswer, request: &HttpRequest) -> Ended {
        let call = Call::new(request, self.operation);
        let of = (call.service, call.operation);
        let speech = speech(request, call.service);
        let encoded = pills.encode(self.effect.choice, of, &speech, &self.request_id());
        // Unreachable otherwise: what cannot be played was not chosen.
        status::answer(encoded.map_err(|why| ConnectorError::user(why.into()))?)
    }

    /// The answer as it is, and a word that nothing came of the fault.
    fn without_effect(&self, why: impl Into<NoEffect>, answer: HttpResponse) -> Ended {
        self.chaos.without_effect(&self.specs, why);
        Ok(answer)
    }

    /// The specs that hit it.
    pub(crate) fn specs(&self) -> &Fired {
        &self.specs
    }

    /// The real call, as if nothing had been.
    async fn release(self, request: HttpRequest) -> Ended {
        let Self { inner, permit, .. } = self;
        drop(permit);
        inner.call(request).await
    }

    fn name_of(&self, has_a_part: fn(&FaultSpec) -> bool) -> Arc<str> {
        let spec = self.specs.iter().find(|spec| has_a_part(&spec.spec));
        spec.map_or_else(|| Arc::from(""), |spec| Arc::clone(&spec.full_name))
    }

    /// What an injected answer is recognised by.
    fn request_id(&self) -> String {
        let spec = self.specs.iter().find(|spec| says_outcome(&spec.spec));
        format!("chaos-{}", spec.map_or("", |spec| spec.spec.id.as_str()))
    }
}

// Of several specs that fired, the first with a delay gave the delay, and the
// first with an outcome the outcome.
fn says_latency(spec: &FaultSpec) -> bool {
    spec.fault.latency.is_some()
}

fn says_outcome(spec: &FaultSpec) -> bool {
    spec.fault.outcome.is_some()
}

/// After a transient failure the SDK closes the connection that it came over,
/// and logs an error if there was none.
fn pretend_connected(request: &HttpRequest) {
    if let Some(capture) = request.extension::<CaptureSmithyConnection>() {
        capture.set_connection_retriever(|| {
            Some(ConnectionMetadata::builder().proxied(false).poison_fn(|| ()).build())
        });
    }
}

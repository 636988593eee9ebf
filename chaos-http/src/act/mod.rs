//! Acting out what was decided: wait, then fail or pass.

mod body;
mod hold;
mod limits;
mod status;

use crate::middleware::Shared;
use chaos_core::caps::MAX_DELAY;
use chaos_core::decide::{Fired, Injection, NoEffect, Permit};
use chaos_core::effect::{Answer, Effect};
use chaos_core::spec::NetworkFault;
use hold::Held;
use http::Extensions;
use limits::Limits;
use reqwest::{Request, Response, Url};
use reqwest_middleware::{Error, Next, Result};
use std::sync::Arc;
use std::time::Duration;

/// One attempt that is hit, and all that it takes.
pub(crate) struct Hit<'a> {
    shared: &'a Arc<Shared>,
    limits: Limits,
    url: Url,
    /// How long the attempt was held up so far.
    waited: Duration,
    effect: Effect,
    specs: Fired,
    permit: Permit,
}

impl<'a> Hit<'a> {
    pub(crate) fn new(shared: &'a Arc<Shared>, mut injection: Injection, request: &Request) -> Self {
        Self {
            shared,
            limits: Limits::of(request, shared.timeouts),
            url: request.url().clone(),
            waited: Duration::ZERO,
            effect: std::mem::take(&mut injection.effect),
            specs: std::mem::take(&mut injection.specs),
            permit: injection.into_permit(),
        }
    }

    pub(crate) async fn run(
        mut self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        if let Some(delay) = self.effect.delay {
            match self.hold(delay).await {
                Held::Through => {}
                Held::Released => return self.release(request, extensions, next).await,
                Held::GivenUp => return Err(self.timed_out().await),
            }
        }
        match self.effect.outcome.take() {
            Some(answer) => self.fail(&answer, request, extensions, next).await,
            None => self.pass_late(request, extensions, next).await,
        }
    }

    async fn fail(
        mut self,
        answer: &Answer,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        let genuine = &self.shared.genuine;
        match answer {
            Answer::Status(fault) => status::response(fault, &request, &self.request_id()),
            Answer::Network(NetworkFault::Timeout) => Err(self.not_connected_in_time().await),
            Answer::Network(NetworkFault::ConnectionRefused) => Err(genuine.refused(self.url).await),
            Answer::Network(NetworkFault::ConnectionReset) => Err(genuine.reset(self.url).await),
            Answer::Network(NetworkFault::DnsFailure) => Err(genuine.unresolved(self.url).await),
            Answer::Network(NetworkFault::ResponseLost) => {
                // A call that fails by itself has no answer to be lost.
                let answer = self.call(request, extensions, next).await?;
                if !self.is_in_force() {
                    return self.without_effect(NoEffect::Over, answer);
                }
                drop(answer);
                Err(genuine.reset(self.url).await)
            }
            Answer::Network(NetworkFault::Hang) => match self.hold(MAX_DELAY).await {
                Held::Through | Held::GivenUp => Err(self.timed_out().await),
                Held::Released => self.release(request, extensions, next).await,
            },
            Answer::Corrupt(fault) => self.corrupt(fault, request, extensions, next).await,
            Answer::SlowBody(fault) => self.slow(*fault, request, extensions, next).await,
            // Unreachable: what cannot be made was not chosen.
            Answer::Error(_) | Answer::Pill(_) | Answer::Partial(_) => {
                self.release(request, extensions, next).await
            }
        }
    }

    /// The answer as it is, and a word that nothing came of the fault.
    fn without_effect(&self, why: impl Into<NoEffect>, answer: Response) -> Result<Response> {
        self.shared.chaos.without_effect(&self.specs, why);
        Ok(answer)
    }

    /// The real call, as if nothing had been.
    async fn release(
        self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        drop(self.permit);
        next.run(request, extensions).await
    }

    async fn timed_out(&self) -> Error {
        self.shared.genuine.timed_out(self.url.clone()).await
    }

    async fn not_connected_in_time(&self) -> Error {
        match self.limits.end_connecting() {
            true => self.timed_out().await,
            false => self.shared.genuine.connect_timed_out(self.url.clone()).await,
        }
    }

    /// What an injected answer is recognised by.
    fn request_id(&self) -> String {
        let spec = self.specs.iter().find(|spec| spec.spec.fault.outcome.is_some());
        format!("chaos-{}", spec.map_or("", |spec| spec.spec.id.as_str()))
    }
}

//! Around the invocations of a Lambda function, between which the process is frozen.

use super::Chaos;
use super::awake::{awake, unless};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tower_layer::Layer;
use tower_service::Service;

/// The longest that the end of an invocation waits, in time awake: for the poll
/// that is under way, once for each poll, and as long again for reports.
const LONGEST: Duration = Duration::from_millis(200);

impl Chaos {
    /// `handler`, for `lambda_runtime::run` and `lambda_http::run`, so that news
    /// of the table arrive however short its invocations are.
    ///
    /// Before an invocation the table is asked if that is due, and the handler
    /// begins without waiting for the answer; after it, before the response is
    /// sent, what is left of that poll is waited for, for at most 200 ms, and
    /// [`Chaos::flush`] is called. What is armed before an invocation begins, with
    /// the last poll longer ago than `CHAOS_POLL`, is in force in the next one.
    /// See [`Chaos::lambda_layer`] for the same without delaying responses.
    ///
    /// ```text
    /// lambda_runtime::run(chaos.lambda(service_fn(handler))).await
    /// ```
    ///
    /// Errors and panics of the handler pass untouched. Without `inject` this is
    /// `handler` itself.
    pub fn lambda<S>(&self, handler: S) -> LambdaService<S> {
        LambdaService { inner: handler, chaos: self.clone() }
    }

    /// As [`Chaos::lambda`], around the sending of the response too: what there is
    /// to wait for is waited for after the response was sent, and before the next
    /// event is asked for. It is billed, and nobody waits for it.
    ///
    /// ```text
    /// lambda_runtime::Runtime::new(service_fn(handler)).layer(chaos.lambda_layer()).run().await
    /// ```
    pub fn lambda_layer(&self) -> LambdaLayer {
        LambdaLayer(self.clone())
    }

    /// Waits until the table was asked for the first time, with whatever result,
    /// for at most `within`. Where no table is followed, this ends at once.
    ///
    /// Not needed: the first load begins when the handle is made, and calls before
    /// its end pass untouched. It is for processes of which the first call matters.
    pub async fn ready(&self, within: Duration) {
        #[cfg(feature = "table")]
        if let Some(pulse) = self.engine().and_then(|engine| engine.pulse())
            && tokio::runtime::Handle::try_current().is_ok()
        {
            pulse.heard(within).await;
        }
        #[cfg(not(feature = "table"))]
        let _ = within;
    }

    /// An invocation begins.
    fn begin(&self) {
        #[cfg(feature = "table")]
        if let Some(engine) = self.engine() {
            engine.look();
        }
    }

    /// An invocation ends, and the process may be frozen.
    async fn end(self) {
        #[cfg(feature = "table")]
        if let Some(pulse) = self.engine().and_then(|engine| engine.pulse()) {
            pulse.heard_once(LONGEST).await;
        }
        unless(self.flush(), awake(LONGEST)).await;
    }
}

/// A layer that makes [`LambdaService`]s: see [`Chaos::lambda_layer`].
#[derive(Clone, Debug)]
pub struct LambdaLayer(Chaos);

impl<S> Layer<S> for LambdaLayer {
    type Service = LambdaService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        self.0.lambda(inner)
    }
}

/// A handler whose invocations keep a handle up to date: see [`Chaos::lambda`].
#[derive(Clone, Debug)]
pub struct LambdaService<S> {
    inner: S,
    chaos: Chaos,
}

impl<R, S: Service<R>> Service<R> for LambdaService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = Invocation<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, event: R) -> Self::Future {
        self.chaos.begin();
        let end: After = match self.chaos.engine() {
            Some(_) => Box::pin(self.chaos.clone().end()),
            None => Box::pin(std::future::ready(())),
        };
        Invocation { work: Work::Handler(Box::pin(self.inner.call(event))), end }
    }
}

type After = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One invocation, and what is done at its end.
pub struct Invocation<F: Future> {
    work: Work<F>,
    end: After,
}

enum Work<F: Future> {
    Handler(Pin<Box<F>>),
    Done(Option<F::Output>),
}

impl<F: Future> fmt::Debug for Invocation<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Invocation")
    }
}

// Its futures are boxed, and what they come to is never pinned.
impl<F: Future> Unpin for Invocation<F> {}

impl<F: Future> Future for Invocation<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        if let Work::Handler(handler) = &mut self.work {
            let output = ready!(handler.as_mut().poll(context));
            // Here the handler is dropped, with all that it holds, before anything is waited for.
            self.work = Work::Done(Some(output));
        }
        ready!(self.end.as_mut().poll(context));
        match &mut self.work {
            Work::Done(output) => output.take().map_or(Poll::Pending, Poll::Ready),
            Work::Handler(_) => Poll::Pending,
        }
    }
}

//! What becomes of connections of our own client: the layer can let them fail
//! or wait; all else is left to what is underneath.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower::timeout::error::Elapsed;
use tower::{BoxError, Layer, Service};

tokio::task_local! {
    static HOW: Connecting;
}

/// What becomes of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) enum Connecting {
    /// It is made.
    Really,
    /// It is never made, and nobody says so.
    Never,
    /// It is not made in time: reqwest takes this for its own timeout.
    TimesOut,
    /// It fails.
    Fails(io::ErrorKind),
}

/// Runs `call`, whose connections become that. reqwest makes them in the task
/// that waits for them.
pub(super) async fn connecting<F: Future>(how: Connecting, call: F) -> F::Output {
    HOW.scope(how, call).await
}

#[derive(Clone, Copy, Debug)]
pub(super) struct FaultLayer;

impl<S> Layer<S> for FaultLayer {
    type Service = Faulty<S>;

    fn layer(&self, inner: S) -> Faulty<S> {
        Faulty(inner)
    }
}

#[derive(Clone, Debug)]
pub(super) struct Faulty<S>(S);

impl<S, R> Service<R> for Faulty<S>
where
    S: Service<R, Error = BoxError>,
    S::Future: Send + 'static,
    S::Response: 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        match HOW.try_with(|how| *how).unwrap_or(Connecting::Never) {
            Connecting::Really => Box::pin(self.0.call(request)),
            Connecting::Never => Box::pin(std::future::pending()),
            Connecting::TimesOut => Box::pin(async { Err(Elapsed::new().into()) }),
            Connecting::Fails(kind) => Box::pin(async move { Err(io::Error::from(kind).into()) }),
        }
    }
}

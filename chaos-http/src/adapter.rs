//! The line that users write: `client.chaos(&chaos)`.

use crate::middleware::ChaosMiddleware;
use chaos_core::Chaos;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use std::time::Duration;

/// What `.chaos(..)` takes: the handle, and what has to be told about a client
/// that it does not reveal.
///
/// ```
/// use chaos_http::{Adapter, Chaos, ChaosExt};
/// use std::time::Duration;
///
/// let chaos = Chaos::inert();
/// let limit = Duration::from_secs(2);
/// let client = reqwest::Client::builder().timeout(limit).build()?;
/// let client = client.chaos(Adapter::new(&chaos).timeouts(None, Some(limit), None));
/// # let _: reqwest_middleware::ClientWithMiddleware = client;
/// # Ok::<(), reqwest::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Adapter {
    pub(crate) chaos: Chaos,
    pub(crate) timeouts: Option<Timeouts>,
}

/// The client's own timeouts, as its builder was told them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    pub(crate) connect: Option<Duration>,
    pub(crate) total: Option<Duration>,
    pub(crate) read: Option<Duration>,
}

impl Adapter {
    /// An adapter that knows of no timeouts but those of the requests.
    pub fn new(chaos: &Chaos) -> Self {
        Self { chaos: chaos.clone(), timeouts: None }
    }

    /// Says the client's `connect_timeout`, `timeout` and `read_timeout`, `None`
    /// for what it has not. Injected delays and hangs end by the last two, as
    /// slow peers do; with the first it is known which of them ends a connection
    /// that is not made in time. A request's own timeout replaces `total`.
    #[must_use]
    pub fn timeouts(
        mut self,
        connect: Option<Duration>,
        total: Option<Duration>,
        read: Option<Duration>,
    ) -> Self {
        self.timeouts = Some(Timeouts { connect, total, read });
        self
    }
}

impl From<&Chaos> for Adapter {
    fn from(chaos: &Chaos) -> Self {
        Self::new(chaos)
    }
}

/// Adds [`chaos`](ChaosExt::chaos) to `reqwest::Client`,
/// `reqwest_middleware::ClientBuilder` and `ClientWithMiddleware`.
pub trait ChaosExt: Sized {
    /// The built client, with faults below all of its middleware, so that
    /// retries, traces and the like meet them as they would meet real ones.
    ///
    /// Takes `&chaos`, or an [`Adapter`] that knows the client's timeouts. Nothing
    /// changes where the handle is inert. Twice does no harm: a request is
    /// decided upon once.
    #[must_use = "requests have to be made with the client that this returns"]
    fn chaos(self, chaos: impl Into<Adapter>) -> ClientWithMiddleware;
}

impl ChaosExt for ClientBuilder {
    fn chaos(self, chaos: impl Into<Adapter>) -> ClientWithMiddleware {
        let adapter = chaos.into();
        if adapter.chaos.clock().is_none() {
            return self.build();
        }
        self.with(ChaosMiddleware::new(adapter)).build()
    }
}

impl ChaosExt for reqwest::Client {
    fn chaos(self, chaos: impl Into<Adapter>) -> ClientWithMiddleware {
        ClientBuilder::new(self).chaos(chaos)
    }
}

impl ChaosExt for ClientWithMiddleware {
    fn chaos(self, chaos: impl Into<Adapter>) -> ClientWithMiddleware {
        ClientBuilder::from_client(self).chaos(chaos)
    }
}

//! Genuine errors of reqwest. Only reqwest can make them, so a client of our
//! own is made to fail, on loopback or before it opens anything, and the error
//! gets the URL of the call that is hit.

mod died;
mod layer;
mod loopback;
mod names;

pub(crate) use died::died;
use layer::{Connecting, FaultLayer};
use names::Unresolved;
use reqwest::redirect::Policy;
use reqwest::{Client, Request, Url};
use reqwest_middleware::Error;
use std::io;
use std::panic::catch_unwind;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Where failures come from that need no peer: nothing is ever asked for it.
const NOWHERE: &str = "http://127.0.0.1:9/";
/// A peer with a name, which is never found.
const NAMED: &str = "http://name.invalid/";

/// Fails on request.
#[derive(Default)]
pub(crate) struct Genuine(OnceLock<Client>);

impl Genuine {
    /// The answer does not begin in time.
    pub(crate) async fn timed_out(&self, url: Url) -> Error {
        let at_once = Some(Duration::ZERO);
        self.fails(Connecting::Never, NOWHERE, at_once, url).await
    }

    /// The connection is not made in time.
    pub(crate) async fn connect_timed_out(&self, url: Url) -> Error {
        self.fails(Connecting::TimesOut, NOWHERE, None, url).await
    }

    /// The host's name has no address.
    pub(crate) async fn unresolved(&self, url: Url) -> Error {
        self.fails(Connecting::Really, NAMED, None, url).await
    }

    /// Nobody listens at a port that is held, so that nobody comes to listen.
    pub(crate) async fn refused(&self, url: Url) -> Error {
        match loopback::held_port() {
            Ok(held) => self.fails(Connecting::Really, &held.url, None, url).await,
            Err(error) => self.unconnected(error.kind(), url).await,
        }
    }

    /// The peer has read the request, and resets the connection.
    pub(crate) async fn reset(&self, url: Url) -> Error {
        match loopback::listener().await {
            Ok((listener, peer)) => {
                let call = self.fails(Connecting::Really, &peer, None, url);
                loopback::while_serving(call, loopback::reset(listener)).await
            }
            Err(error) => self.unconnected(error.kind(), url).await,
        }
    }

    /// Where loopback is forbidden.
    async fn unconnected(&self, kind: io::ErrorKind, url: Url) -> Error {
        self.fails(Connecting::Fails(kind), NOWHERE, None, url).await
    }

    async fn fails(&self, how: Connecting, peer: &str, timeout: Option<Duration>, url: Url) -> Error {
        let sent = async {
            let mut request = Request::new(reqwest::Method::GET, peer.parse().map_err(Error::middleware)?);
            *request.timeout_mut() = timeout;
            Ok::<_, Error>(self.client()?.execute(request).await?)
        };
        match layer::connecting(how, sent).await {
            Err(Error::Reqwest(error)) => Error::Reqwest(error.with_url(url)),
            Err(error) => error,
            // Unreachable: no peer of it answers.
            Ok(_) => Error::middleware(io::Error::other("an injected fault was answered")),
        }
    }

    /// Made when the first fault strikes: with a TLS backend it reads the
    /// platform's certificates.
    fn client(&self) -> Result<&Client, Error> {
        if let Some(client) = self.0.get() {
            return Ok(client);
        }
        // With `rustls-no-provider` and none installed, reqwest panics: the host
        // may do without, where its own client was given a TLS of its own.
        let client = catch_unwind(failing_client).map_err(|_| {
            Error::middleware(io::Error::other("reqwest finds no TLS provider to fail with"))
        })??;
        Ok(self.0.get_or_init(|| client))
    }
}

fn failing_client() -> reqwest::Result<Client> {
    Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(0)
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .connector_layer(FaultLayer)
        .dns_resolver(Arc::new(Unresolved))
        .build()
}

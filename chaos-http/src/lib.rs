//! Fault injection for reqwest calls, as the innermost middleware of
//! `reqwest-middleware`.
//!
//! One line where the client is made; retries, traces and what else there is
//! of middleware stay above and meet faults as they would meet real ones:
//!
//! ```
//! # #[cfg(feature = "inject")]
//! # mod app {
//! use chaos_http::{Chaos, ChaosExt};
//! use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
//!
//! async fn client() -> ClientWithMiddleware {
//!     let chaos = Chaos::from_env_http().await;
//!     // .with(RetryTransientMiddleware::new_with_policy(..)) and the like come before.
//!     ClientBuilder::new(reqwest::Client::new()).chaos(&chaos)
//! }
//! # }
//! ```
//!
//! Specs choose calls by `host`, `method`, `path` and `header`, by `attempt` and
//! by `label`:
//!
//! ```toml
//! id = "payments-lost"
//! enabled = true
//! [target]
//! host = "api.payments.example"
//! method = "POST"
//! [fault]
//! network = "response_lost"
//! [when]
//! rate = "5%"
//! ```
//!
//! # What the caller sees
//!
//! Errors are genuine `reqwest::Error`s with the URL of the call, so retries
//! treat them as real ones. "Tries" are those of `reqwest-retry` with its default
//! strategy and two retries. All `is_*` that are not named are false.
//!
//! | fault | what the caller sees | sent | tries |
//! |---|---|---|---|
//! | `latency` | the real answer, later; a timeout where a limit is over before | yes; no | 1; 3 |
//! | `status` | that answer, with `x-request-id: chaos-<spec id>`; never followed as a redirect | no | 3 for 408, 429 and 5xx, else 1 |
//! | `timeout` | `is_timeout`, `is_connect`, `is_request`; without `is_connect` where another timeout ends it before | no | 3 |
//! | `connection_refused` | `is_connect`, `is_request` | no | 3 |
//! | `connection_reset` | `is_request`, over an `io::Error` of the kind `ConnectionReset` | no | 3 |
//! | `response_lost` | the same, after the real answer was there | yes | 3 |
//! | `hang` | `is_timeout`, `is_request`, when the caller's timeout is over, else after 60 s | no | 3 |
//! | `error`, `pill`, `partial` | nothing: they are for AWS services, so the call passes and the decision says why | yes | 1 |
//!
//! # Timeouts
//!
//! A reqwest client does not reveal its timeouts, and they start below us. Say
//! them once with [`Adapter::timeouts`]; a request's own are read. Delays and
//! hangs then end when a slow peer's would, and a late call has what is left.
//!
//! # What is not covered
//!
//! * Hops of redirects: the client follows them below. Headers that the client
//!   adds to every request are not seen by targets.
//! * Middleware that is added to the client that `.chaos(..)` gave: it comes below.
//! * HTTP/2: failures are those of HTTP/1.1. Over HTTP/2 a connection that the
//!   peer closes or a stream that it resets may not be retried, where HTTP/1.1 is.
//! * `wasm32`.
//!
//! # What else to know
//!
//! * Instance metadata, container credentials and the Lambda runtime API are
//!   never injected, nor are requests with the
//!   extension `chaos_core::context::Exempt`.
//! * Tries are counted in the call's extensions while something is armed or
//!   observed. Extensions that are given to `execute_with_extensions` are for one
//!   call.
//! * The first network fault of a client makes another client that nothing is
//!   sent by: 20 ms where reqwest has TLS.
//! * Resets and refusals need 127.0.0.1; where it is forbidden the connection
//!   fails with that error.
//!
//! # Compiled out
//!
//! Without `inject` there is no middleware of ours. Without any feature this
//! crate has no dependency, and `.chaos(..)` gives back what it gets: the same
//! source builds where that is a `ClientWithMiddleware`. From a `reqwest::Client`
//! or a `ClientBuilder` the live build makes a `ClientWithMiddleware`; the
//! feature `middleware` does so in every build, with the crates that such an
//! application has anyway.

#[cfg(feature = "inject")]
mod act;
#[cfg(feature = "inject")]
mod adapter;
#[cfg(feature = "inject")]
mod context;
#[cfg(feature = "inject")]
mod genuine;
#[cfg(feature = "inject")]
mod guard;
#[cfg(feature = "inject")]
mod middleware;
#[cfg(feature = "inject")]
mod watch;

#[cfg(not(feature = "inject"))]
mod off;

#[cfg(feature = "inject")]
pub use adapter::{Adapter, ChaosExt};
pub use chaos_core::{Chaos, inherit, with_labels};
#[cfg(not(feature = "inject"))]
pub use off::{Adapter, ChaosExt};

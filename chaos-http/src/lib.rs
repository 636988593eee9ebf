//! Fault injection for reqwest calls, as the innermost middleware of
//! `reqwest-middleware`.
//!
#![cfg_attr(
    all(doc, feature = "inject"),
    doc = "How to use it, from the first test to a game day: the [guide](../chaos_core/guide/index.html)."
)]
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
//! | `dns_failure` | `is_connect`, `is_dns`, `is_request` | no | 3 |
//! | `connection_refused` | `is_connect`, `is_request` | no | 3 |
//! | `connection_reset` | `is_request`, over an `io::Error` of the kind `ConnectionReset` | no | 3 |
//! | `response_lost` | the same, after the real answer was there | yes | 3 |
//! | `hang` | `is_timeout`, `is_request`, when the caller's timeout is over, else after 60 s | no | 3 |
//! | `corrupt`: `flip`, `garbage` | as many other bytes; `is_decode` from `json()`, where they are none | yes | 1 |
//! | `corrupt`: `truncate` by `close` or `reset` | the bytes before it, then `is_decode`, over hyper's error of a connection that ended so | yes | 1 |
//! | `corrupt`: `truncate` by `end` | a shorter answer, with the length that it has | yes | 1 |
//! | `corrupt`: `wrong_length` | above 0 all bytes, then `is_decode` as from `close`; below 0 a shorter answer | yes | 1 |
//! | `corrupt`: `drop`, `replace` | other members, or headers, in answers in JSON or XML of up to 1 MiB | yes | 1 |
//! | `slow_body` | the real answer, slowly; `is_timeout`, `is_decode` where a limit is over before | yes | 1 |
//! | `error`, `pill`, `partial` | nothing: they are for AWS services, so the call passes and the decision says why | yes | 1 |
//!
//! # Timeouts
//!
//! A reqwest client does not reveal its timeouts, and they start below us. Say
//! them once with [`Adapter::timeouts`]; a request's own are read. Delays, hangs
//! and slow bodies then end when a slow peer's would, and a late call has what is
//! left.
//!
//! # Bodies
//!
//! * Of an answer's body reqwest says `is_decode` whatever happened to it, never
//!   `is_body`, and nobody tries again: the answer was there.
//! * Between the error and its cause there may be one `reqwest::Error` more than
//!   with a real peer, and two where the real body fails by itself: who looks for
//!   the cause has to walk the chain, as for clients that have timeouts.
//! * What is damaged is what the application sees, after decompression. An answer
//!   that was compressed tells no length, and so no wrong one.
//! * A slow body is read ahead by 256 KiB, so that the client's own read timeout
//!   sees the peer and not the fault. Of longer ones it sees the fault where a
//!   piece of the peer's takes longer than it at that rate.
//! * What cannot be done to an answer (members that it has not, a body that is too
//!   long for them or shorter than the cut) leaves it as it is, and a warning
//!   says so.
//!
//! # Rolls
//!
//! `per = "call"` holds for all tries that a retrying middleware makes of a call.
//! What `key = "input"` hangs on is method, host (where it is a name), path, query
//! and body; requests whose body streams have none, and pass.
//!
//! # HTTP/2
//!
//! Failures are those of HTTP/1.1, whatever the client speaks. Over HTTP/2 flags
//! are the same, but what lies beneath is another error, and retries may differ:
//!
//! | what the peer does | HTTP/1.1 | HTTP/2 |
//! |---|---|---|
//! | resets the connection before the answer | tried again | tried again |
//! | closes it before the answer | tried again | an `io::Error` of the kind `BrokenPipe`: not tried again |
//! | resets the stream before the answer | there is none | an error of `h2`: not tried again |
//! | ends the body in the middle | `is_decode` over an `io::Error` | `is_decode` over an error of `h2` |
//!
//! # What is not covered
//!
//! * Hops of redirects: the client follows them below. Headers that the client
//!   adds to every request are not seen by targets.
//! * Middleware that is added to the client that `.chaos(..)` gave: it comes below.
//! * Malformed answers and chunks, broken compression, failures of TLS.
//! * Uploads that stall: what is sent is sent.
//! * Websockets and other upgrades, once they are made; `reqwest::blocking`.
//! * `wasm32`.
//! * Programs with `panic = "abort"` whose reqwest has `rustls-no-provider` and
//!   finds no provider installed: reqwest panics when the client is built that
//!   network failures come from. Elsewhere that panic is caught, and the failure
//!   is a middleware error. Install a provider
//!   (`CryptoProvider::install_default`) before the first call.
//!
//! # What else to know
//!
//! * Instance metadata, container credentials and the Lambda runtime API are
//!   never injected, nor are requests with the
//!   extension `chaos_core::context::Exempt`.
//! * Tries are counted in the call's extensions while something is armed that may hit it, or
//!   observed. Extensions that are given to `execute_with_extensions` are for one
//!   call.
//! * A client's own connections are not touched: after a fault the next call may
//!   use the same one.
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
//!
//! A program that has both adapters imports `ChaosExt` from each in a module of its
//! own: in a build without `inject` the two are one trait, and the second import
//! in the same module would be told to be unused.

#[cfg(feature = "inject")]
mod act;
#[cfg(feature = "inject")]
mod adapter;
#[cfg(feature = "inject")]
mod body;
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

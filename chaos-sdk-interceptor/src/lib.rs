//! Fault injection for every AWS SDK for Rust client made from one config.
//!
#![cfg_attr(
    all(doc, feature = "inject"),
    doc = "How to use it, from the first test to a game day: the [guide](../chaos_core/guide/index.html)."
)]
//!
//! One line after loading, before any client is made:
//!
//! ```
//! # #[cfg(feature = "inject")]
//! # mod app {
//! use chaos_sdk_interceptor::{Chaos, ChaosExt};
//!
//! # async fn start(config: aws_types::SdkConfig) -> aws_types::SdkConfig {
//! // let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
//! let chaos = Chaos::from_env(&config).await;
//! let config = config.chaos(&chaos);
//! # config
//! # }
//! # }
//! ```
//!
//! A client that is made without that config is covered by wrapping its HTTP
//! client: `config::Builder::new().http_client(chaos.http_client(inner))`, with
//! [`ChaosSdk`] in scope.
//!
//! Faults are made below the SDK's retries and inside its timeouts, one
//! decision per attempt. What passes, passes byte for byte: nothing of a
//! request is changed, and it was signed before it came here. The one request
//! that is changed is a batch whose entries a spec takes out (`partial` with
//! `sent = false`): it is signed anew, with the credentials of its call.
//!
//! # What is not covered
//!
//! * Clients from another config, or with an HTTP client set afterwards, and
//!   clients made before `.chaos(..)`.
//! * Credentials: the providers of a loaded config keep the HTTP client that
//!   they were loaded with. See [`ChaosSdk::http_client`] for hand-made clients.
//! * Presigned requests, which the SDK never sends.
//! * A request body that can be read only once is not read while its call hangs,
//!   or waits before an outcome, so that the SDK's stalled stream protection ends it.
//! * Batches of which a part fails: not where requests are streamed, signed by
//!   SigV4a or for a session of S3 Express, or speak CBOR; and a `BatchGetItem`
//!   whose projection leaves out the keys only with `sent = false`.
//! * Members of inputs (`target.input`) that are not in the request as it is
//!   sent, or in a body that is streamed or compressed; see `docs/catalogue.md`.
//!
//! # What else to know
//!
//! * The answer to a batch of which a part fails is read whole before the SDK
//!   sees it, and keeps the service's request id where something was sent.
//! * Injected failures drain the SDK's retry tokens as real ones do: at a high
//!   rate it stops retrying.
//! * Clients of a config without an HTTP client of its own share one connection
//!   pool after `.chaos(..)`, where they had one each before.
//! * With the feature `inject` off everything here is an identity function.

#[cfg(feature = "inject")]
mod act;
#[cfg(feature = "inject")]
mod client;
#[cfg(feature = "inject")]
mod config;
#[cfg(feature = "inject")]
mod connector;
#[cfg(feature = "inject")]
mod connectors;
#[cfg(feature = "inject")]
mod context;
#[cfg(feature = "inject")]
mod guard;
#[cfg(feature = "inject")]
mod input;
#[cfg(all(feature = "inject", feature = "interceptor"))]
mod interceptor;
#[cfg(feature = "inject")]
mod operation;
#[cfg(feature = "inject")]
mod protocol;
#[cfg(feature = "inject")]
mod uri;
#[cfg(feature = "inject")]
mod watch;

#[cfg(not(feature = "inject"))]
mod off;

pub use chaos_core::{Chaos, inherit, with_labels};
#[cfg(feature = "inject")]
pub use client::ChaosSdk;
#[cfg(feature = "inject")]
pub use config::ChaosExt;
#[cfg(all(feature = "inject", feature = "interceptor"))]
pub use interceptor::ChaosInterceptor;
#[cfg(all(feature = "interceptor", not(feature = "inject")))]
pub use off::ChaosInterceptor;
#[cfg(not(feature = "inject"))]
pub use {chaos_core::ChaosExt, off::ChaosSdk};

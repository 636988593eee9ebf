//! A spec with `input` hits the call whose input has the member, and not one
//! that differs in it alone: in every protocol, wherever the member lies, with
//! the per-client interceptor and without.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[macro_use]
mod hits;
mod bodies;
mod places;
mod s3;

use aws_types::SdkConfig;
use conformance::Refusing;

/// For clients that call AWS where it is, with nothing that leaves the process.
fn config() -> SdkConfig {
    let mut builder = conformance::config(Refusing).into_builder();
    builder.set_endpoint_url(None);
    builder.build()
}

//! How to use it: a page per fault, and one for each thing that people ask.
//!
//! A **fault spec** says which calls (`target`), what happens to them (`fault`)
//! and which of them (`when`). Calls that go through an **adapter** are held
//! against the specs that are **armed**; what is hit gets its fault, and all else
//! passes untouched. The adapters are `chaos-sdk-interceptor`, for the AWS SDK for
//! Rust, and `chaos-http`, for `reqwest`. Specs come from code, from a variable,
//! from files or from a table that all processes share.
//!
//! ```toml
//! id = "orders-throttled"
//! enabled = true
//!
//! [target]
//! service = "kinesis"
//! operation = ["PutRecord", "PutRecords"]
//! input = { StreamName = "orders" }
//!
//! [fault]
//! latency = "200ms"
//! error = "ProvisionedThroughputExceededException"
//!
//! [when]
//! rate = "60%"
//! ```
//!
//! # The line in the application
//!
//! ```text
//! use chaos_sdk_interceptor::{Chaos, ChaosExt};
//!
//! let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
//! let chaos = Chaos::from_env(&config).await; // never fails; inert where no variable is set
//! let config = config.chaos(&chaos);          // every AWS client made from it is covered
//! ```
//!
//! For `reqwest`, with `chaos_http::ChaosExt`, it is `reqwest::Client::new().chaos(&chaos)`, or
//! `.chaos(&chaos)` at the end of a `reqwest_middleware::ClientBuilder`: faults are innermost, so that
//! retries and traces meet them as real ones. Without the feature `inject` the same lines
//! compile to nothing.
//!
//! # What to read first
//!
//! | you want to | read |
//! |---|---|
//! | test your code against failures | [`testing`], then the page of the fault that you need |
//! | find out which failures your code survives | [sweeps](testing#which-faults-does-it-survive) |
//! | break a staging environment on purpose, together | [`game_days`], then [`safety`] |
//! | know what it can do to production | [`compiled_out`], then [`safety`] |
//! | write a spec | [`faults`], [`targets`], [`choosing`] |
//! | know why a call was hit, or was not | [what would become of a call](targets#asking-what-would-become-of-a-call) |
//!
//! # The pages
//!
//! | page | answers |
//! |---|---|
//! | [`faults`] | what can happen to a call; a page each |
//! | [`faults::latency`] | late answers |
//! | [`faults::error`] | the service's own errors, by name |
//! | [`faults::status`] | an HTTP answer of your own |
//! | [`faults::pill`] | recorded answers |
//! | [`faults::network`] | refused, reset, timed out, unresolved, silent, lost |
//! | [`faults::partial`] | batches of which a part fails |
//! | [`faults::corrupt`] | the real answer, damaged |
//! | [`faults::slow_body`] | the real answer, slowly |
//! | [`targets`] | which calls are meant, and which of several specs goes first |
//! | [`choosing`] | which of the calls that are meant are hit, and what repeats exactly |
//! | [`testing`] | faults in test suites |
//! | [`game_days`] | faults in running systems |
//! | [`lambda`] | faults in Lambda functions, which are frozen between invocations |
//! | [`safety`] | what must come together before anything is hit, and what never is |
//! | [`compiled_out`] | builds that hold none of this |
//!
//! Beside these pages the repository has `docs/faults.md` (every combination of
//! fault and client setting that was measured next to the real thing),
//! `docs/catalogue.md` (names of AWS) and `docs/table.md` (the shared table).

pub mod choosing;
pub mod compiled_out;
pub mod faults;
pub mod game_days;
pub mod lambda;
pub mod safety;
pub mod targets;
pub mod testing;

//! Builds that hold none of this: the switch, what it leaves, and how to be sure.
//!
//! # The switch
//!
//! It is the feature `inject`, off by default. User code is the same with and without it:
//! no `cfg`.
//!
//! ```text
//! [dependencies]
//! chaos-sdk-interceptor = "..."
//! chaos-http = "..."
//!
//! [features]
//! chaos = ["chaos-sdk-interceptor/inject", "chaos-sdk-interceptor/table", "chaos-http/inject"]
//! ```
//!
//! | feature | of | brings |
//! |---|---|---|
//! | `inject` | both adapters | faults |
//! | `table` | `chaos-sdk-interceptor` | the shared table as a source |
//! | `catalogue` | `chaos-sdk-interceptor` | names of AWS, for specs from code, files and variables |
//! | `shapes`, `zip` | `chaos-sdk-interceptor` | pills in such specs; pills in zips |
//! | `interceptor` | `chaos-sdk-interceptor` | an interceptor for one client: the SDK's own word on what a call is |
//! | `middleware` | `chaos-http` | `.chaos(..)` gives a `ClientWithMiddleware` also when compiled out |
//!
//! # What is left: nothing
//!
//! [`Chaos`](crate::Chaos) is zero-sized, `.chaos(..)` gives back what it gets, `with_labels` and
//! `inherit` are the work itself, `health()` prints "compiled out". There is no dependency but our empty
//! crates, and no symbol and no string of ours in the binary. `tests/compile_out` in the repository
//! builds one program with and without, in debug and in release, and compares them to
//! the byte.
//!
//! Builders, faults and scopes are not there at all: what uses them, tests that is, asks for
//! `inject`.
//!
//! Two exceptions, both for what the application has anyway:
//!
//! * `interceptor` without `inject` leaves an empty interceptor, which needs the crates of its trait.
//! * `middleware` without `inject` needs `reqwest` and `reqwest-middleware`.
//!
//! # Being sure
//!
//! Cargo unifies features: *one* crate of a build that asks for `inject` turns it on for all.
//! `cargo test` of a workspace may have it on where the release has not; but a release that is
//! built together with a crate that asks for it has it too. So check, at three points:
//!
//! | when | how |
//! |---|---|
//! | the compiler runs | `RUSTFLAGS="--cfg chaos_forbid"`: a build with `inject` does not compile |
//! | your code is compiled | an assertion in `main.rs`, below |
//! | the binary is there | `monkeyless verify target/release/app`: exit code 1 if it holds any of this code |
//!
//! ```compile_fail
//! # // In this build `inject` is on, so it does not compile.
//! const _: () = assert!(!chaos_core::ENABLED);
//! ```
//!
//! (`chaos-core` has to be among the dependencies for that.)
//!
//! Who turned it on: `cargo tree -e features -i chaos-core`. A crate that is tested with faults asks for
//! them in `dev-dependencies`, or behind a feature of its own; and the release is built with
//! `-p`, or by a resolver that keeps dev-dependencies apart (`resolver = "2"` and later).
//!
//! # Compiled in and switched off
//!
//! `CHAOS_DISABLED=1` keeps one process off whatever its sources say. Without `CHAOS_TABLE` and `CHAOS_SPECS`
//! nothing is read and nothing happens: what remains is one relaxed load per call.

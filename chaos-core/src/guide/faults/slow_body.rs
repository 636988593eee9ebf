//! The real answer, slowly: at a rate, or until it stalls.
//!
//! The head of the answer comes at once. What is late is the body.
//!
//! ```toml
//! id = "downloads-crawl"
//! target = { service = "s3", operation = "GetObject" }
//! fault.slow_body = { rate = 65536, stall_after = 1_000_000 }
//! when.rate = "100%"
//! ```
//!
//! | field | meaning |
//! |---|---|
//! | `rate` | bytes a second, at least 1; `slow_body = 65536` says the same |
//! | `stall_after` | after so many bytes nothing comes any more; 0: nothing at all |
//!
//! # In code
//!
//! ```
//! use chaos_core::{Chaos, fault, spec::SlowBodyFault};
//!
//! # let chaos = Chaos::builder().build()?;
//! let stall = chaos.scope(fault("s3", "GetObject").slow_body(SlowBodyFault::stall_after(1_000)));
//! // ... a download that never ends ...
//! # chaos.decide(&chaos_core::described::call("s3", "GetObject").context());
//! stall.assert_injected(1);
//! # Ok::<(), chaos_core::door::Problems>(())
//! ```
//!
//! # What an AWS SDK caller sees
//!
//! | the client has | answer read whole (most operations) | download (S3 `GetObject`) |
//! |---|---|---|
//! | `read_timeout` | no effect: it ends with the head | no effect |
//! | `operation_attempt_timeout` | `TimeoutError`, 3 attempts | no effect: the call is done |
//! | `operation_timeout` | `TimeoutError`, 1 attempt | no effect |
//! | stalled stream protection (on by default) | | ends a stall: "minimum throughput"; not a trickle of 1 byte a second or more |
//! | none of these, and a stall | after 60 s `ResponseError`, "Connection timed out"; 3 attempts | after 60 s the same, from the body |
//!
//! # What a reqwest caller sees
//!
//! `send()` is `Ok`; the body comes slowly. Where a timeout is over before: `is_timeout()` and
//! `is_decode()`, 1 attempt. The client's own total and read timeouts count where the
//! adapter was told them; a request's own is known.
//!
//! # Limits
//!
//! * A body is held up for 60 s altogether ([`MAX_DELAY`](crate::caps::MAX_DELAY)), then
//!   the rest flows; a stall that lasts so long ends as a connection that died. At
//!   a rate of 1 kB/s that is about the first 60 kB.
//! * At the end of the fault, or a halt, the rest flows at once.
//! * It is one of the 100 injections under way until its body is read, dropped, or
//!   flows freely.
//! * With a rate, bytes become free ten times a second.
//! * Real peers that are slower than the rate are not made slower.
//! * With `reqwest`: read ahead by 256 KiB, so that the client's own read timeout sees the
//!   peer and not the fault. Answers to `HEAD` pass.

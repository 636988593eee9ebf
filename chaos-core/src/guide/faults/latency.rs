//! Late answers: the call is held up, then really made.
//!
//! ```toml
//! id = "orders-slow"
//! target = { service = "dynamodb", operation = "Query" }
//! fault.latency = "350ms"
//! when.rate = "100%"
//! ```
//!
//! The delay is one duration, or drawn anew for each hit:
//!
//! ```toml
//! id = "orders-slower"
//! target = { service = "dynamodb" }
//! fault.latency = { median = "80ms", p99 = "2s" }
//! when = { rate = "100%", ramp = "5m" }
//! ```
//!
//! | `latency =` | delays |
//! |---|---|
//! | `"350ms"` | always this |
//! | `{ uniform = ["100ms", "2s"] }` | any from the first to the second, equally likely |
//! | `{ median = "80ms", p99 = "2s" }` | log-normal, as response times are: half of them at most `median`, 99 % at most `p99` |
//!
//! # In code
//!
//! ```
//! use chaos_core::{Chaos, fault};
//! use std::time::Duration;
//!
//! # let chaos = Chaos::builder().build()?;
//! let slow = chaos.scope(fault("dynamodb", "Query").latency(Duration::from_millis(350)));
//! // ... calls that are answered late ...
//! # chaos.decide(&chaos_core::described::call("dynamodb", "Query").context());
//! slow.assert_injected(1);
//! # Ok::<(), chaos_core::door::Problems>(())
//! ```
//!
//! Distributions are [`Latency`](crate::spec::Latency)s; a scope takes them from a
//! [scenario](crate::spec::Scenario), such as one in TOML.
//!
//! # What an AWS SDK caller sees
//!
//! A delay of 350 ms, with a timeout of the client that is shorter or none:
//!
//! | the client has | the call |
//! |---|---|
//! | no timeout, or a `connect_timeout` | is answered, 0.35 s later |
//! | `read_timeout` of 300 ms | fails: `DispatchFailure`, `is_timeout()`, 3 attempts |
//! | `operation_attempt_timeout` of 200 ms | fails: `TimeoutError`, 3 attempts |
//! | `operation_timeout` of 200 ms | fails: `TimeoutError`, 1 attempt |
//!
//! A `connect_timeout` never cuts a delay: the connection was made, the answer is
//! late.
//!
//! # What a reqwest caller sees
//!
//! The real answer, later. Where a timeout is over before: `is_timeout()`, and 3
//! attempts. A request's own timeout is known; the client's own are not, so say
//! them once, with `.timeouts(connect, total, read)` on the adapter. Untold, they
//! start when the delay is over.
//!
//! # How it is done
//!
//! The request is held up and then sent. Only the body of an SDK's streamed upload
//! is sent at once, and its answer comes late: held up, it would be a stalled
//! upload.
//!
//! # Limits
//!
//! * No delay is longer than 60 s ([`MAX_DELAY`](crate::caps::MAX_DELAY)): longer ones
//!   are refused in specs, and draws are cut to it.
//! * Which delay a call gets hangs on seed, spec and the number of the match.
//! * A caller that gives up, or drops its call, frees its place at once.
//!
//! # What it cannot do
//!
//! Slow down what comes after the head of the answer: that is [`slow_body`](super::slow_body).
//! Be a slow connection: that is a `latency` as long as the connect timeout (3.1 s
//! for the SDK, unless set) before [`timeout`](super::network#timeout).

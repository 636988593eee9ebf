//! No answer: the connection is refused, reset or not made, the name is not found,
//! the peer is silent, or the answer is lost.
//!
//! ```toml
//! id = "payments-lost"
//! target = { host = "api.payments.example", method = "POST" }
//! fault.network = "response_lost"
//! when.rate = "5%"
//! ```
//!
//! | `network =` | what happened | sent? | AWS SDK | `reqwest` |
//! |---|---|---|---|---|
//! | [`"connection_refused"`](#connection_refused) | nobody listens there | no | IO | connect, request |
//! | [`"dns_failure"`](#dns_failure) | the host's name is not found | no | IO | connect, request |
//! | [`"connection_reset"`](#connection_reset) | the peer resets before it answers | no | IO | request |
//! | [`"response_lost"`](#response_lost) | the request arrives, its answer does not | yes | IO | request |
//! | [`"timeout"`](#timeout) | the connection is not made in time | no | timeout | timeout, connect, request |
//! | [`"hang"`](#hang) | the peer never answers | no | timeout | timeout, request |
//!
//! `IO` and `timeout` of the SDK are `SdkError::DispatchFailure` with `is_io()` and
//! `is_timeout()`. The words for `reqwest` are the `is_*` that are true of the error, which
//! is a genuine `reqwest::Error` with the URL of the call. All of them take 3 attempts.
//!
//! # In code
//!
//! ```
//! use chaos_core::{Chaos, fault, spec::NetworkFault};
//!
//! # let chaos = Chaos::builder().build()?;
//! let lost = chaos.scope(fault("sqs", "SendMessage").network(NetworkFault::ResponseLost).times(1));
//! // ... the first message is sent, and the caller does not know ...
//! # chaos.decide(&chaos_core::described::call("sqs", "SendMessage").context());
//! lost.assert_injected(1);
//! # Ok::<(), chaos_core::door::Problems>(())
//! ```
//!
//! # `connection_refused`
//!
//! As from a closed port, at once, whatever timeouts the client has. Without
//! retries: one attempt.
//!
//! # `dns_failure`
//!
//! As from the resolver, at once. For `reqwest` the error is the system's own, of a name
//! that nobody on the network is asked for. For the SDK the `io::ErrorKind` is
//! `Other`: only the standard library can make the real one, which has no stable
//! name.
//!
//! # `connection_reset`
//!
//! As from a peer that reads the request and resets: at once, over an `io::Error` of the
//! kind `ConnectionReset`. The request is *not* sent, so trying again does no harm. For
//! the other case there is `response_lost`.
//!
//! # `response_lost`
//!
//! The request is really sent, the answer awaited and thrown away; then the caller
//! sees a reset. Each attempt arrives, so a caller that is not idempotent does the
//! thing three times. This is the fault that finds missing idempotency. Where the
//! caller's timeout is over before the answer is there, that timeout is what it sees.
//!
//! # `timeout`
//!
//! As a connection that is not made in time, but *at once*, without the wait. So it
//! does not say how long the timeout was, and an attempt's or operation's timeout that
//! is shorter does not come first. To see the wait, give it a delay as long as the connect
//! timeout (3.1 s for the SDK, unless set):
//!
//! ```toml
//! id = "unreachable"
//! target = { service = "dynamodb" }
//! fault = { latency = "3100ms", network = "timeout" }
//! when.rate = "100%"
//! ```
//!
//! With `reqwest` it is without `is_connect()` where a total or read timeout was told to
//! the adapter that is not longer than the connect timeout: that one ends it then.
//!
//! # `hang`
//!
//! The peer takes the request and never answers. The first that is over ends it:
//!
//! | what ends it | the call |
//! |---|---|
//! | SDK: `read_timeout` | timeout, 3 attempts |
//! | SDK: `operation_attempt_timeout` | `TimeoutError`, 3 attempts |
//! | SDK: `operation_timeout` | `TimeoutError`, 1 attempt |
//! | `reqwest`: the request's own timeout, or a total or read timeout that the adapter was told | timeout, request |
//! | the cap: 60 s ([`MAX_DELAY`](crate::caps::MAX_DELAY)) | timeout, each attempt; for real it would be never |
//! | the end of the fault, a halt | the real call is made, and answered |
//!
//! The SDK has no read timeout unless you set one: a client without any hangs for
//! 3 x 60 s here. A streamed upload whose body can be read only once ends as a stalled
//! upload instead ("minimum throughput").
//!
//! # What differs from the real thing
//!
//! The last link of an SDK's error says `(injected by chaos spec ...)` and has no
//! `raw_os_error()`; the links above read as the SDK's do, but code that downcasts to
//! hyper's types finds nothing. Genuine `reqwest::Error`s cannot carry our words: there the
//! `tracing` event alone tells. `docs/faults.md` has the rest.
//!
//! # What it cannot do
//!
//! Fail TLS. Fail as HTTP/2 does: failures are those of HTTP/1.1, whatever the client
//! speaks. Stall an upload: what is sent is sent.

//! An HTTP answer of your own: status, headers, body. Nothing is sent.
//!
//! ```toml
//! id = "payments-busy"
//! target = { host = "api.payments.example", method = "POST" }
//! when.rate = "20%"
//!
//! [fault.status]
//! code = 429
//! headers = { Retry-After = "2", Content-Type = "application/json" }
//! body = '{"error": "busy"}'
//! ```
//!
//! The code alone is enough:
//!
//! ```toml
//! id = "orders-down"
//! target = { service = "dynamodb" }
//! fault.status = 503
//! when.rate = "100%"
//! ```
//!
//! # In code
//!
//! ```
//! use chaos_core::{Chaos, http_fault};
//!
//! # let chaos = Chaos::builder().build()?;
//! let busy = chaos.scope(http_fault("api.payments.example").method("POST").status(503).times(1));
//! // ... the first charge is answered with 503 ...
//! # let charge = chaos_core::described::http_call("POST", "https://api.payments.example/v1/charge");
//! # (1..=2).for_each(|attempt| drop(chaos.decide(&charge.clone().attempt(attempt).context())));
//! busy.assert_injected(1);
//! # Ok::<(), chaos_core::door::Problems>(())
//! ```
//!
//! Headers and body: [`FaultBuilder::outcome`](crate::FaultBuilder::outcome) with a
//! [`StatusFault`](crate::spec::StatusFault).
//!
//! # What an AWS SDK caller sees
//!
//! `SdkError::ServiceError`, of no kind that the service models, unless headers and body say
//! which. Attempts: 3 for 500, 502, 503 and 504, else 1. The request id is
//! `chaos-<spec id>`. For an error that has a name, [`error`](super::error) is the
//! better fault: it is written in the client's own protocol.
//!
//! A 2xx is read as success, so it needs a body that the operation's client can
//! read: that is what [`pill`](super::pill) is for.
//!
//! # What a reqwest caller sees
//!
//! An `Ok` answer with that status, the URL of the call and `x-request-id:
//! chaos-<spec id>`. It is an error only by `error_for_status()`. A 3xx is never
//! followed as a redirect. `reqwest-retry` makes 3 attempts for 408, 429 and 5xx, else 1.
//!
//! # Limits
//!
//! * Codes from 200 to 599, at most 64 KiB of body
//!   ([`MAX_BODY_BYTES`](crate::caps::MAX_BODY_BYTES)), at most 100 headers.
//! * A request id among the headers replaces ours; then the answer is recognised
//!   by its `tracing` event only.

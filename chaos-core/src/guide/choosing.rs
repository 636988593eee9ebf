//! Which of the calls that are meant are hit: `when`.
//!
//! ```toml
//! id = "orders-throttled"
//! target = { service = "kinesis", operation = "PutRecords" }
//! fault.error = "ProvisionedThroughputExceededException"
//!
//! [when]
//! rate = "60%"
//! skip = 2
//! every = 3
//! max = 100
//! ramp = "5m"
//! ```
//!
//! | field | meaning | else |
//! |---|---|---|
//! | `rate` | the share that is hit: `"60%"` or `0.6`; a whole number could be either, and is refused | required, never assumed |
//! | `skip` | the first so many matches pass | 0 |
//! | `every` | after those, only every n-th is a candidate: with 3 the third, the sixth, ... | 1 |
//! | `max` | at most so many injections per process; with `per = "call"` so many calls | no bound |
//! | `fleet_max` | at most so many by all processes together; for specs from the table alone, anywhere else the spec never fires | no bound |
//! | `ramp` | the rate grows from 0 to full over this time after arming | at once |
//! | `key` | what a roll [hangs on](#key) | `"call"` |
//! | `per` | what is [rolled for](#per) | `"attempt"` |
//!
//! They are asked in this order: `skip`, `every`, the dice against `rate`, `max`, `fleet_max`. What is
//! counted are *matches*: attempts (with `per = "call"`: calls) that the target means while the
//! spec is in force.
//!
//! # The seed
//!
//! A roll is a hash of the seed, the spec's name (`scenario/spec`) and what `key` names. There is
//! no generator that threads could race for: the same seed gives the same rolls. The
//! seed is [`Builder::seed`](crate::Builder::seed) or `CHAOS_SEED`; 0 by default. A
//! spec with another name rolls anew.
//!
//! # `key`
//!
//! | `key =` | a roll hangs on | what repeats |
//! |---|---|---|
//! | `"call"` | the number of the match | *how many* of so many calls are hit, and which by number. Which call is the third hangs on who comes first |
//! | `"input"` | the call's own content: method, path, query and body (and host, where it is a name) | *which* calls are hit, in any order, on any number of threads |
//! | `"label:NAME"` | the value of this [label](super::testing#labels) | the same: all calls under one value share their fate |
//!
//! `key` does not go with `skip` or `every`, which count calls as they come. `max`
//! counts as they come too: leave it out where the same calls are to be hit.
//!
//! ```toml
//! id = "some-tenants-down"
//! target = { service = "dynamodb" }
//! fault.status = 503
//! when = { rate = "10%", key = "label:tenant", per = "call" }
//! ```
//!
//! A call that lacks what the roll hangs on passes, and the reason says so: the label is not
//! set, or the body is streamed and cannot be read.
//!
//! # `per`
//!
//! | `per =` | each attempt of a call |
//! |---|---|
//! | `"attempt"` | rolls by itself: at 60 %, three attempts all fail in 22 of 100 calls |
//! | `"call"` | meets the same: at 60 %, 60 of 100 calls fail in all attempts |
//!
//! An SDK says itself which attempts belong together. With `reqwest`, they are the tries that
//! retrying middleware makes of a request.
//!
//! # Which combination for what
//!
//! | you want | write |
//! |---|---|
//! | a flaky service, as it usually is | `rate` alone |
//! | the first two attempts fail, then all is well | `rate = "100%"`, `max = 2`; in code `.times(2)` |
//! | calls that no retry saves | `per = "call"` |
//! | the same number of injections, whatever the threads do | the defaults, and a seed |
//! | the same calls hit, whatever the threads do | `key = "input"`, or a label of your own |
//! | one user in ten has a bad day | `key = "label:user"`, `per = "call"` |
//! | only retries fail | `target.attempt = "2.."` |
//!
//! In code:
//!
//! ```
//! use chaos_core::{Chaos, fault};
//!
//! let chaos = Chaos::builder().seed(7).build()?;
//! let flaky = fault("sqs", "SendMessage").status(503).rate(0.5);
//! let outage = chaos.scope(flaky.times(10));
//! // ... exercise ...
//! # drop(outage.optional());
//! # Ok::<(), chaos_core::door::Problems>(())
//! ```
//!
//! The rest of `when` is had from a [`Scenario`](crate::spec::Scenario), such as one in TOML.
//!
//! # Pitfalls
//!
//! * **Idempotency tokens.** Where an operation has one and you give none, the SDK makes
//!   one up for each call (`ClientRequestToken` of DynamoDB's `TransactWriteItems`,
//!   `ClientToken` of many others). Then no two calls have the same content, and
//!   `key = "input"` repeats nothing: give the token yourself, or use a label. So it is
//!   with times and random ids of your own in a request.
//! * With `key = "input"`, calls with the same content share their fate, attempt by attempt:
//!   where all calls ask for the same, a rate of 50 % hits all of them or none.
//! * `max` and all counting but `fleet_max` are per process. A spec that is armed anew starts from 0; a
//!   file that is written anew with the same content goes on.
//! * Which calls a `ramp` hits hangs on when they come. At every moment it hits those that a
//!   spec of that rate would hit.

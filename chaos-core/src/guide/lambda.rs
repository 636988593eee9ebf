//! AWS Lambda: processes that are frozen between their invocations.
//!
//! Nothing runs in a frozen process, so it hears nothing of the table, and an invocation of
//! a few milliseconds may be over before the answer is there. One line more in the program sees to it
//! that news arrive all the same:
//!
//! ```text
//! let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
//! let chaos = Chaos::from_env(&config).await;
//! let function = Function::new(config.chaos(&chaos));
//! lambda_runtime::run(chaos.lambda(service_fn(|event| function.handle(event)))).await
//! ```
//!
//! `CHAOS_FUNCTION` is not needed there: Lambda says how the function is called.
//!
//! # Three ways
//!
//! | in the program | what is armed before an invocation is in force | what it costs |
//! |---|---|---|
//! | `chaos.lambda(handler)`, for `lambda_runtime::run` and `lambda_http::run` | in the next one | once per `CHAOS_POLL` the response is late by what is left of one poll, by 200 ms at most |
//! | `Runtime::new(handler).layer(chaos.lambda_layer()).run()` | in the next one | the same time after the response was sent: billed, and nobody waits for it |
//! | nothing | in the fourth one after it at the latest, where every one is too short for an answer; else sooner | nothing |
//!
//! "In the next one" holds where the last poll was sent longer than `CHAOS_POLL` (one second) before the
//! invocation began, and the table answers within 200 ms. Where invocations follow each other faster, news are as late
//! as anywhere: by one poll. DynamoDB's eventually consistent reads may be late by some more, usually
//! much less than a second.
//!
//! A poll is one `GetItem`; an invocation in which none is due takes 0.3 us longer. The handler never waits for
//! it to begin: the table is asked meanwhile. Where the table does not answer, one invocation waits for 200 ms, and no
//! other for the same poll. Errors and panics of the handler pass untouched. A handler that
//! panics under `chaos.lambda` is not waited for; under the layer it is.
//!
//! At the end of each invocation [`flush`](crate::Chaos::flush) is called, for at most 200 ms.
//!
//! `lambda_http` takes `chaos.lambda(handler)` as it is, and so does anything else that takes a
//! `tower_service::Service`. With streamed responses take the layer: `chaos.lambda` would wait before the
//! first byte.
//!
//! # What a freeze does
//!
//! * The 200 ms, and the timeouts of the table's own client, count the time for which the process
//!   was awake. A question that was on its way in the freeze is not given up: its answer lies in the
//!   socket.
//! * An answer renews the lease as of the moment at which its question was sent. So after a freeze for longer than
//!   `CHAOS_LEASE` (30 s) nothing is injected, until the table was heard anew.
//! * In a freeze the monotonic clock may stand still, and timers with it. Each call looks at the age of what is
//!   known, on the worse of both clocks, and wakes the poll where that is due; the call goes on with
//!   what is known. It takes 0.13 us, and only in processes of Lambda that follow a table.
//! * After a poll that failed, the time until the next one counts from when it was sent. So what a freeze
//!   has cut off is asked again at once.
//!
//! # The cold start
//!
//! The first load begins in `Chaos::from_env` and delays nothing; calls before its end pass untouched.
//! Where the very first call matters, wait for it: `chaos.ready(Duration::from_millis(100)).await`, after
//! `from_env`. It ends with the first poll, good or bad, or after that time.
//!
//! Without `inject` all of it is nothing: `lambda` gives the handler back, the layer is tower's
//! empty one, `ready` is ready.

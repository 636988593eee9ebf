//! Faults in test suites.
//!
//! Make one handle, and clients [as the application does](super#the-line-in-the-application). Each
//! test puts its faults in force for its own work, and says what it expects of them.
//!
//! ```
//! use chaos_core::{Chaos, fault};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), chaos_core::door::Problems> {
//! let chaos = Chaos::builder().seed(7).build()?;
//! // let config = config.chaos(&chaos); and clients from it
//!
//! let throttled = fault("kinesis", "PutRecords").error("ProvisionedThroughputExceededException");
//! let outage = chaos.isolated(throttled.times(2));
//! outage.run(async {
//!     // ... your code, whose first two attempts are throttled ...
//! #   let put = chaos_core::described::call("kinesis", "PutRecords");
//! #   (1..=3).for_each(|attempt| drop(chaos.decide(&put.clone().attempt(attempt).context())));
//! }).await;
//! outage.assert_injected(2);
//! # Ok(()) }
//! ```
//!
//! `examples/` in the repository has a suite to copy.
//!
//! # Faults for one piece of work
//!
//! | | hits | ends |
//! |---|---|---|
//! | [`chaos.isolated(..).run(work)`](crate::Chaos::isolated) | the calls of `work` alone, so tests that run at the same time on one client never meet | when the scope is dropped |
//! | [`chaos.scope(..)`](crate::Chaos::scope) | all calls through the handle | when the scope is dropped |
//! | [`Builder::spec`](crate::Builder::spec), `toml`, `json`, `file` | all calls through the handle | with the handle |
//!
//! Scopes take a fault in code or a whole [`Scenario`](crate::spec::Scenario). A task that
//! `work` spawns is not part of it, unless its own work goes through
//! [`inherit`](crate::inherit):
//!
//! ```
//! # use chaos_core::{Chaos, fault};
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), chaos_core::door::Problems> {
//! # let chaos = Chaos::builder().build()?;
//! # let (handle, put) = (chaos.clone(), chaos_core::described::call("sqs", "SendMessage"));
//! let outage = chaos.isolated(fault("sqs", "SendMessage").status(503));
//! outage.run(async {
//!     let task = tokio::spawn(chaos_core::inherit(async move {
//!         // ... calls that are hit ...
//! #       drop(handle.decide(&put.context()));
//!     }));
//!     task.await.unwrap();
//! }).await;
//! outage.assert_injected(1);
//! # Ok(()) }
//! ```
//!
//! # Labels
//!
//! [`with_labels`](crate::with_labels) sets names and values around a piece of work;
//! `target.label` and `key = "label:NAME"` go by them. It may stay in production code: compiled
//! out, it is the work itself. Spawned tasks have them through `inherit`, as above.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! let answer = chaos_core::with_labels([("tenant", "test-7")], async {
//!     // ... calls that `label = { tenant = "test-*" }` means ...
//! #   42
//! }).await;
//! # assert_eq!(answer, 42);
//! # }
//! ```
//!
//! # Assertions
//!
//! Both kinds of scopes have what [`Watched`](crate::Watched) has:
//!
//! | | fails the test unless |
//! |---|---|
//! | `assert_injected(2)` | exactly two attempts were hit |
//! | `assert_not_injected()` | none was |
//! | `assert_matched()` | each spec of the scope matched a call at least once |
//! | dropped without any of these | some call matched |
//! | `.optional()`, then dropped | nothing is asked |
//!
//! `injected()` and `matched()` give the numbers. What is counted are attempts, retries
//! included; a match is an attempt that the target means, hit or not.
//!
//! ## A fault that never struck
//!
//! A test whose fault never struck has shown nothing, so it fails, and tells the calls
//! that came nearest:
//!
//! ```should_panic
//! # use chaos_core::{Chaos, fault, described::call};
//! # let chaos = Chaos::builder().build().unwrap();
//! let outage = chaos.scope(fault("sqs", "SendMessageBatch").status(503));
//! # chaos.decide(&call("sqs", "SendMessage").context());
//! // ... code that sends one message at a time ...
//! drop(outage); // as at the end of the test
//! ```
//!
//! ```text
//! chaos spec sqs-sendmessagebatch/sqs-sendmessagebatch was armed, and no call ever matched it (0 matched)
//!   sqs-sendmessagebatch/sqs-sendmessagebatch: 0 matched, 0 injected
//!     nearly: sqs SendMessage (attempt 1): operation wants `SendMessageBatch`, the call has `SendMessage`
//! ```
//!
//! No `nearly` line: no call came that meets even one constraint. Were the clients made
//! from the decorated config? Is the work in a task of its own, without `inherit`?
//!
//! # The journal
//!
//! A handle from [`Chaos::builder`](crate::Chaos::builder) keeps the newest thousand attempts: what was
//! decided about each, by which specs, and why not by the others. Failed assertions tell
//! the part that is about their specs.
//!
//! ```
//! # use chaos_core::{Chaos, fault, described::call};
//! let chaos = Chaos::builder().spec(fault("sqs", "SendMessage").status(503).times(1)).build()?;
//! # chaos.decide(&call("sqs", "SendMessage").context());
//! # chaos.decide(&call("sqs", "SendMessage").attempt(2).context());
//! // ... a call of two attempts ...
//! println!("{}", chaos.journal());
//! # let name = "sqs-sendmessage/sqs-sendmessage";
//! # let used_up = "it has injected as often as it may (`max`)";
//! # assert_eq!(chaos.journal().to_string(), format!(
//! #     "sqs SendMessage (attempt 1): 503; {name} fired\nsqs SendMessage (attempt 2): passed; {name}: {used_up}\n"
//! # ));
//! # Ok::<(), chaos_core::door::Problems>(())
//! ```
//!
//! ```text
//! sqs SendMessage (attempt 1): 503; sqs-sendmessage/sqs-sendmessage fired
//! sqs SendMessage (attempt 2): passed; sqs-sendmessage/sqs-sendmessage: it has injected as often as it may (`max`)
//! ```
//!
//! What *would* become of a call: [`explain`](super::targets#asking-what-would-become-of-a-call).
//!
//! # Which faults does it survive?
//!
//! [`Chaos::sweep`](crate::Chaos::sweep) finds out by itself: it runs a test once as it is, to learn which
//! calls it makes, then once more for each call with each fault that it is likely to meet, once
//! and always. The report is a table, or JSON. [`crate::sweep`] says what is tried.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! # let chaos = chaos_core::Chaos::builder().build().unwrap();
//! # let put = chaos_core::described::call("sqs", "SendMessage");
//! # let ask = || drop(chaos.decide(&put.context()));
//! let coverage = chaos
//!     .sweep(async || {
//!         // ... your code, and assertions that hold whatever happens ...
//! #       ask();
//!     })
//!     .at_most(200)
//!     .run()
//!     .await
//!     .unwrap();
//! println!("{coverage}");
//! coverage.assert_survived();
//! # }
//! ```
//!
//! # Time
//!
//! * With tokio's paused clock (`#[tokio::test(start_paused = true)]`) delays, hangs and
//!   slow bodies cost no time: all waiting is done by the client's timer or tokio's.
//!   Over real sockets a paused clock runs ahead whenever everybody waits, so let timeouts
//!   be long there, or the peer be in memory.
//! * Armed periods, ramps and leases go by the handle's [`Clock`](crate::clock::Clock). A
//!   [`TestClock`](crate::clock::TestClock) stands still until it is told otherwise:
//!
//! ```
//! use chaos_core::{Chaos, clock::TestClock};
//! use std::{sync::Arc, time::Duration};
//!
//! let clock = Arc::new(TestClock::at("2026-12-01T12:00:00Z".parse().unwrap()));
//! let chaos = Chaos::builder().clock(clock.clone()).build()?;
//! clock.advance(Duration::from_secs(60));
//! # drop(chaos);
//! # Ok::<(), chaos_core::door::Problems>(())
//! ```
//!
//! # The same every time
//!
//! Give the handle a [seed](super::choosing#the-seed). `.times(n)` and a rate of 100 % need none.
//! With parallel calls the *number* of injections is always the same; for the same *calls*
//! see [`key`](super::choosing#key).
//!
//! # Good to know
//!
//! * Clients of one service and region share their retry tokens: a suite that fails
//!   many calls ends up with one attempt each. Give clients of tests a `retry_partition`
//!   of their own.
//! * Errors by name need the feature `catalogue`, pills `shapes`: turn them on for
//!   dev-dependencies.
//! * A spec in code that asks for an error that there is not never fires; a scope's
//!   assertions say so, and `Chaos::builder()` refuses it.
//! * On an inert handle scopes do nothing, and nothing is ever asked of them.

//! What must come together before anything is hit, what never is, and how it ends.
//!
//! # Three keys
//!
//! A first injection takes all three, each turned by somebody on purpose:
//!
//! 1. **A build** with the feature `inject`, which is off by default. See
//!    [`compiled_out`](super::compiled_out).
//! 2. **A source**: specs given in code, `CHAOS_SPECS`, or `CHAOS_TABLE` with
//!    `CHAOS_ENVIRONMENT`. Without one the handle is inert, and stays so.
//! 3. **A spec that is armed**: in code by being put in force, in files and variables by
//!    `enabled = true`, in the table by `monkeyless arm` with a deadline and a reason.
//!
//! And the calls must go through a client that was made with `.chaos(&chaos)`. There are no
//! globals: a client that nobody decorated is never touched.
//!
//! # What is never hit
//!
//! | calls | by the SDK adapter | by the `reqwest` adapter |
//! |---|---|---|
//! | instance metadata, container credentials | never | never |
//! | the Lambda runtime API | never | never |
//! | the table that specs are read from | never | |
//! | credentials, as the SDK's own providers get them | never: they keep the client that they were loaded with | |
//! | STS, SSO, sign-in, made by the application | only by a spec that names the service exactly | |
//! | requests that name no service | never | |
//! | requests with the extension [`Exempt`](crate::context::Exempt) | never | never |
//!
//! Presigned requests are not sent by the SDK, so nothing happens to them there.
//!
//! # What no spec can lift
//!
//! | bound | of |
//! |---|---|
//! | 60 s | a delay, a hang, a slow body |
//! | 12 h | being armed, by one act |
//! | 100 | injections under way in a process; calls beyond pass |
//! | 64 KiB | the body of an answer |
//! | 256 KiB | a pill |
//! | 10,000 specs of 4 MiB, 50 armed scenarios | an environment |
//!
//! All of them: [`caps`](crate::caps).
//!
//! # How it ends
//!
//! * **Deadline.** What is armed by table, file or variable ends by itself, after 12 hours at the
//!   latest. Deadlines count on the worse of two clocks: the wall's and the
//!   process's own.
//! * **Lease.** A process that does not hear its table for 30 s (`CHAOS_LEASE`) injects
//!   nothing until it does, and so does one whose clocks disagree by more than 5 minutes
//!   about it. No table or no access: at once.
//! * **Halt.** One act ends everything in an environment, or everywhere. What was armed then
//!   never comes back by itself.
//! * **Scope.** In tests, with the scope or the handle.
//!
//! What happens to **calls that are held up** then: they go on at once with the real call,
//! with all of their own timeouts; the rest of a slow body flows. A halt by the table is
//! heard within a poll.
//!
//! # What is wrong injects nothing
//!
//! | what | then |
//! |---|---|
//! | a spec that is malformed, or has a field that is not known | refused, with field, value and what would be right |
//! | a name of AWS that is misspelt | refused, with the nearest ones |
//! | one spec of a scenario | the scenario is left out as a whole, others go on |
//! | an inline text | nothing of it is used |
//! | a variable | the handle is inert, and an error is logged |
//! | `CHAOS_DISABLED` | disables |
//! | HEAD of the table | nothing is injected |
//!
//! A misspelt constraint would make a fault wider; that is why unknown fields are errors.
//!
//! # What it costs a call
//!
//! Deciding does no I/O, waits for nothing and never fails the call. With nothing armed it
//! is one relaxed load. What passes, passes byte for byte; only a batch whose entries a
//! spec takes out (`partial` with `sent = false`) is another request, signed anew with the
//! credentials of its call.
//!
//! # Dry run
//!
//! `CHAOS_DRY_RUN=1`, or [`Builder::dry_run`](crate::Builder::dry_run): everything is decided, counted and
//! told as always (the event says `chaos.dry_run = true`), and every call passes.
//!
//! ```
//! use chaos_core::{Chaos, described::call, fault};
//!
//! let chaos = Chaos::builder().dry_run(true).spec(fault("sqs", "*").status(503)).build()?;
//! # chaos.decide(&call("sqs", "SendMessage").context());
//! // ... a call, which is answered by SQS ...
//! assert!(chaos.journal().to_string().contains("passed, dry run: it would have been hit"));
//! # Ok::<(), chaos_core::door::Problems>(())
//! ```
//!
//! # How injected failures are recognised
//!
//! | where | by what |
//! |---|---|
//! | always | a `tracing` event at INFO, target `chaos`, with scenario, spec, fault, attempt, service and operation or host |
//! | errors and answers that were made up | the request id: `chaos-<spec id>` (`x-request-id` with `reqwest`), unless a pill or the spec's headers give another |
//! | errors by name | the message: `injected by chaos spec ...`, unless the spec gives one |
//! | network failures of the SDK, and bodies that break off there | the last link of the error: `(injected by chaos spec ...)` |
//! | network failures of `reqwest`, all other damaged and slow answers, batches that were sent | the event only |

//! Faults in running systems: an outage that people start, watch and end.
//!
//! The application is built with the feature `inject` and has [one
//! line](super#the-line-in-the-application) of wiring. `Chaos::from_env` reads the variables
//! below; without `CHAOS_TABLE` and `CHAOS_SPECS` it is inert. A mistake in them is logged and
//! leaves it inert, too; `try_from_env` makes it an error.
//!
//! # Variables
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `CHAOS_TABLE` | the shared table (feature `table`) | none |
//! | `CHAOS_SPECS` | specs without a table: inline, or `file:PATH` | none |
//! | `CHAOS_ENVIRONMENT` | this process's environment, such as `staging` | required with `CHAOS_TABLE` |
//! | `CHAOS_FUNCTION` | what `target.function` is held against | `AWS_LAMBDA_FUNCTION_NAME`, `OTEL_SERVICE_NAME`, the executable's name |
//! | `CHAOS_DISABLED` | `1` or `true`: nothing is injected, whatever any source says. What is not understood disables too | `0` |
//! | `CHAOS_DRY_RUN` | `1` or `true`: decide and report, never act | `0` |
//! | `CHAOS_POLL` | how often the table or the file is looked at, 100 ms to 200 s | `1s` |
//! | `CHAOS_LEASE` | how long to go on when the table is not heard; at least three polls, at most 10 min | `30s` |
//! | `CHAOS_SEED` | an integer: the same seed, the same decisions | `0` |
//! | `CHAOS_REPORT` | `on` or `off`: whether what calls experience around outages is written to the table | `on` |
//! | `CHAOS_ENDPOINT` | the table's endpoint, where it is not AWS | |
//!
//! # Where specs come from
//!
//! | source | good for | armed by | ends |
//! |---|---|---|---|
//! | inline: `CHAOS_SPECS='[{"id": ...}]'` | one process, one container | `enabled = true` in the spec | `until`; 12 h after the start of the process at the latest |
//! | files: `CHAOS_SPECS=file:PATH` | one machine, a mounted config map | the same | the same; or when the file says otherwise: it is read again when it changes |
//! | the table | a fleet | `monkeyless arm`, never by a spec itself | its deadline, `disarm`, `halt` |
//!
//! A folder is read whole, `.toml` and `.json`. A faulty file does not hide the others, and
//! injects nothing itself. A faulty inline text injects nothing at all. Table and
//! `CHAOS_SPECS` may be used together.
//!
//! ```toml
//! id = "orders-stream-throttled"
//! description = "The orders stream throttles checkout 60 % of the time"
//! hypothesis = "checkout keeps taking orders, slower, and is well again 10 s after"
//! enabled = true
//! until = "2026-12-01T12:30:00Z"
//! target = { function = "checkout-*", service = "kinesis", input = { StreamName = "orders" } }
//! fault.error = "ProvisionedThroughputExceededException"
//! when = { rate = "60%", ramp = "2m" }
//! ```
//!
//! In the table `enabled` and `until` mean nothing: there, arming is an act with a deadline and a
//! reason, and it is audited.
//!
//! # An outage
//!
//! ```sh
//! monkeyless serve                                   # API on 127.0.0.1:7070, embedded table in .chaos
//! export CHAOS_ENVIRONMENT=staging
//! monkeyless check orders.toml                       # every mistake at once, asks nobody
//! monkeyless apply orders.toml                       # stored, not armed
//! monkeyless explain --service kinesis --operation PutRecords --input StreamName=orders
//! monkeyless arm orders-stream-throttled --for 10m --reason "game day 12"
//! monkeyless status --watch
//! monkeyless disarm orders-stream-throttled
//! ```
//!
//! The control service speaks HTTP on loopback only. Against a table in DynamoDB the
//! commands also work without it, with your own AWS credentials: `monkeyless --table chaos
//! status`. The table, its costs, the permissions that an application needs, and how to edit
//! it by hand: `docs/table.md`.
//!
//! # Ending it, at once
//!
//! | to end | do | heard |
//! |---|---|---|
//! | one outage | `monkeyless disarm ID` | with the next poll |
//! | all in one environment | `monkeyless halt --reason "..."` | the same |
//! | all there is | `monkeyless halt --everywhere --reason "..."` | the same |
//! | all, without our tools | set `halted` to `true` in the item `mc1\|staging\|HEAD`, in the AWS console | the same |
//! | in one process | start it with `CHAOS_DISABLED=1` | at its start |
//!
//! A halt also bars arming, until `monkeyless resume --reason "..."`. What it ended stays
//! ended. Calls that are being held up go on at once.
//!
//! # Seeing what happens
//!
//! * `tracing`, target `chaos`: INFO for every injection, DEBUG for every matching call
//!   that passes, and why.
//! * [`Chaos::health`](crate::Chaos::health): what is armed, what is under way, when the table was heard
//!   last, what is wrong. Print it, or serve it.
//! * `monkeyless status`: what is armed, and for how long still.
//!
//! # Before the day
//!
//! 1. `CHAOS_DRY_RUN=1` in one process, arm, and look at the log: which calls would have been
//!    hit?
//! 2. Start small: one function, `max = 1`, `--for 1m`.
//! 3. Everybody knows how to halt. Try it.

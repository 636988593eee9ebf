//! Which calls a spec is about: `target`.
//!
//! Every constraint that is given must be met; of a list, any value will do.
//!
//! ```toml
//! id = "orders-throttled"
//! fault.error = "ProvisionedThroughputExceededException"
//! when.rate = "60%"
//!
//! [target]
//! function = "checkout-*"
//! service = "kinesis"
//! operation = ["PutRecord", "PutRecords"]
//! region = "eu-*"
//! input = { StreamName = "orders" }
//! label = { tenant = "test-*" }
//! attempt = "1"
//! ```
//!
//! | field | is held against | case | AWS SDK | `reqwest` |
//! |---|---|---|---|---|
//! | `function` | the process: `CHAOS_FUNCTION`, else `AWS_LAMBDA_FUNCTION_NAME`, else `OTEL_SERVICE_NAME`, else the executable's name | counts | yes | yes |
//! | `service` | the service, by any name that AWS has for it: `logs`, `CloudWatch Logs` | either | yes | |
//! | `operation` | the operation | either | yes | |
//! | `region` | the region that the request is signed for | either | yes | |
//! | `host` | the host, without port | either | yes | yes |
//! | `method` | the HTTP method | either | yes | yes |
//! | `path` | the path, without query | counts | yes | yes |
//! | `header` | request headers by name (in either case) | counts | yes | yes |
//! | `input` | members of the operation's input, by name or dotted path | counts | yes | |
//! | `label` | labels that the application [sets around its work](super::testing#labels) | counts | yes | yes |
//! | `attempt` | which try of the call: `"1"`, `"2.."`, `"1..3"` (both ends included) | | yes | yes |
//! | `everything` | `true`, alone: every call is meant | | yes | yes |
//!
//! * `*` stands for any run of characters, `?` for one byte.
//! * What a call does not show meets no constraint: an HTTP call has no `service`.
//! * An empty target is refused, and so is `attempt` alone: say `everything = true` if
//!   that is meant.
//! * Services and operations that are misspelt are refused, with the nearest ones,
//!   in builds that have the catalogue. What is newer than it is written with a `*` at
//!   the end: `PutRecordsV2*`.
//! * STS, SSO and sign-in are hit only by a spec that names the service exactly.
//!
//! # In code
//!
//! [`fault`](crate::fault) starts with service and operation,
//! [`http_fault`](crate::http_fault) with a host. Both may hold wildcards.
//!
//! ```
//! use chaos_core::{Chaos, fault, http_fault};
//!
//! let chaos = Chaos::builder()
//!     .spec(fault("kinesis", "Put*").input("StreamName", "orders").status(503))
//!     .spec(http_fault("*.payments.example").method("POST").path("/v1/*").status(503))
//!     .build()?;
//! # assert_eq!(chaos.health().armed, 2);
//! # Ok::<(), chaos_core::door::Problems>(())
//! ```
//!
//! All other constraints: [`Builder::toml`](crate::Builder::toml), or a
//! [`Scenario`](crate::spec::Scenario) of your own.
//!
//! # `input`
//!
//! Members are named as the service's API reference names them, with dots for what
//! nests and numbers from 0 for lists: `StreamName`, `Records.0.PartitionKey`,
//! `Key.id.S`. Values are compared as text: numbers and booleans as the request has
//! them, blobs in base64. Only scalars have a value.
//!
//! ```toml
//! id = "invoices-unreadable"
//! target = { service = "s3", operation = "GetObject", input = { Bucket = "invoices", Key = "2026/*" } }
//! fault.error = "InternalError"
//! when.rate = "100%"
//! ```
//!
//! | protocol, for instance | members are read from |
//! |---|---|
//! | awsJson (DynamoDB, Kinesis, SQS), CBOR (CloudWatch) | the body |
//! | awsQuery (SNS, IAM), ec2Query (EC2) | the form; lists by number, maps by key |
//! | REST JSON (Lambda), REST XML (Route 53) | path, query, headers and body; a JSON payload by its own members: `Payload.order.id` |
//! | S3 | the same; `Bucket` from host or path |
//!
//! A member that none of the named operations has is refused. Nothing is read until
//! a spec asks for it. What is streamed or compressed is not read: members in it are
//! absent. `docs/catalogue.md` says what else is not covered.
//!
//! # Which spec goes first
//!
//! Where several specs match a call, they are tried from the most specific to the
//! least, each with its own dice. An exact constraint counts two, one with wildcards
//! one, `attempt` two; equals go by name. A spec that does not fire (dice, `skip`, `max`,
//! not for this call) leaves the call to the next.
//!
//! The first that fires with a delay gives the delay, the first that fires with an
//! outcome gives the outcome. So one call can get a delay from one spec and an error from
//! another:
//!
//! ```toml
//! id = "bad-day"
//!
//! [[spec]]
//! id = "all-slow"
//! target = { service = "dynamodb" }
//! fault.latency = { uniform = ["50ms", "400ms"] }
//! when.rate = "100%"
//!
//! [[spec]]
//! id = "orders-sometimes-down"
//! target = { service = "dynamodb", input = { TableName = "orders" } }
//! fault.status = 503
//! when.rate = "20%"
//! ```
//!
//! [Scopes around a piece of work](super::testing#faults-for-one-piece-of-work) go before
//! all that is in force for everyone, inner ones before outer ones.
//!
//! # Asking what would become of a call
//!
//! Nothing is called and nothing is counted. It tells of every spec whether it could
//! fire for such a call, and what the call lacks.
//!
//! ```
//! use chaos_core::{Chaos, decide::verdict, described::call, fault};
//!
//! let orders = fault("kinesis", "PutRecords").input("StreamName", "orders");
//! let chaos = Chaos::builder().spec(orders.status(503)).build()?;
//!
//! let put = call("kinesis", "PutRecords").input("StreamName", "payments");
//! let told = chaos.explain_call(&put);
//! assert_eq!(verdict(&told), "would pass: no spec fires");
//! let why = told[0].mismatches[0].to_string();
//! assert_eq!(why, "input StreamName wants `orders`, the call has `payments`");
//! # Ok::<(), chaos_core::door::Problems>(())
//! ```
//!
//! At the command line, for what is armed in an environment, or for files:
//!
//! ```sh
//! monkeyless explain -e staging --service kinesis --operation PutRecords --input StreamName=orders
//! monkeyless explain --url https://api.payments.example/v1/charge --file specs --as-armed
//! ```
//!
//! Over HTTP it is `POST /v1/environments/staging/explain`, with
//! `{"service": "kinesis", "operation": "PutRecords", "input": {"StreamName": "orders"}}`.
//! What was really decided is in the [journal](super::testing#the-journal) of a handle for
//! tests, and in `tracing` (target `chaos`) everywhere.

//! Any output that an operation's shape allows survives being encoded and being
//! read by the service's real client: every operation of eleven services, each
//! with a few generated values.

mod leaves;
mod printed;
mod values;

use chaos_core::catalogue::{Catalogue, Operation};
use chaos_core::wire::{self, Document, Fit, Output, Protocol, Rest, Speech};
use conformance::{Call, Canned, Sdk, config, modelled, sdk, services};
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use serde_json::Value as Json;
use std::cell::RefCell;
use tokio::runtime::Runtime;

/// Values of each operation.
const CASES: u32 = 6;

/// S3 Express calls its service for credentials first, and where the operation
/// has no bucket, the client's endpoint does not allow that.
const UNPLAYABLE: [&str; 1] = ["ListDirectoryBuckets"];

/// What is played, and what came of it.
struct Play {
    service: &'static str,
    protocol: Protocol,
    canned: Canned,
    runtime: Runtime,
    sdk: Sdk,
    bodiless: Vec<String>,
    count: RefCell<leaves::Count>,
}

macro_rules! services {
    ($($service:ident: $protocol:expr;)*) => {$(
        #[test]
        fn $service() {
            Play::new(stringify!($service), $protocol).all();
        }
    )*};
}

services! {
    cloudwatch: Protocol::RpcV2Cbor;
    dynamodb: Protocol::AwsJson10;
    iam: Protocol::AwsQuery;
    kinesis: Protocol::AwsJson11;
    lambda: Protocol::Rest(Rest::Json);
    route53: Protocol::Rest(Rest::Xml);
    s3: Protocol::Rest(Rest::S3);
    secretsmanager: Protocol::AwsJson11;
    sns: Protocol::AwsQuery;
    sqs: Protocol::AwsJson10;
    sts: Protocol::AwsQuery;
}

impl Play {
    fn new(service: &'static str, protocol: Protocol) -> Self {
        Self {
            service,
            protocol,
            canned: Canned::default(),
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
            sdk: sdk().remove(service).unwrap(),
            bodiless: modelled().remove(service).unwrap().bodiless,
            count: RefCell::default(),
        }
    }

    /// Every operation that the client has and that answers with a document.
    fn all(self) {
        let mut services = services(&config(self.canned.clone())).into_iter();
        let calls = services.find(|one| one.name == self.service).unwrap().calls;
        let service = Catalogue::embedded().service(self.service).unwrap();
        let mut failures = Vec::new();
        for call in &calls {
            let operation = service.operation(call.operation).unwrap();
            match operation.output() {
                Some(_) if UNPLAYABLE.contains(&call.operation) => {}
                Some(output) => failures.extend(self.operation(call, &output).err()),
                None => assert!(self.is_of_events(operation), "{operation:?} has no output"),
            }
        }
        let count = self.count.borrow();
        println!("{} with {} operations: {count}", self.service, calls.len());
        assert!(count.shows_most(), "too little of the values is seen");
        let number = failures.len();
        assert!(failures.is_empty(), "{number} operations failed:\n{}", failures.join("\n"));
    }

    fn is_of_events(&self, operation: Operation<'_>) -> bool {
        println!("{} {} answers with a stream of events", self.service, operation.name());
        operation.has_events() && self.sdk.event_streams.iter().any(|name| name == operation.name())
    }

    /// Generated values of one operation; an error holds the smallest that fails.
    fn operation(&self, call: &Call, output: &Output) -> Result<(), String> {
        let config =
            Config { cases: CASES, max_shrink_iters: 400, failure_persistence: None, ..Config::default() };
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let values = values::Values { schema: &output.schema, sdk: &self.sdk };
        let strategy = values.of_root(&|member| is_free(call.operation, member));
        let ran = TestRunner::new_with_rng(config, rng).run(&strategy, |value| {
            self.value(call, output, &value).map_err(proptest::test_runner::TestCaseError::fail)
        });
        ran.map_err(|error| match error {
            TestError::Fail(why, value) => {
                format!("{} {}: {why}\n    of {value}", self.service, call.operation)
            }
            TestError::Abort(why) => format!("{} {}: {why}", self.service, call.operation),
        })
    }

    fn value(&self, call: &Call, output: &Output, value: &Json) -> Result<(), String> {
        let fitted = Document::fit(&output.schema, value, Fit::Fields);
        let document =
            fitted.map_err(|misfits| format!("generated what does not fit: {misfits:?}"))?.document;
        let bodiless = self.bodiless.iter().any(|name| name == call.operation);
        let speech = Speech { protocol: self.protocol, query_mode: false, bodiless };
        self.canned.set(wire::output(output, &document, output.status, &speech, &[], "request-1"));
        let read = self.runtime.block_on(call.run()).map_err(|failure| failure.debug)?;
        let mut count = self.count.borrow_mut();
        leaves::check(&output.schema, value, &read, &mut count)
            .map_err(|missing| format!("{missing}\n    in {read}"))
    }
}

/// Whether a member hangs on nothing but its shape.
fn is_free(operation: &str, member: &str) -> bool {
    // The length of what is read; checksums are held against it.
    !operation.starts_with("GetObject") || member != "ContentLength" && !member.starts_with("Checksum")
}

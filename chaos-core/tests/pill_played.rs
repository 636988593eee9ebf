//! Recorded answers on the wire: what came with them comes again.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use chaos_core::clock::{Clock, TestClock};
use chaos_core::context::{CallContext, Details};
use chaos_core::decide::{ArmedSpec, Arming, Decision, Limits, Origin, Rules, SpecSet, Window, decide};
use chaos_core::effect::Answer;
use chaos_core::spec::Scenario;
use chaos_core::wire::{Encoded, Protocol, Rest, Speech};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::sync::Arc;

struct Willing;

impl Details for Willing {
    fn header(&self, _: &str) -> Option<&str> {
        None
    }

    fn input(&self, _: &str, _: &chaos_core::input::Places) -> Option<Cow<'_, str>> {
        None
    }

    fn label(&self, _: &str) -> Option<Cow<'_, str>> {
        None
    }

    fn can_make(&self, _: &Answer) -> Result<(), &'static str> {
        Ok(())
    }
}

/// What a client of S3 gets for `GetObjectAcl`.
fn played(status: u16, data: &Value) -> Encoded {
    let spec = json!({
        "id": "recorded",
        "target": {"service": "s3", "operation": "GetObjectAcl"},
        "fault": {"pill": {"status_code": status, "data": data}},
        "when": {"rate": "100%"},
    });
    let clock = TestClock::at("2026-11-23T12:00:00Z".parse().unwrap());
    let arming = Arming { armed: true, window: Window::open(clock.now()), lease: None, origin: Origin::Code };
    let specs = ArmedSpec::all(&Scenario::from_json(&spec.to_string()).unwrap(), &arming);
    let set = SpecSet::new(1, false, "checkout", specs);
    let call = ("s3", "GetObjectAcl");
    let context = CallContext {
        service: Some(call.0),
        operation: Some(call.1),
        details: &Willing,
        ..CallContext::unknown()
    };
    let limits = Arc::new(Limits::default());
    let rules = Rules { clock: &clock, seed: 0, limits: &limits, dry_run: false };
    let Decision::Inject(injection) = decide(&set, &context, rules, &mut ()) else { panic!("nothing hit") };
    let Some(Answer::Pill(pills)) = injection.effect.outcome.as_deref() else { panic!("no pill") };
    let speech = Speech { protocol: Protocol::Rest(Rest::S3), query_mode: false, bodiless: false };
    pills.encode(injection.effect.choice, (Some(call.0), Some(call.1)), &speech, "chaos-x").unwrap()
}

fn headers(encoded: &Encoded, name: &str) -> Vec<String> {
    let found = encoded.headers.iter().filter(|(known, _)| known == name);
    found.map(|(_, value)| value.clone()).collect()
}

#[test]
fn the_second_request_id_of_s3_is_the_recorded_one() {
    let error = json!({"Code": "NoSuchKey", "Message": "gone"});
    let answers = [(200, json!({"Owner": {"ID": "o"}})), (404, json!({"Error": error}))];
    let cases = [
        (json!({}), "chaos-x"),
        (json!({"HostId": "h-1"}), "h-1"),
        (json!({"HTTPHeaders": {"x-amz-id-2": "h-2"}}), "h-2"),
        (json!({"HostId": "h-1", "HTTPHeaders": {"X-Amz-Id-2": "h-2"}}), "h-2"),
    ];
    for (status, data) in answers {
        for (metadata, id) in &cases {
            let mut data = data.clone();
            data["ResponseMetadata"] = metadata.clone();
            let encoded = played(status, &data);
            assert_eq!(headers(&encoded, "x-amz-id-2"), [*id], "{data}");
            assert_eq!(headers(&encoded, "x-amz-request-id"), ["chaos-x"], "{data}");
            let body = String::from_utf8(encoded.body).unwrap();
            let told = format!("<HostId>{id}</HostId>");
            assert_eq!(body.contains(&told), status == 404, "{body}");
        }
    }
}

#[test]
fn headers_of_recorded_errors_are_played() {
    let metadata = json!({"RequestId": "r-1", "HTTPHeaders": {
        "x-amz-bucket-region": "eu-west-1", "content-type": "text/html", "x-amz-request-id": "r-2"}});
    let error = json!({"Code": "PermanentRedirect", "Message": "elsewhere"});
    let encoded = played(301, &json!({"Error": error, "ResponseMetadata": metadata}));
    assert_eq!(encoded.status, 301);
    assert_eq!(headers(&encoded, "x-amz-bucket-region"), ["eu-west-1"]);
    assert_eq!(headers(&encoded, "content-type"), ["application/xml"]);
    assert_eq!(headers(&encoded, "x-amz-request-id"), ["r-1"]);
}

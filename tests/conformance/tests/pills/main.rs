//! Pills through real clients: recorded answers in placebo's format, written by
//! hand, come out as the SDK's own types, whatever protocol the client speaks.

mod errors;
mod outputs;
mod turns;

use aws_smithy_types::retry::RetryConfig;
use aws_types::sdk_config::SdkConfig;
use chaos_core::spec::Scenario;
use chaos_core::{Chaos, Scope};
use chaos_sdk_interceptor::ChaosExt;
use conformance::{Refusing, config};
use serde_json::{Value as Json, json};
use std::time::Duration;

/// Pills in force, and a config for clients that get them.
struct Played {
    config: SdkConfig,
    outage: Scope,
}

/// Plays one pill, or several in turn, to every call of one operation.
fn play(service: &str, operation: &str, pill: &Json) -> Played {
    let chaos = Chaos::builder().build().unwrap();
    let spec = json!({
        "id": "recorded",
        "target": {"service": service, "operation": operation},
        "fault": {"pill": pill},
        "when": {"rate": "100%"},
    });
    let outage = chaos.scope(Scenario::from_json(&spec.to_string()).unwrap());
    let retries =
        RetryConfig::standard().with_initial_backoff(Duration::ZERO).with_max_backoff(Duration::ZERO);
    let config = config(Refusing).into_builder().retry_config(retries).build().chaos(&chaos);
    Played { config, outage }
}

/// A pill of success.
fn pill(data: &Json) -> Json {
    json!({"status_code": 200, "data": data})
}

/// A pill of failure.
fn failed(status: u16, code: &str) -> Json {
    let error = json!({"Code": code, "Message": format!("recorded: {code}"), "Type": "Sender"});
    json!({"status_code": status, "data": {"Error": error, "ResponseMetadata": {"RequestId": "recorded-1"}}})
}

/// Noon on the eleventh of March 2021, and an eighth of a second, as placebo writes it.
fn datetime() -> Json {
    json!({
        "__class__": "datetime", "year": 2021, "month": 3, "day": 11,
        "hour": 12, "minute": 0, "second": 0, "microsecond": 125_000,
    })
}

/// The seconds since 1970 of [`datetime`].
const NOON: i64 = 1_615_464_000;

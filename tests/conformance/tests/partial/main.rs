//! Batches of which a part fails, through the clients that are too heavy for
//! the workspace: typed answers, the right entries at an upstream that checks
//! every signature, and nothing else.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod calls;
mod s3;
#[allow(unreachable_pub, reason = "it is shared with the tests of the workspace")]
#[path = "../../../src/sigv4.rs"]
mod sigv4;
mod upstream;

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_http_client::Builder;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_types::retry::RetryConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use calls::{CALLS, KEYS};
use chaos_core::spec::{PartialFault, Rate};
use chaos_core::{Chaos, fault};
use chaos_sdk_interceptor::ChaosExt;
use upstream::Upstream;

/// What the verifier of signatures goes by.
mod sdk {
    pub(crate) const ACCESS_KEY: &str = "AKIDTESTS";
    pub(crate) const SECRET_KEY: &str = "a secret for tests";
}

fn config(upstream: &Upstream, secret: &str) -> SdkConfig {
    let credentials = Credentials::new(sdk::ACCESS_KEY, secret, Some("a token".into()), None, "tests");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(RetryConfig::disabled())
        .endpoint_url(upstream.url())
        .http_client(Builder::new().build_http())
        .build()
}

fn partial(share: f64, sent: bool) -> PartialFault {
    PartialFault { sent, ..PartialFault::of(Rate::new(share).unwrap()) }
}

/// Sorted, for not all answers keep an order.
fn told(mut outcomes: Vec<(String, bool)>) -> (Vec<String>, Vec<String>) {
    outcomes.sort();
    let by =
        |wanted| outcomes.iter().filter(|(_, failed)| *failed == wanted).map(|(id, _)| id.clone()).collect();
    (by(false), by(true))
}

#[tokio::test]
async fn every_batch_operation_fails_in_part() {
    for call in CALLS {
        let upstream = Upstream::start().await;
        let chaos = Chaos::builder().seed(7).build().unwrap();
        let config = config(&upstream, sdk::SECRET_KEY).chaos(&chaos);
        let scope = |fault_| chaos.scope(fault(call.service, call.operation).partial(fault_));

        let done = scope(partial(0.4, true));
        let (succeeded, failed) = told((call.run)(config.clone()).await);
        assert_eq!((succeeded.len(), failed.len()), (3, 2), "{}", call.operation);
        assert_eq!((call.arrived)(&upstream.last()), KEYS, "{}", call.operation);
        done.assert_injected(1);
        drop(done);

        let not_done = scope(partial(0.4, false));
        let (succeeded, failed) = told((call.run)(config.clone()).await);
        assert_eq!((succeeded.len(), failed.len()), (3, 2), "{}", call.operation);
        assert_eq!((call.arrived)(&upstream.last()), succeeded, "{}", call.operation);
        assert_eq!(upstream.last().header("x-amz-security-token"), Some("a token"));
        not_done.assert_injected(1);
        drop(not_done);

        let nothing_left = scope(partial(1.0, false));
        let (succeeded, failed) = told((call.run)(config.clone()).await);
        assert_eq!((succeeded.len(), failed), (0, KEYS.map(str::to_owned).to_vec()), "{}", call.operation);
        nothing_left.assert_injected(1);
        assert_eq!(upstream.received().len(), 2, "{}", call.operation);
    }
}

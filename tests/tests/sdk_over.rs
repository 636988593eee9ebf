//! Faults that are over when the real answer comes, and answers that have no
//! body to be damaged.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use chaos_core::spec::{
    CorruptFault, Ending, Members, NetworkFault, PartialFault, Rate, SlowBodyFault, Truncate,
};
use chaos_core::{Chaos, FaultBuilder, fault};
use chaos_sdk_interceptor::ChaosExt;
use std::time::Duration;
use tests::memory::Memory;
use tests::sdk;
use tokio::time::sleep;

const TAKES: Duration = Duration::from_secs(1);

fn lists() -> FaultBuilder {
    fault("kinesis", "ListStreams")
}

/// Whether a call gets the real answer whose fault ends after this time.
async fn is_real(fault: FaultBuilder, ends_after: Duration) -> bool {
    let chaos = Chaos::builder().build().unwrap();
    let client = Client::new(&sdk::in_memory(Memory::taking(TAKES)).build().chaos(&chaos));
    let outage = chaos.scope(fault);
    let ending = async {
        sleep(ends_after).await;
        drop(outage);
    };
    let (answer, ()) = tokio::join!(client.list_streams().send(), ending);
    answer.is_ok_and(|answer| answer.stream_names() == ["orders"])
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_after_the_fault_is_as_it_is() {
    let drop = Members { drop: vec!["StreamNames.0".into()], ..Members::default() };
    let faults = [
        lists().network(NetworkFault::ResponseLost),
        lists().corrupt(CorruptFault::Garbage),
        lists().corrupt(CorruptFault::Truncate(Truncate { after: 1, by: Ending::End })),
        lists().corrupt(CorruptFault::Members(drop)),
        lists().slow_body(SlowBodyFault::stall_after(0)),
    ];
    for fault in faults {
        assert!(is_real(fault.clone(), TAKES / 2).await, "{fault:?}");
        assert!(!is_real(fault.clone(), 1_000 * TAKES).await, "{fault:?}");
    }
}

/// Entries that were sent are not called failed either.
#[tokio::test(start_paused = true)]
async fn a_batch_whose_fault_is_over_is_as_it_is() {
    for (ends_after, failed) in [(TAKES / 2, 0), (TAKES * 2, 1)] {
        let chaos = Chaos::builder().build().unwrap();
        let client = Client::new(&sdk::in_memory(Memory::taking(TAKES)).build().chaos(&chaos));
        let all = PartialFault::of(Rate::ALWAYS);
        let outage = chaos.scope(fault("kinesis", "PutRecords").partial(all));
        let entry =
            PutRecordsRequestEntry::builder().partition_key("a").data(Blob::new("x")).build().unwrap();
        let ending = async {
            sleep(ends_after).await;
            drop(outage);
        };
        let call = client.put_records().stream_name("orders").records(entry).send();
        let (answer, ()) = tokio::join!(call, ending);
        assert_eq!(answer.unwrap().failed_record_count(), Some(failed));
    }
}

/// A service that has nothing new.
#[derive(Clone, Debug)]
struct NotModified;

impl HttpClient for NotModified {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for NotModified {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let mut answer = HttpResponse::new(304.try_into().unwrap(), SdkBody::empty());
        answer.headers_mut().insert("content-length", "10");
        HttpConnectorFuture::ready(Ok(answer))
    }
}

/// Their length is that of another answer.
#[tokio::test]
async fn answers_that_never_have_a_body_stay_as_they_are() {
    let end = CorruptFault::Truncate(Truncate { after: 1, by: Ending::End });
    for damage in [CorruptFault::WrongLength(3), CorruptFault::WrongLength(-3), end] {
        let chaos = Chaos::builder().build().unwrap();
        let outage = chaos.scope(lists().corrupt(damage));
        let config = sdk::in_memory(Memory::default()).http_client(NotModified).build().chaos(&chaos);
        let error = Client::new(&config).list_streams().send().await.unwrap_err();
        let answer = error.raw_response().unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers().get("content-length")), (304, Some("10")));
        outage.assert_injected(0);
        assert_eq!(outage.without_effect(), 1);
    }
}

/// What `explain` says of a call that is described is what happens to it.
#[tokio::test(start_paused = true)]
async fn described_calls_and_real_ones_can_be_made_the_same() {
    let faults = [
        r#"error = "ResourceNotFoundException""#,
        "status = 503",
        r#"network = "connection_refused""#,
        r#"partial = "100%""#,
        r#"corrupt = "garbage""#,
        r#"corrupt = { drop = "StreamNames" }"#,
        "slow_body = { stall_after = 0 }",
    ];
    for fault in faults {
        for method in [None, Some("HEAD")] {
            let text = format!(
                "id = \"a\"\nenabled = true\ntarget.service = \"kinesis\"\nwhen.rate = \"100%\"\n[fault]\n{fault}"
            );
            let chaos = Chaos::builder().toml(&text).build().unwrap();
            let mut described = chaos_core::described::call("kinesis", "ListStreams");
            if let Some(method) = method {
                described = described.method(method);
            }
            let told = chaos.explain_call(&described).iter().any(|spec| spec.fires);
            let client = Client::new(&sdk::in_memory(Memory::default()).build().chaos(&chaos));
            let call = client.list_streams().customize().mutate_request(move |request| {
                let _ = method.map(|method| request.set_method(method));
            });
            drop(call.send().await);
            let injected = chaos.journal().entries.iter().any(|entry| entry.decision.is_ok());
            assert_eq!(told, injected, "{fault} {method:?}: {}", chaos.journal());
        }
    }
}

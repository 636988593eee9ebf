//! Targets that only the SDK's adapter can tell apart.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::Builder;
use aws_sdk_kinesis::error::ProvideErrorMetadata;
use aws_sdk_kinesis::primitives::Blob;
use chaos_core::spec::Scenario;
use chaos_core::{Chaos, fault};
use chaos_sdk_interceptor::{ChaosExt, ChaosSdk, with_labels};
use tests::logs::Logs;
use tests::memory::Memory;
use tests::sdk;

/// A client in memory, and its faults; with our interceptor or without.
fn client(memory: &Memory, with_interceptor: bool) -> (Chaos, Client) {
    let chaos = Chaos::builder().build().unwrap();
    let config = sdk::in_memory(memory.clone()).build().chaos(&chaos);
    let mut builder = Builder::from(&config);
    if with_interceptor {
        builder = builder.interceptor(chaos.interceptor());
    }
    (chaos, Client::from_conf(builder.build()))
}

/// A spec for kinesis with further lines of target and fault.
fn kinesis(target: &str, fault: &str) -> Scenario {
    let text = format!(
        "id = 'spec'\nenabled = true\nwhen = {{ rate = '100%' }}\n\
         [target]\nservice = 'kinesis'\n{target}\n[fault]\n{fault}"
    );
    Scenario::from_toml(&text).unwrap()
}

async fn put(client: &Client, stream: &str) -> bool {
    let put = client.put_record().stream_name(stream).partition_key("key").data(Blob::new("data"));
    put.send().await.is_ok()
}

#[tokio::test]
async fn one_try_of_a_call() {
    for with_interceptor in [false, true] {
        let memory = Memory::default();
        let (chaos, client) = client(&memory, with_interceptor);
        let first = chaos.scope(kinesis("attempt = '1'", "status = 503"));
        assert!(put(&client, "orders").await);
        first.assert_injected(1);
        assert_eq!((first.matched(), memory.hits()), (1, 1));
        drop(first);
        let later = chaos.scope(kinesis("attempt = '2..'", "status = 503"));
        assert!(put(&client, "orders").await);
        later.assert_injected(0);
    }
}

#[tokio::test]
async fn one_stream() {
    let (chaos, client) = client(&Memory::default(), false);
    let outage = chaos.scope(fault("kinesis", "Put*").input("StreamName", "orders").status(503));
    assert!(put(&client, "payments").await);
    outage.assert_injected(0);
    assert!(!put(&client, "orders").await);
    outage.assert_injected(3);
}

/// A role whose name is in a form; the other protocols are in `tests/conformance`.
#[tokio::test]
async fn one_role() {
    let chaos = Chaos::builder().build().unwrap();
    let client = aws_sdk_sts::Client::new(&sdk::in_memory(Memory::default()).build().chaos(&chaos));
    let outage =
        chaos.scope(fault("sts", "AssumeRole").input("RoleArn", "arn:aws:iam::*:role/orders").status(503));
    let assume = async |role: &str| {
        let role = format!("arn:aws:iam::123456789012:role/{role}");
        client.assume_role().role_arn(role).role_session_name("tests").send().await.is_ok()
    };
    assume("payments").await;
    outage.assert_injected(0);
    assert!(!assume("orders").await);
    outage.assert_injected(3);
}

#[tokio::test]
async fn one_piece_of_work() {
    let (chaos, client) = client(&Memory::default(), false);
    let outage = chaos.scope(kinesis("label = { user = 'test-*' }", "status = 503"));
    assert!(put(&client, "orders").await);
    assert!(with_labels([("user", "real-1")], put(&client, "orders")).await);
    assert!(!with_labels([("user", "test-1")], put(&client, "orders")).await);
    outage.assert_injected(3);
}

#[tokio::test]
async fn one_region_host_method_path_and_header() {
    let targets = [
        ("region = 'eu-west-1'", true),
        ("region = 'us-east-1'", false),
        ("host = 'upstream.*'", true),
        ("host = 'kinesis.*'", false),
        ("method = 'POST'", true),
        ("method = 'GET'", false),
        ("path = '/'", true),
        ("path = '/x'", false),
        ("header = { X-Amz-Target = 'Kinesis_20131202.PutRecord' }", true),
        ("header = { X-Amz-Target = 'Kinesis_20131202.PutRecords' }", false),
        ("input = { Data = 'ZGF0YQ==' }", true),
    ];
    for (target, hit) in targets {
        let (chaos, client) = client(&Memory::default(), false);
        let outage = chaos.scope(kinesis(target, "status = 503"));
        assert_eq!(put(&client, "orders").await, !hit, "{target}");
        outage.assert_injected(if hit { 3 } else { 0 });
    }
}

#[tokio::test]
async fn a_status_has_its_headers_and_body() {
    let (chaos, client) = client(&Memory::default(), false);
    let fault = "status = { code = 418, headers = { X-Tea = 'green' }, body = '{\"__type\":\"Teapot\"}' }";
    let _outage = chaos.scope(kinesis("", fault));
    let error = client.list_streams().send().await.unwrap_err();
    let raw = error.raw_response().unwrap();
    assert_eq!(raw.status().as_u16(), 418);
    assert_eq!(raw.headers().get("x-tea"), Some("green"));
    assert_eq!(raw.headers().get("x-amzn-requestid"), Some("chaos-spec"));
    assert_eq!(error.code(), Some("Teapot"));
}

#[tokio::test]
async fn a_service_that_once_spoke_query_is_told_in_its_old_way() {
    let (chaos, client) = client(&Memory::default(), false);
    let _outage = chaos.scope(kinesis("", "error = { name = 'AWS.Old.Code', status = 400 }"));
    let call = client.list_streams().customize();
    let call = call.mutate_request(|request| {
        request.headers_mut().insert("x-amzn-query-mode", "true");
    });
    let error = call.send().await.unwrap_err();
    let raw = error.raw_response().unwrap();
    assert_eq!(raw.headers().get("x-amzn-query-error"), Some("AWS.Old.Code;Sender"));
    assert_eq!(raw.headers().get("content-type"), Some("application/x-amz-json-1.1"));
}

#[tokio::test]
async fn an_error_that_a_service_has_not_passes_and_says_so() {
    let (logs, _guard) = Logs::capture();
    let memory = Memory::default();
    let chaos = Chaos::builder().build().unwrap();
    let client = aws_sdk_sts::Client::new(&sdk::in_memory(memory.clone()).build().chaos(&chaos));
    // Of all services that the target may hit, one has it.
    let text = "id = 'spec'\nwhen = { rate = '100%' }\n[target]\nservice = ['sts', 's3*']\n[fault]\nerror = 'NoSuchKey'";
    let outage = chaos.scope(Scenario::from_toml(text).unwrap()).optional();
    for _ in 0..2 {
        assert!(client.get_caller_identity().send().await.is_ok());
    }
    assert_eq!(memory.hits(), 2);
    drop(outage);
    let outage = chaos.scope(fault("sts", "GetCallerIdentity").error("NoSuchKey")).optional();
    assert!(client.get_caller_identity().send().await.is_ok());
    let said = logs.of("chaos").into_iter().filter(|line| line.text.contains("no error of that name"));
    assert_eq!(said.count(), 1, "every decision has its event");
    assert_eq!((outage.matched(), outage.injected()), (0, 0), "what cannot be made is not counted");
    drop(outage);
    let outage = chaos.scope(fault("sts", "GetCallerIdentity").error("ExpiredTokenException"));
    let error = client.get_caller_identity().send().await.unwrap_err();
    assert_eq!(error.code(), Some("ExpiredTokenException"), "in awsQuery");
    outage.assert_injected(1);
    assert_eq!(memory.hits(), 3);
}

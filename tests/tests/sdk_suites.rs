//! What test suites live by: tests at the same time on one client, and the same
//! decisions whatever the threads do.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::Builder;
use aws_sdk_kinesis::primitives::Blob;
use chaos_core::spec::Scenario;
use chaos_core::{Chaos, fault};
use chaos_sdk_interceptor::{ChaosExt, ChaosSdk, inherit, with_labels};
use std::collections::BTreeSet;
use tests::memory::Memory;
use tests::sdk;
use tokio::runtime::Runtime;

fn client(chaos: &Chaos) -> Client {
    let config = sdk::in_memory(Memory::default()).build().chaos(chaos);
    Client::from_conf(Builder::from(&config).interceptor(chaos.interceptor()).build())
}

/// Without retries, so that each call is one attempt.
fn trying_once(chaos: &Chaos) -> Client {
    let config = sdk::in_memory(Memory::default()).build().chaos(chaos);
    let retries = aws_sdk_kinesis::config::retry::RetryConfig::disabled();
    Client::from_conf(Builder::from(&config).retry_config(retries).build())
}

async fn put(client: &Client, key: u32) -> bool {
    let put = client.put_record().stream_name("orders").partition_key(format!("key-{key}"));
    put.data(Blob::new("data")).send().await.is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_tests_on_one_client_never_meet() {
    let chaos = Chaos::builder().journal(false).build().unwrap();
    let client = trying_once(&chaos);
    let tests = (0..1000u32).map(|number| {
        let (chaos, client) = (chaos.clone(), client.clone());
        tokio::spawn(async move {
            let wanted = u64::from(number % 3);
            let outage = chaos.isolated(fault("kinesis", "PutRecord").status(503).times(wanted));
            let work = outage.run(async {
                let spawned = tokio::spawn(inherit({
                    let client = client.clone();
                    async move { put(&client, number).await }
                }));
                let mut failed = u64::from(!spawned.await.unwrap());
                for _ in 0..3 {
                    failed += u64::from(!put(&client, number).await);
                }
                failed
            });
            assert_eq!(work.await, wanted);
            assert!(put(&client, number).await);
            outage.assert_injected(wanted);
        })
    });
    for test in tests.collect::<Vec<_>>() {
        test.await.unwrap();
    }
}

/// The calls out of two hundred that fail, made at the same time.
fn failed(workers: usize, when: &str) -> BTreeSet<u32> {
    let text = format!("id = 'half'\ntarget.service = 'kinesis'\nfault.status = 503\nwhen = {{ {when} }}");
    let scenario = Scenario::from_toml(&text).unwrap();
    let chaos = Chaos::builder().seed(7).spec(scenario).build().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build();
    let runtime: Runtime = runtime.unwrap();
    let client = trying_once(&chaos);
    runtime.block_on(async {
        let call = |key: u32| {
            let client = client.clone();
            let put = async move { (key, put(&client, key).await) };
            tokio::spawn(with_labels([("order", key.to_string())], put))
        };
        let mut failed = BTreeSet::new();
        for call in (0..200).map(call).collect::<Vec<_>>() {
            let (key, passed) = call.await.unwrap();
            failed.extend((!passed).then_some(key));
        }
        failed
    })
}

#[test]
fn as_many_are_hit_by_one_worker_as_by_eight() {
    let when = "rate = '30%'";
    let (one, eight) = (failed(1, when), failed(8, when));
    assert_eq!(one.len(), eight.len());
    assert!((40..80).contains(&one.len()), "{}", one.len());
}

#[test]
fn with_a_key_the_same_are_hit_by_one_worker_as_by_eight() {
    for key in ["input", "label:order"] {
        let when = format!("rate = '30%', key = '{key}'");
        let (one, eight) = (failed(1, &when), failed(8, &when));
        assert_eq!(one, eight, "{key}");
        assert!((40..80).contains(&one.len()), "{}", one.len());
    }
}

#[tokio::test]
async fn with_per_call_retries_do_not_help_and_without_they_do() {
    let suffered = async |per: &str| {
        let text = format!(
            "id = 'half'\ntarget.service = 'kinesis'\nfault.status = 503\n\
             when = {{ rate = '50%', per = '{per}' }}"
        );
        let chaos = Chaos::builder().seed(7).toml(&text).build().unwrap();
        let mut failed = 0;
        for key in 0..40 {
            // A client each: failed calls leave none its retry tokens.
            failed += u32::from(!put(&client(&chaos), key).await);
        }
        failed
    };
    let (call, attempt) = (suffered("call").await, suffered("attempt").await);
    assert!((10..30).contains(&call), "{call}");
    assert!(attempt < call / 2, "{attempt} {call}");
}

#[tokio::test]
async fn a_test_whose_fault_never_struck_says_what_came_near() {
    let chaos = Chaos::builder().build().unwrap();
    let client = client(&chaos);
    let outage = chaos.isolated(fault("kinesis", "PutRecord").input("StreamName", "payments").status(503));
    assert!(outage.run(put(&client, 1)).await);
    let told = tokio::spawn(async move { drop(outage) }).await.unwrap_err().into_panic();
    let told = told.downcast::<String>().unwrap();
    assert!(told.contains("no call ever matched it"), "{told}");
    assert!(told.contains("nearly: kinesis PutRecord (attempt 1)") && told.contains("StreamName"), "{told}");
}

//! Bodies of a gigabyte through the faults of bodies: nothing of them is kept.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use allocation_counter::measure;
use chaos_core::spec::{CorruptFault, Ending, Flip, SlowBodyFault, Truncate};
use chaos_core::{Chaos, FaultBuilder, http_fault};
use chaos_http::ChaosExt;
use reqwest_middleware::ClientBuilder;
use tests::http::AnswersAtLength;
use tokio::runtime::Builder;

const GIGABYTE: u64 = 1 << 30;

/// The most that was allocated at a time while a gigabyte came through `fault`,
/// and how much came.
fn stream(fault: FaultBuilder) -> (u64, u64) {
    let chaos = Chaos::builder().build().unwrap();
    let outage = chaos.scope(fault);
    let client = reqwest::Client::builder().no_proxy().build().unwrap().chaos(&chaos);
    let client = ClientBuilder::from_client(client).with(AnswersAtLength(GIGABYTE)).build();
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let mut came = 0;
    let counted = measure(|| {
        runtime.block_on(async {
            let mut answer = client.get("http://orders.example/").send().await.unwrap();
            while let Some(chunk) = answer.chunk().await.unwrap() {
                came += chunk.len() as u64;
            }
        });
    });
    outage.assert_injected(1);
    (counted.bytes_max, came)
}

#[test]
fn memory_stays_flat() {
    let slow = SlowBodyFault::rate(GIGABYTE / 30);
    let but_last = Truncate { after: -Truncate::MAX_BEFORE_END, by: Ending::End };
    let faults = [
        ("nothing", http_fault("*").latency(std::time::Duration::from_millis(1)), 0),
        ("flip", http_fault("*").corrupt(CorruptFault::Flip(Flip::Bytes(1024))), 0),
        ("truncate", http_fault("*").corrupt(CorruptFault::Truncate(but_last)), 65_536),
        ("slow_body", http_fault("*").slow_body(slow), 0),
    ];
    for (name, fault, less) in faults {
        let (most, came) = stream(fault);
        println!("{name}: at most {most} bytes at a time");
        assert_eq!(came, GIGABYTE - less, "{name}");
        assert!(most < 1024 * 1024, "{name}: {most}");
    }
}

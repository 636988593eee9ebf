//! A gigabyte goes through a fault without being kept.

use aws_sdk_s3::Client;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig as Protection;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use chaos_core::spec::{CorruptFault, Ending, Flip, SlowBodyFault, Truncate};
use chaos_core::{Chaos, FaultBuilder, fault};
use chaos_sdk_interceptor::ChaosExt;
use conformance::config;
use http_body::{Body, Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

const GIGABYTE: u64 = 1 << 30;
const CHUNK: usize = 64 * 1024;

/// So many bytes more, in chunks that are made one by one.
#[derive(Debug)]
struct Generated {
    left: u64,
    told: bool,
}

impl Body for Generated {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= CHUNK as u64;
        Poll::Ready(Some(Ok(Frame::data(vec![7; CHUNK].into()))))
    }

    fn size_hint(&self) -> SizeHint {
        if self.told { SizeHint::with_exact(self.left) } else { SizeHint::default() }
    }
}

#[derive(Clone, Debug)]
struct Generating(bool);

impl HttpConnector for Generating {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let body = SdkBody::from_body_1_x(Generated { left: GIGABYTE, told: self.0 });
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), body)))
    }
}

impl HttpClient for Generating {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// How many bytes came, how many of them others, in how many virtual seconds.
async fn download(told: bool, fault: FaultBuilder) -> (u64, usize, u64) {
    let chaos = Chaos::builder().build().unwrap();
    let outage = chaos.scope(fault);
    let config = config(Generating(told)).chaos(&chaos);
    // In virtual time a gigabyte takes none, or very long.
    let own = aws_sdk_s3::config::Builder::from(&config)
        .force_path_style(true)
        .stalled_stream_protection(Protection::disabled())
        .build();
    let start = tokio::time::Instant::now();
    let mut answer = Client::from_conf(own).get_object().bucket("bucket").key("key").send().await.unwrap();
    let (mut bytes, mut others) = (0, 0);
    let usual = [7; CHUNK];
    while let Some(chunk) = answer.body.next().await {
        let chunk = chunk.unwrap();
        bytes += chunk.len() as u64;
        if *chunk != usual[..chunk.len().min(CHUNK)] {
            others += chunk.iter().filter(|byte| **byte != 7).count();
        }
    }
    outage.assert_injected(1);
    (bytes, others, start.elapsed().as_secs())
}

#[test]
fn a_gigabyte_is_not_kept() {
    let get = || fault("s3", "GetObject");
    let truncate = CorruptFault::Truncate(Truncate { after: -65_536, by: Ending::End });
    let cases = [
        (true, get().corrupt(CorruptFault::Flip(Flip::Bytes(1_000))), (GIGABYTE, 1_000, 0)),
        (false, get().corrupt(CorruptFault::Flip(Flip::Bytes(1_000))), (GIGABYTE, 1_000, 0)),
        (false, get().corrupt(truncate), (GIGABYTE - 65_536, 0, 0)),
        // 6 GB in 60 s would be the cap: this is below it.
        (true, get().slow_body(SlowBodyFault::rate(100 << 20)), (GIGABYTE, 0, 10)),
    ];
    for (told, fault, expected) in cases {
        let mut ended = None;
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let counted = allocation_counter::measure(|| {
            ended = Some(runtime.block_on(download(told, fault.clone())));
        });
        assert_eq!(ended, Some(expected), "{told} {fault:?}");
        assert!(counted.bytes_total > GIGABYTE, "it was really made");
        assert!(counted.bytes_max < 4 << 20, "at most {} bytes at once", counted.bytes_max);
    }
}

//! What is no longer wanted is given up.

use crate::support::{Chunks, damaged, data, error, read};
use bytes::Bytes;
use chaos_core::body::{BoxError, Damage, Damaged, Length};
use chaos_core::clock::TestClock;
use chaos_core::context::CallContext;
use chaos_core::decide::Decision;
use chaos_core::settings::Settings as ChaosSettings;
use chaos_core::spec::{CorruptFault, Ending, Flip, Truncate};
use chaos_core::{Chaos, Scope, fault};
use http_body::{Body, Frame};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// A body that shows whether it is still held.
struct Watched(Chunks, #[allow(dead_code, reason = "it is counted")] Arc<()>);

impl Body for Watched {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Pin::new(&mut self.0).poll_frame(context)
    }
}

#[tokio::test]
async fn the_connection_is_given_up_with_the_cut() {
    let held = Arc::new(());
    let chunks = Chunks { frames: [data(b"abcd"), data(b"efgh")].into_iter().collect(), told: true };
    let fault = CorruptFault::Truncate(Truncate { after: 4, by: Ending::Close });
    let length = Length { told: Some(8), exact: Some(8) };
    let damage = Damage::new(&fault, length, 1).unwrap();
    let mut body = Damaged::new(Watched(chunks, Arc::clone(&held)), damage, error());
    assert_eq!(Arc::strong_count(&held), 2);
    let first = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
    assert_eq!(first.unwrap().unwrap().into_data().unwrap(), "abcd");
    assert_eq!(Arc::strong_count(&held), 1);
    // The error is still to come.
    assert!(!body.is_end_stream());
}

#[test]
fn bodies_go_wherever_those_of_adapters_go() {
    fn fits<T: Send + Sync + Unpin + 'static>() {}
    fits::<Damaged<Chunks>>();
    fits::<chaos_core::body::Slowed<Chunks>>();
}

/// A call that is hit, and its answer's body under `damage`.
fn hit(damage: &CorruptFault, body: Chunks) -> (Chaos, Scope, Damaged<Chunks>) {
    let chaos = Chaos::builder().build().unwrap();
    let scope = chaos.scope(fault("s3", "GetObject").corrupt(damage.clone()));
    let call = CallContext { service: Some("s3"), operation: Some("GetObject"), ..CallContext::unknown() };
    let Decision::Inject(injection) = chaos.decide(&call) else { panic!("it is hit") };
    let body = damaged(body, damage, 1).while_in_force(&chaos, injection.specs);
    (chaos, scope, body)
}

/// What has not struck when the fault is over never does.
#[tokio::test]
async fn the_rest_comes_as_it_is_once_the_fault_is_over() {
    let truncate = |after, by| CorruptFault::Truncate(Truncate { after, by });
    let cases = [
        // What is damaged before the end, and what of it comes then.
        (CorruptFault::Flip(Flip::At(vec![1, 5])), vec![1]),
        (CorruptFault::Garbage, vec![0, 1, 2, 3]),
        (truncate(6, Ending::Close), vec![]),
        (truncate(-3, Ending::Reset), vec![]),
    ];
    for told in [true, false] {
        for (damage, other) in &cases {
            let (_chaos, scope, mut body) = hit(damage, Chunks::of(&[b"0123", b"4567"], told));
            let first = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
            let mut bytes = first.unwrap().unwrap().into_data().unwrap().to_vec();
            drop(scope);
            let rest = read(body).await;
            bytes.extend(rest.bytes);
            let differs: Vec<_> = (0..8).filter(|at| bytes[*at] != b"01234567"[*at]).collect();
            assert_eq!((bytes.len(), &differs, rest.error), (8, other, None), "{damage:?}");
        }
    }
}

/// Who was told of another length gets what was told.
#[tokio::test]
async fn what_the_head_says_is_done_to_the_end() {
    let end = CorruptFault::Truncate(Truncate { after: 6, by: Ending::End });
    for damage in [end.clone(), CorruptFault::WrongLength(-2)] {
        let (_chaos, scope, body) = hit(&damage, Chunks::of(&[b"0123", b"4567"], true));
        drop(scope);
        assert_eq!(read(body).await.bytes, b"012345");
    }
    // Nobody was told here.
    let (_chaos, scope, body) = hit(&end, Chunks::of(&[b"0123", b"4567"], false));
    drop(scope);
    assert_eq!(read(body).await.bytes, b"01234567");
}

#[tokio::test]
async fn a_fault_that_lasts_strikes_to_the_end() {
    let (chaos, _scope, body) = hit(&CorruptFault::Garbage, Chunks::of(&[b"0123", b"4567"], true));
    let other = chaos.scope(fault("sqs", "*").status(503)).optional();
    drop(other);
    let got = read(body).await;
    assert!(got.bytes.iter().zip(b"01234567").all(|(got, real)| got != real));
}

/// No change tells of a deadline: the clock does.
#[tokio::test]
async fn a_deadline_ends_the_damage_too() {
    let specs = r#"{"id": "a", "enabled": true, "until": "2026-11-23T12:00:01Z", "target": {"service": "s3"},
        "fault": {"corrupt": "garbage"}, "when": {"rate": "100%"}}"#;
    let lookup = |name: &str| (name == "CHAOS_SPECS").then(|| specs.to_owned());
    let clock = Arc::new(TestClock::at("2026-11-23T12:00:00Z".parse().unwrap()));
    let settings = ChaosSettings::read(&lookup, "test").unwrap();
    let chaos = Chaos::from_settings(&settings, clock.clone()).unwrap();
    let call = CallContext { service: Some("s3"), operation: Some("GetObject"), ..CallContext::unknown() };
    let Decision::Inject(injection) = chaos.decide(&call) else { panic!("it is hit") };
    let body = damaged(Chunks::of(&[b"0123", b"4567"], true), &CorruptFault::Garbage, 1);
    let mut body = body.while_in_force(&chaos, injection.specs);
    let first = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
    assert_ne!(first.unwrap().unwrap().into_data().unwrap(), "0123");
    clock.advance(Duration::from_secs(1));
    assert_eq!(read(body).await.bytes, b"4567");
}

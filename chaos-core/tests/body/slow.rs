//! Bodies that come slowly, in virtual time.

use crate::support::{Chunks, Got, error, read};
use bytes::Bytes;
use chaos_core::body::{BoxError, Died, Pace, Slowed, Slowing};
use chaos_core::caps::{MAX_CONCURRENT, MAX_DELAY};
use chaos_core::context::CallContext;
use chaos_core::decide::Decision;
use chaos_core::effect::Answer;
use chaos_core::spec::SlowBodyFault;
use chaos_core::{Chaos, Scope, fault};
use http_body::{Body, Frame};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, sleep};

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// A call that is hit, and the body of its answer.
fn slowed<B>(body: B, slow: SlowBodyFault) -> (Chaos, Scope, Slowed<B>)
where
    B: Body<Data = Bytes, Error = BoxError> + Unpin,
{
    let chaos = Chaos::builder().build().unwrap();
    let scope = chaos.scope(fault("s3", "GetObject").slow_body(slow));
    let call = CallContext { service: Some("s3"), operation: Some("GetObject"), ..CallContext::unknown() };
    let Decision::Inject(injection) = chaos.decide(&call) else { panic!("it is hit") };
    let Some(Answer::SlowBody(slow)) = injection.effect.outcome.as_deref() else { panic!("it is slow") };
    let (pace, specs) = (Pace::new(*slow), injection.specs.clone());
    let clock = chaos.clock().unwrap().clone();
    let timer = Box::new(move |time| clock.sleep(time));
    drop(injection);
    let slowing = Slowing::new(&chaos, specs, timer);
    (chaos, scope, Slowed::new(body, pace, slowing, error()))
}

async fn timed(chunks: Chunks, slow: SlowBodyFault) -> (Got, u128) {
    let (chaos, _scope, body) = slowed(chunks, slow);
    assert_eq!(chaos.health().active, 0, "nobody reads it yet");
    let start = Instant::now();
    let got = read(body).await;
    assert_eq!(chaos.health().active, 0);
    (got, start.elapsed().as_millis())
}

#[tokio::test(start_paused = true)]
async fn a_body_takes_as_long_as_its_rate_says() {
    let cases = [
        // Bytes, rate, time, pieces.
        (1_000, 1_000, 1_000, 10),
        (1_001, 1_000, 1_100, 11),
        (10_000, 1_000, 10_000, 100),
        (15, 15, 1_000, 10),
        (3, 1, 3_000, 3),
        (3, 3, 1_000, 3),
        (1_000_000, 100_000_000, 100, 1),
        (5, i64::MAX as u64, 100, 1),
    ];
    for (size, rate, time, pieces) in cases {
        let (got, took) = timed(Chunks::cut(&vec![7; size], size, true), SlowBodyFault::rate(rate)).await;
        assert_eq!((got.bytes.len(), took, got.pieces), (size, time, pieces), "{size} at {rate}");
        assert_eq!(got.error, None);
    }
}

#[tokio::test(start_paused = true)]
async fn chunks_make_no_difference_to_the_time() {
    for size in [1, 3, 100, 999, 1_000] {
        let (got, took) = timed(Chunks::cut(&[7; 1_000], size, false), SlowBodyFault::rate(500)).await;
        assert_eq!((got.bytes.len(), took), (1_000, 2_000), "in chunks of {size}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_body_is_held_up_for_longer_than_the_cap() {
    let (got, took) = timed(Chunks::cut(&[7; 10_000], 10_000, true), SlowBodyFault::rate(7)).await;
    // 420 bytes slowly, the rest at once.
    assert_eq!((got.bytes.len(), got.error), (10_000, None));
    assert_eq!(took, MAX_DELAY.as_millis());
    let slow = SlowBodyFault { rate: Some(1), stall_after: Some(61) };
    let (got, took) = timed(Chunks::cut(&[7; 100], 10, true), slow).await;
    assert_eq!((got.bytes.len(), took, got.error), (100, MAX_DELAY.as_millis(), None));
}

#[tokio::test(start_paused = true)]
async fn a_stall_ends_as_a_connection_that_died() {
    for (after, size) in [(0, 3), (4, 3), (250, 100)] {
        let (got, took) = timed(Chunks::cut(&[7; 300], size, true), SlowBodyFault::stall_after(after)).await;
        assert_eq!((got.bytes.len() as u64, took), (after, MAX_DELAY.as_millis()));
        assert!(got.died(Died::Stalled), "{got:?}");
    }
    let slow = SlowBodyFault { rate: Some(100), stall_after: Some(250) };
    let (got, took) = timed(Chunks::cut(&[7; 300], 300, true), slow).await;
    assert_eq!((got.bytes.len(), took), (250, MAX_DELAY.as_millis()));
    assert!(got.died(Died::Stalled), "{got:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_over_by_then_does_not_stall() {
    for told in [true, false] {
        for after in [300, 301] {
            let (got, took) =
                timed(Chunks::cut(&[7; 300], 100, told), SlowBodyFault::stall_after(after)).await;
            assert_eq!((got.bytes.len(), took, got.error), (300, 0, None));
        }
    }
    let (got, took) = timed(Chunks::of(&[], true), SlowBodyFault::rate(1)).await;
    assert_eq!((got.bytes.len(), took), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn the_rest_flows_once_the_outage_is_over() {
    for slow in [SlowBodyFault::rate(10), SlowBodyFault::stall_after(10)] {
        let (chaos, scope, body) = slowed(Chunks::cut(&[7; 1_000], 100, true), slow);
        let start = Instant::now();
        let ending = async {
            sleep(ms(1_050)).await;
            assert_eq!(chaos.health().active, 1);
            drop(scope);
        };
        let (got, ()) = tokio::join!(read(body), ending);
        assert_eq!((got.bytes.len(), got.error), (1_000, None));
        assert_eq!((start.elapsed(), chaos.health().active), (ms(1_050), 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_given_up_holds_no_place() {
    let (chaos, _scope, body) = slowed(Chunks::cut(&[7; 10], 10, true), SlowBodyFault::stall_after(0));
    assert!(tokio::time::timeout(ms(10), read(body)).await.is_err());
    assert_eq!(chaos.health().active, 0);
}

/// A body that is slow by itself.
struct Late(Pin<Box<tokio::time::Sleep>>, u64, u32);

impl Late {
    fn new(every: u64, chunks: u32) -> Self {
        Self(Box::pin(sleep(ms(every))), every, chunks)
    }
}

impl Body for Late {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.2 == 0 {
            return Poll::Ready(None);
        }
        std::task::ready!(self.0.as_mut().poll(context));
        let next = self.0.deadline() + ms(self.1);
        self.0.as_mut().reset(next);
        self.2 -= 1;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"0123456789")))))
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_slow_by_itself_is_not_held_up_twice() {
    // Ten bytes a second come; a hundred may.
    let (_chaos, _scope, body) = slowed(Late::new(1_000, 20), SlowBodyFault::rate(100));
    let start = Instant::now();
    assert_eq!(read(body).await.bytes.len(), 200);
    assert_eq!(start.elapsed(), ms(20_000));
}

#[tokio::test(start_paused = true)]
async fn pieces_come_at_each_tick() {
    let (_chaos, _scope, mut body) = slowed(Chunks::cut(&[7; 50], 50, true), SlowBodyFault::rate(95));
    let (start, mut came) = (Instant::now(), Vec::new());
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        came.push((start.elapsed().as_millis(), frame.unwrap().into_data().unwrap().len()));
    }
    assert_eq!(came, [(100, 9), (200, 10), (300, 9), (400, 10), (500, 9), (600, 3)]);
}

/// Answers that lie about unread hold no place: they would keep all other calls
/// from being hit.
#[tokio::test(start_paused = true)]
async fn who_does_not_read_holds_no_place() {
    let (chaos, _scope, mut body) = slowed(Chunks::cut(&[7; 100], 50, true), SlowBodyFault::rate(100));
    assert_eq!(chaos.health().active, 0);
    let waiting = async {
        sleep(ms(50)).await;
        assert_eq!(chaos.health().active, 1);
    };
    let (first, ()) = tokio::join!(poll_fn(|context| Pin::new(&mut body).poll_frame(context)), waiting);
    assert_eq!(first.unwrap().unwrap().into_data().unwrap().len(), 10);
    assert_eq!(chaos.health().active, 0, "what came is read");
    assert_eq!(read(body).await.bytes.len(), 90);
    assert_eq!(chaos.health().active, 0);
}

/// As calls pass, so do bodies.
#[tokio::test(start_paused = true)]
async fn what_has_no_place_is_not_held_up() {
    let (chaos, _scope, body) = slowed(Chunks::cut(&[7; 100], 100, true), SlowBodyFault::rate(1));
    let call = CallContext { service: Some("s3"), operation: Some("GetObject"), ..CallContext::unknown() };
    let others: Vec<_> = (0..MAX_CONCURRENT).map(|_| chaos.decide(&call)).collect();
    assert_eq!(chaos.health().active, MAX_CONCURRENT);
    let start = Instant::now();
    assert_eq!(read(body).await.bytes.len(), 100);
    assert_eq!(start.elapsed(), Duration::ZERO);
    drop(others);
    assert_eq!(chaos.health().active, 0);
}

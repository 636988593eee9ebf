//! Time in which the process was awake. Where it is frozen, as a Lambda
//! function is between invocations, the clocks go on: a timeout by them is over
//! at the thaw, while the answer that it waited for lies in the socket.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// A freeze takes away no more of an [`awake`] than this.
const TICK: Duration = Duration::from_millis(50);

/// Ends when the process was awake for `length`, in a runtime with tokio's timer.
pub(crate) async fn awake(length: Duration) {
    let mut left = length;
    while !left.is_zero() {
        let (tick, began) = (left.min(TICK), Instant::now());
        sleep(tick).await;
        left = left.saturating_sub(tick);
        if left.is_zero() && began.elapsed() >= TICK * 2 {
            // Frozen at the very end: who is awake again has a moment to look into the socket.
            sleep(TICK).await;
        }
    }
}

/// What `work` comes to, unless `end` comes first. Of two that are ready `work` wins.
pub(crate) async fn unless<T>(work: impl Future<Output = T>, end: impl Future<Output = ()>) -> Option<T> {
    let (mut work, mut end) = (pin!(work), pin!(end));
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => end.as_mut().poll(context).map(|()| None),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::{Instant, TICK, awake, sleep, unless};
    use std::time::Duration;
    use tokio::time::advance;

    const MS: Duration = Duration::from_millis(1);

    #[tokio::test(start_paused = true)]
    async fn without_a_freeze_it_is_a_sleep() {
        for length in [Duration::ZERO, MS, TICK, TICK + MS, TICK * 8] {
            let began = Instant::now();
            awake(length).await;
            assert_eq!(began.elapsed(), length);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_freeze_takes_one_tick() {
        let timeout = tokio::spawn(awake(TICK * 4));
        sleep(MS).await;
        advance(Duration::from_secs(3600)).await;
        let thawed = Instant::now();
        timeout.await.unwrap();
        assert_eq!(thawed.elapsed(), TICK * 3);
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_frozen_at_the_very_end_has_a_moment_left() {
        let timeout = tokio::spawn(awake(TICK * 4));
        sleep(TICK * 4 - MS).await;
        advance(Duration::from_secs(3600)).await;
        let thawed = Instant::now();
        timeout.await.unwrap();
        assert_eq!(thawed.elapsed(), TICK);
    }

    #[tokio::test(start_paused = true)]
    async fn of_two_that_are_ready_work_wins() {
        assert_eq!(unless(async { 1 }, async {}).await, Some(1));
        assert_eq!(unless(std::future::pending::<()>(), async {}).await, None);
    }
}

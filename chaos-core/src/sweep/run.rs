//! One run of the swept work: how it ends, whatever it does.

use super::coverage::shortened;
use crate::clock::Clock;
use std::any::Any;
use std::fmt::Debug;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;
use std::time::Duration;

/// What a piece of work says of itself: as a test may return it.
pub trait TestResult {
    /// What went wrong, in words; `None` where all is well.
    fn failure(self) -> Option<String>;
}

impl TestResult for () {
    fn failure(self) -> Option<String> {
        None
    }
}

impl<T, E: Debug> TestResult for Result<T, E> {
    fn failure(self) -> Option<String> {
        self.err().map(|error| format!("{error:?}"))
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Well,
    Failed(String),
    Panicked(String),
    /// Not within its time: it was dropped.
    Hung,
}

/// Runs `test` once, for at most `limit`.
pub(super) async fn run<T, R>(test: &T, clock: &dyn Clock, limit: Duration) -> Ended
where
    T: AsyncFn() -> R,
    R: TestResult,
{
    let mut work = Box::pin(async { test().await.failure() });
    let mut limit_reached = None;
    let ended = poll_fn(|context| {
        // What panicked half-way is dropped, and never polled again.
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(Poll::Ready(None)) => Poll::Ready(Ended::Well),
            Ok(Poll::Ready(Some(failure))) => Poll::Ready(Ended::Failed(shortened(&failure))),
            Err(panic) => Poll::Ready(Ended::Panicked(words_of(&*panic))),
            Ok(Poll::Pending) => {
                let limit = limit_reached.get_or_insert_with(|| clock.sleep(limit));
                limit.as_mut().poll(context).map(|()| Ended::Hung)
            }
        }
    });
    let ended = ended.await;
    // What was dropped half-way may complain, as scopes do that no call matched.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(work)));
    ended
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    shortened(text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked without words"))
}

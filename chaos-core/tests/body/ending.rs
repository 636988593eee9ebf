//! What is no longer wanted is given up.

use crate::support::{Chunks, data, error};
use bytes::Bytes;
use chaos_core::body::{BoxError, Damage, Damaged, Length};
use chaos_core::spec::{CorruptFault, Ending, Truncate};
use http_body::{Body, Frame};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

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

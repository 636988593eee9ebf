//! A table that is missing, gone, closed or silent.

use crate::wire::Fate;
use crate::world::*;
use chaos_core::decide::SkipReason;
use chaos_core::table::{Scope, StoreError, TableOptions};
use serde_json::{Value, json};
use std::time::Duration;

const MS: Duration = Duration::from_millis(1);

fn error(kind: &str) -> Value {
    json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{kind}"), "message": "no"})
}

#[tokio::test]
async fn a_table_that_does_not_exist_is_inert_and_says_so() {
    let world = World::without_table();
    let mut reader = world.reader();
    let poll = reader.poll().await;
    assert!(matches!(poll.error, Some(StoreError::TableMissing { .. })), "{poll:?}");
    assert!(poll.wait >= Duration::from_secs(30) && poll.wait <= Duration::from_secs(60), "{poll:?}");
    assert!(reader.problems()[0].contains("there is no table `chaos`"), "{:?}", reader.problems());
    assert!(reader.reader.lease().is_none());

    world.store.create_table(TableOptions::embedded()).await.unwrap();
    world.armed(&throttled("orders")).await;
    assert!(reader.hear().await.put_record().is_ok());
    assert!(reader.problems().is_empty());
}

#[tokio::test]
async fn silence_is_borne_until_the_lease_ends_and_not_a_moment_longer() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    let mut reader = world.reader();
    reader.hear().await;
    world.wire.on(|_, _| Fate::Lost);
    let mut waited = Duration::ZERO;
    loop {
        let poll = reader.poll().await;
        assert!(matches!(poll.error, Some(StoreError::Unreachable { .. })), "{poll:?}");
        assert!(!poll.changed);
        if waited + poll.wait >= LEASE {
            break;
        }
        world.clock.advance(poll.wait);
        waited += poll.wait;
        assert!(reader.put_record().is_ok(), "after {waited:?}");
    }
    world.clock.advance(LEASE - waited - MS);
    assert!(reader.put_record().is_ok());
    world.clock.advance(MS);
    assert_eq!(reader.put_record(), Err(SkipReason::LeaseOver));
    // Further failures prolong nothing, and neither does time.
    reader.poll().await;
    assert_eq!(reader.put_record(), Err(SkipReason::LeaseOver));

    world.wire.pass();
    world.wire.log();
    assert!(reader.hear().await.put_record().is_ok(), "heard again, and still armed");
    assert_eq!(world.wire.log().len(), 1, "nothing had changed, so nothing is loaded");
}

#[tokio::test]
async fn the_lease_counts_from_when_the_question_was_sent() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    let mut reader = world.reader();
    reader.hear().await;
    world.clock.advance(POLL);
    // The answer takes ten seconds.
    let clock = world.clock.clone();
    world.wire.on(move |_, _| {
        clock.advance(Duration::from_secs(10));
        Fate::Pass
    });
    reader.hear().await;
    world.clock.advance(LEASE - Duration::from_secs(10) - MS);
    assert!(reader.put_record().is_ok());
    world.clock.advance(MS);
    assert_eq!(reader.put_record(), Err(SkipReason::LeaseOver));
}

#[tokio::test]
async fn polls_back_off_and_come_back() {
    let world = World::new().await;
    let mut reader = world.reader();
    reader.hear().await;
    world.wire.on(|_, _| Fate::Answer(500, error("InternalServerError")));
    for longest in [1, 2, 4, 8, 8] {
        let wait = reader.poll().await.wait;
        let longest = Duration::from_secs(longest);
        assert!(wait >= longest / 2 && wait <= longest, "{wait:?}, at most {longest:?}");
    }
    world.wire.pass();
    reader.hear().await;
    world.wire.on(|_, _| Fate::Lost);
    assert!(reader.poll().await.wait <= Duration::from_secs(1));
}

#[tokio::test]
async fn being_shut_out_ends_everything_at_once() {
    for kind in ["AccessDeniedException", "ResourceNotFoundException", "UnrecognizedClientException"] {
        let world = World::new().await;
        world.armed(&throttled("orders")).await;
        let mut reader = world.reader();
        reader.hear().await;
        world.wire.on(move |_, _| Fate::Answer(400, error(kind)));
        let poll = reader.poll().await;
        assert!(poll.changed && poll.error.is_some() && poll.wait >= Duration::from_secs(30), "{poll:?}");
        assert_eq!(reader.put_record(), Err(SkipReason::NoMatch));
        assert_eq!(reader.problems().len(), 1);
        assert!(!reader.poll().await.changed, "told once");
        world.wire.pass();
        assert!(reader.hear().await.put_record().is_ok());
    }
}

#[tokio::test]
async fn a_halt_stands_while_its_source_is_out_of_sight() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    let mut reader = world.reader();
    world.store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    assert_eq!(reader.hear().await.put_record(), Err(SkipReason::Halted));
    world.wire.on(|_, _| Fate::Answer(400, error("AccessDeniedException")));
    assert!(reader.poll().await.error.is_some());
    assert!(reader.reader.snapshot().halted);
    world.wire.pass();
    world.edit_head(|head| drop(head.remove("act"))).await;
    assert!(reader.hear().await.reader.snapshot().halted);
}

#[tokio::test]
async fn throttling_and_expired_credentials_are_silence() {
    for kind in ["ProvisionedThroughputExceededException", "ThrottlingException", "ExpiredTokenException"] {
        let world = World::new().await;
        world.armed(&throttled("orders")).await;
        let mut reader = world.reader();
        reader.hear().await;
        world.wire.on(move |_, _| Fate::Answer(400, error(kind)));
        assert!(reader.poll().await.wait <= Duration::from_secs(1));
        assert!(reader.put_record().is_ok());
    }
}

#[tokio::test]
async fn a_load_that_fails_is_repeated_and_a_disarming_is_not_held_up_by_it() {
    let world = World::new().await;
    world.armed(&throttled("one")).await;
    world.armed(&throttled("two")).await;
    let mut reader = world.reader();
    reader.hear().await;
    world.store.disarm(&world.env, &id("one"), &world.alice, "enough").await.unwrap();
    world.armed(&throttled("three")).await;
    world.wire.on(|operation, _| if operation == "Query" { Fate::Lost } else { Fate::Pass });
    world.clock.advance(POLL);
    world.wire.log();
    let poll = reader.poll().await;
    assert_eq!((poll.changed, poll.wait, poll.error), (true, Duration::ZERO, None));
    assert_eq!(reader.specs(), ["two/throttled"]);
    assert_eq!(world.wire.log().len(), 1, "nothing was loaded before that");
    assert!(reader.poll().await.error.is_some());
    assert_eq!(reader.specs(), ["two/throttled"]);
    // The lease was not renewed by half an answer.
    world.clock.advance(LEASE - POLL);
    assert_eq!(reader.put_record(), Err(SkipReason::LeaseOver));
    world.wire.pass();
    assert_eq!(reader.hear().await.specs(), ["three/throttled", "two/throttled"]);
    assert!(reader.put_record().is_ok());
}

#[tokio::test]
async fn a_revision_that_cannot_be_loaded_leaves_the_old_one() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    let mut reader = world.reader();
    reader.hear().await;
    let edited = scenario("orders", json!([spec("throttled", "KMSThrottlingException")]));
    let rearmed = world.store.rearm(&world.env, &edited, chaos_core::table::Expected::Any, &world.alice, "x");
    rearmed.await.unwrap();
    world.wire.on(|operation, _| if operation == "Query" { Fate::Lost } else { Fate::Pass });
    reader.poll().await;
    assert_eq!(reader.put_record().as_deref(), Ok("ProvisionedThroughputExceededException"));
    world.wire.pass();
    assert_eq!(reader.hear().await.put_record().as_deref(), Ok("KMSThrottlingException"));
}

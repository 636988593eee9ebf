//! Requests with an idempotency key: done once, answered alike.

use crate::wire::Fate;
use crate::world::*;
use chaos_core::clock::Clock;
use chaos_core::table::{Actor, Claim, Claimed, KeptAnswer, RequestKey, Sha256, Store, StoreError};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const SECOND: Duration = Duration::from_secs(1);

fn body(byte: u8) -> Sha256 {
    Sha256::of_digest(&[byte; 32])
}

fn answer(text: &str) -> KeptAnswer {
    KeptAnswer { status: 201, body: Some(text.to_owned()) }
}

impl World {
    /// Claims the key `k` with a body, as alice.
    async fn claim(&self, store: &Store, byte: u8) -> Claimed {
        self.claim_as(store, &self.alice, byte).await.unwrap()
    }

    async fn claim_as(&self, store: &Store, actor: &Actor, byte: u8) -> Result<Claimed, StoreError> {
        store.claim(&self.env, &RequestKey::new("k").unwrap(), actor, &body(byte)).await
    }

    async fn fresh(&self) -> Claim {
        let Claimed::Fresh(claim) = self.claim(&self.store, 1).await else { panic!("not fresh") };
        claim
    }

    /// Where it lies, whatever part of the hash that is.
    async fn request_item(&self) -> Option<Item> {
        let mut found = None;
        for part in 0..=255 {
            found = found.or(self.item(&format!("mc1|staging|K|{part:02x}"), "alice|k").await);
        }
        found
    }
}

#[tokio::test]
async fn a_request_is_done_once_and_answered_alike() {
    let world = World::new().await;
    let claim = world.fresh().await;
    assert!(!claim.taken_over);
    let since = world.clock.now().wall;
    world.clock.advance(SECOND);
    assert_eq!(world.claim(&world.store, 1).await, Claimed::InFlight { since });
    assert_eq!(world.claim(&world.store, 2).await, Claimed::Conflict);
    // Another actor's key is another key.
    let bob = Actor::new("bob").unwrap();
    assert!(matches!(world.claim_as(&world.store, &bob, 2).await.unwrap(), Claimed::Fresh(_)));

    assert!(world.store.complete(&claim, &answer("{\"made\": true}")).await.unwrap());
    assert!(world.store.complete(&claim, &answer("{\"made\": true}")).await.unwrap(), "said twice");
    assert_eq!(world.claim(&world.store, 1).await, Claimed::Same(answer("{\"made\": true}")));
    assert_eq!(world.claim(&world.store, 2).await, Claimed::Conflict);
    let ttl = (since + DAY).as_second();
    assert_eq!(world.request_item().await.unwrap()["ttl"], number(ttl));

    // Expired, whether it was removed or not.
    world.clock.set_wall(since + DAY - Duration::from_millis(1));
    assert_eq!(world.claim(&world.store, 1).await, Claimed::Same(answer("{\"made\": true}")));
    world.clock.set_wall(since + DAY);
    let Claimed::Fresh(next) = world.claim(&world.store, 2).await else { panic!("not fresh") };
    assert!(!next.taken_over);
    assert!(!world.store.complete(&claim, &answer("old")).await.unwrap(), "it is another's by now");
    assert!(world.store.complete(&next, &answer("new")).await.unwrap());
    assert_eq!(world.claim(&world.store, 2).await, Claimed::Same(answer("new")));
}

#[tokio::test]
async fn a_claim_that_was_left_is_taken_over_after_a_minute() {
    let world = World::new().await;
    let left = world.fresh().await;
    let since = world.clock.now().wall;
    world.clock.set_wall(since + Duration::from_millis(59_999));
    assert_eq!(world.claim(&world.store, 1).await, Claimed::InFlight { since });
    world.clock.set_wall(since + Duration::from_secs(60));
    assert_eq!(world.claim(&world.store, 2).await, Claimed::Conflict);
    let claim = world.fresh().await;
    assert!(claim.taken_over);
    assert_eq!(world.claim(&world.store, 1).await, Claimed::InFlight { since: world.clock.now().wall });
    // Whoever left it comes back too late, and changes nothing.
    assert!(!world.store.complete(&left, &answer("late")).await.unwrap());
    world.store.abandon(&left).await.unwrap();
    assert!(world.store.complete(&claim, &answer("in time")).await.unwrap());
    assert_eq!(world.claim(&world.store, 1).await, Claimed::Same(answer("in time")));
    world.store.abandon(&claim).await.unwrap();
    assert_eq!(world.claim(&world.store, 1).await, Claimed::Same(answer("in time")), "what is done stays");
}

#[tokio::test]
async fn what_was_not_done_is_given_back() {
    let world = World::new().await;
    let claim = world.fresh().await;
    world.store.abandon(&claim).await.unwrap();
    assert_eq!(world.request_item().await, None);
    let next = world.fresh().await;
    assert!(!next.taken_over);
    world.store.abandon(&claim).await.unwrap();
    assert!(world.store.complete(&next, &answer("done")).await.unwrap());
}

#[tokio::test]
async fn of_many_at_once_one_has_it() {
    let world = World::new().await;
    for round in 0..5 {
        let stores: Vec<_> = (0..8).map(|_| world.wired()).collect();
        let mut tasks = tokio::task::JoinSet::new();
        for store in stores {
            let (env, alice) = (world.env.clone(), world.alice.clone());
            let key = RequestKey::new("k").unwrap();
            tasks.spawn(async move { store.claim(&env, &key, &alice, &body(1)).await });
        }
        let claims = tasks.join_all().await;
        let fresh = claims.iter().filter(|claimed| matches!(claimed, Ok(Claimed::Fresh(_)))).count();
        let waits = claims.iter().filter(|claimed| matches!(claimed, Ok(Claimed::InFlight { .. }))).count();
        assert_eq!((fresh, waits), (1, 7), "{claims:?}");
        // The next round takes it over.
        world.clock.advance(Duration::from_secs(60));
        let taken = claims.iter().any(|one| matches!(one, Ok(Claimed::Fresh(claim)) if claim.taken_over));
        assert_eq!(taken, round > 0);
    }
}

#[tokio::test]
async fn long_answers_are_known_and_not_kept() {
    let world = World::new().await;
    let claim = world.fresh().await;
    assert!(world.store.complete(&claim, &answer(&"x".repeat(64 * 1024 + 1))).await.unwrap());
    let known = KeptAnswer { status: 201, body: None };
    assert_eq!(world.claim(&world.store, 1).await, Claimed::Same(known));

    let world = World::new().await;
    let (claim, longest) = (world.fresh().await, answer(&"x".repeat(64 * 1024)));
    let refused = world.store.complete(&claim, &KeptAnswer { status: 99, body: None }).await.unwrap_err();
    assert!(refused.to_string().contains("99 is no HTTP status"), "{refused}");
    assert!(world.store.complete(&claim, &longest).await.unwrap());
    assert_eq!(world.claim(&world.store, 1).await, Claimed::Same(longest));
}

#[tokio::test]
async fn what_was_edited_is_an_error_that_names_the_item() {
    for (attribute, value) in [
        ("state", text("perhaps")),
        ("hash", text("x")),
        ("at", text("then")),
        ("token", text("")),
        ("status", number(7)),
        ("body", number(7)),
    ] {
        let world = World::new().await;
        let claim = world.fresh().await;
        assert!(world.store.complete(&claim, &answer("done")).await.unwrap());
        let mut item = world.request_item().await.unwrap();
        item.insert(attribute.to_owned(), value);
        world.put(item).await;
        let error = world.claim_as(&world.store, &world.alice, 1).await.unwrap_err().to_string();
        assert!(error.contains("alice|k") && error.contains(&format!("`{attribute}`")), "{error}");
    }
}

#[tokio::test]
async fn lost_answers_are_found_out() {
    let world = World::new().await;
    let store = world.wired();
    let mut writes = 0;
    world.wire.on(move |operation, _| {
        let write = operation == "TransactWriteItems";
        writes += u32::from(write);
        if write && writes % 2 == 1 { Fate::AnswerLost } else { Fate::Pass }
    });
    let Claimed::Fresh(claim) = world.claim(&store, 1).await else { panic!("it was ours") };
    assert!(store.complete(&claim, &answer("done")).await.unwrap());
    assert_eq!(world.claim(&store, 1).await, Claimed::Same(answer("done")));
    // What stays unknown is said to be, and taken over later.
    let bob = Actor::new("bob").unwrap();
    world.wire.on(|operation, _| if operation == "TransactWriteItems" { Fate::Pass } else { Fate::Lost });
    let Claimed::Fresh(_) = world.claim_as(&store, &bob, 1).await.unwrap() else { panic!("not fresh") };
    let error = world.claim_as(&store, &bob, 1).await.unwrap_err();
    assert!(matches!(error, StoreError::Ambiguous { .. }), "{error:?}");
}

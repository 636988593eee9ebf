//! Tokens, by their hashes.

use crate::wire::Fate;
use crate::world::*;
use chaos_core::clock::Clock;
use chaos_core::table::{Actor, NewToken, Sha256, StoreError, Token, TokenState};
use std::time::Duration;

fn hash(byte: u8) -> Sha256 {
    Sha256::of_digest(&[byte; 32])
}

impl World {
    fn new_token(&self, byte: u8) -> NewToken {
        NewToken {
            hash: hash(byte),
            id: id("ci-deploy"),
            role: "operator".to_owned(),
            environment: Some(self.env.clone()),
            expires: Some(self.clock.now().wall + Duration::from_secs(3600)),
            by: self.alice.clone(),
        }
    }

    async fn token_item(&self, byte: u8) -> Option<Item> {
        self.item("mc1|*|TOKENS", hash(byte).as_str()).await
    }
}

async fn found(world: &World, byte: u8) -> Token {
    world.store.token(&hash(byte)).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_token_is_kept_found_used_and_revoked() {
    let world = World::new().await;
    let (store, now) = (&world.store, world.clock.now().wall);
    assert_eq!(store.token(&hash(1)).await.unwrap(), None);
    let new = world.new_token(1);
    let kept = store.put_token(&new).await.unwrap();
    assert_eq!((&kept.id, kept.role.as_str(), &kept.environment), (&new.id, "operator", &new.environment));
    assert_eq!((kept.created, kept.by.as_str(), kept.expires), (now, "alice", new.expires));
    assert_eq!((&kept.revoked, kept.last_used, &kept), (&None, None, &found(&world, 1).await));

    world.clock.advance(Duration::from_secs(5));
    store.note_token_used(&hash(1)).await.unwrap();
    assert_eq!(found(&world, 1).await.last_used, Some(now + Duration::from_secs(5)));
    assert_eq!(kept.state(now + Duration::from_millis(3_599_999)), TokenState::Valid);
    assert_eq!(kept.state(now + Duration::from_secs(3600)), TokenState::Expired);

    store.revoke_token(&hash(1), &world.alice).await.unwrap();
    let at = world.clock.now().wall;
    world.clock.advance(Duration::from_secs(5));
    store.revoke_token(&hash(1), &Actor::new("bob").unwrap()).await.unwrap();
    let revoked = found(&world, 1).await;
    assert_eq!(
        (&revoked.revoked, revoked.state(now)),
        (&Some((at, "alice".to_owned())), TokenState::Revoked)
    );
    // Nobody gets it back by making it anew.
    let again = store.put_token(&new).await.unwrap_err();
    assert!(matches!(again, StoreError::Refused { .. }), "{again}");
    assert_eq!(found(&world, 1).await, revoked);
    for missing in [store.revoke_token(&hash(9), &world.alice).await, store.note_token_used(&hash(9)).await] {
        assert!(matches!(missing, Err(StoreError::NotFound { .. })), "{missing:?}");
    }
    assert_eq!(world.token_item(9).await, None, "nothing came into being");
}

#[tokio::test]
async fn tokens_are_listed_and_those_for_everywhere_never_expire_by_themselves() {
    let world = World::new().await;
    for byte in [3, 1, 2] {
        let new = NewToken { environment: None, expires: None, ..world.new_token(byte) };
        world.store.put_token(&new).await.unwrap();
        world.clock.advance(Duration::from_secs(1));
    }
    let all = world.store.tokens().await.unwrap();
    let hashes: Vec<_> = all.found.iter().map(|token| token.hash.clone()).collect();
    assert_eq!((hashes, all.problems.len()), (vec![hash(3), hash(1), hash(2)], 0));
    assert!(all.found.iter().all(|token| token.state(jiff::Timestamp::MAX) == TokenState::Valid));
    let item = world.token_item(1).await.unwrap();
    assert_eq!((&item["environment"], item.get("ttl")), (&text("*"), None));
}

#[tokio::test]
async fn what_could_be_no_token_is_refused() {
    let world = World::new().await;
    let late = Some(world.clock.now().wall);
    for new in [
        NewToken { role: String::new(), ..world.new_token(1) },
        NewToken { role: "r".repeat(257), ..world.new_token(1) },
        NewToken { role: "op\nerator".to_owned(), ..world.new_token(1) },
        NewToken { expires: late, ..world.new_token(1) },
    ] {
        let refused = world.store.put_token(&new).await.unwrap_err();
        assert!(matches!(refused, StoreError::Refused { .. }), "{refused}");
    }
    assert_eq!(world.token_item(1).await, None);
}

#[tokio::test]
async fn a_token_that_was_edited_opens_nothing_and_can_be_revoked() {
    for (attribute, value) in [
        ("role", number(1)),
        ("environment", text("Prod!")),
        ("environment", number(1)),
        ("expires", text("never")),
        ("expires", number(1)),
        ("revoked", text("no")),
        ("created", text("")),
        ("id", text("")),
    ] {
        let world = World::new().await;
        world.store.put_token(&world.new_token(1)).await.unwrap();
        world.store.put_token(&world.new_token(2)).await.unwrap();
        let mut item = world.token_item(1).await.unwrap();
        item.insert(attribute.to_owned(), value);
        world.put(item).await;
        let error = world.store.token(&hash(1)).await.unwrap_err().to_string();
        assert!(error.contains(hash(1).as_str()) && error.contains(&format!("`{attribute}`")), "{error}");
        let all = world.store.tokens().await.unwrap();
        assert_eq!((all.found.len(), &all.problems), (1, &vec![error]));
        world.store.revoke_token(&hash(1), &world.alice).await.unwrap();
        assert!(world.token_item(1).await.unwrap().contains_key("revoked"));
    }
    let world = World::new().await;
    let nameless = [("pk", text("mc1|*|TOKENS")), ("sk", text("x"))];
    world.put(nameless.map(|(name, value)| (name.to_owned(), value)).into()).await;
    assert!(world.store.tokens().await.unwrap().problems[0].contains("sk = \"x\""));
}

#[tokio::test]
async fn answers_that_are_lost_are_found_out() {
    let world = World::new().await;
    let store = world.wired();
    let mut writes = 0;
    world.wire.on(move |operation, _| {
        let write = operation == "TransactWriteItems";
        writes += u32::from(write);
        if write && writes % 2 == 1 { Fate::AnswerLost } else { Fate::Pass }
    });
    let kept = store.put_token(&world.new_token(1)).await.unwrap();
    assert_eq!(found(&world, 1).await, kept);
    store.revoke_token(&hash(1), &world.alice).await.unwrap();
    assert_eq!(found(&world, 1).await.state(kept.created), TokenState::Revoked);
    // What never arrives is told.
    world.wire.on(|_, _| Fate::Lost);
    assert!(store.put_token(&world.new_token(2)).await.is_err());
    world.wire.pass();
    assert_eq!(world.token_item(2).await, None);
}

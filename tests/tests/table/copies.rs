//! Copies of HEAD: made and removed with it, and heard like it.

use crate::wire::Fate;
use crate::world::*;
use aws_sdk_dynamodb::types::AttributeValue;
use chaos_core::clock::Clock;
use chaos_core::decide::SkipReason;
use chaos_core::table::{Consistency, Copies, Deed, Scope, StoreError};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

fn name(copy: u32) -> String {
    match copy {
        0 => "mc1|staging|HEAD".to_owned(),
        copy => format!("mc1|staging|HEAD|{copy:02}"),
    }
}

impl World {
    async fn set_copies(&self, copies: u32) -> Copies {
        self.store.set_copies(&self.env, copies, &self.alice, "the fleet grows").await.unwrap()
    }

    /// The copies that there are, without their keys: those of 1 to 31, by number.
    async fn copies(&self) -> Vec<(u32, Item)> {
        let mut found = Vec::new();
        for copy in 1..32 {
            let item = self.item(&name(copy), "0").await;
            found.extend(item.map(|mut item| {
                item.remove("pk");
                (copy, item)
            }));
        }
        found
    }

    /// There are so many, and each is as HEAD is.
    async fn assert_in_step(&self, copies: u32) {
        let mut head = self.head().await;
        head.remove("pk");
        assert_eq!(head["shards"], number(copies));
        let found = self.copies().await;
        assert_eq!(found.iter().map(|(copy, _)| *copy).collect::<Vec<_>>(), (1..copies).collect::<Vec<_>>());
        for (copy, item) in found {
            assert_eq!(item, head, "copy {copy}");
        }
    }

    /// Which items were read since the last look, and whether strongly.
    fn reads(&self) -> Vec<(String, bool)> {
        let gets = self.wire.log().into_iter().filter(|exchange| exchange.operation == "GetItem");
        let of = |request: &Value| {
            (request["Key"]["pk"]["S"].as_str().unwrap().to_owned(), request["ConsistentRead"] == json!(true))
        };
        gets.map(|exchange| of(&exchange.request)).collect()
    }

    /// Before the first transaction of a store over the wire, HEAD is edited by hand.
    fn edit_before_transaction(&self, attribute: &'static str, value: Value) {
        let (engine, edits) = (self.engine.clone(), AtomicU32::new(0));
        self.wire.on(move |operation, _| {
            if operation == "TransactWriteItems" && edits.fetch_add(1, Ordering::Relaxed) == 0 {
                let engine = engine.clone();
                let edit = json!({"TableName": TABLE, "Key": {"pk": {"S": name(0)}, "sk": {"S": "0"}},
                    "UpdateExpression": "SET #a = :v", "ExpressionAttributeNames": {"#a": attribute},
                    "ExpressionAttributeValues": {":v": value}});
                let edited = std::thread::spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                    runtime.block_on(engine.call("UpdateItem", edit.to_string().into_bytes())).status
                });
                assert_eq!(edited.join().unwrap(), 200);
            }
            Fate::Pass
        });
    }
}

#[tokio::test]
async fn a_reader_of_the_third_copy_hears_everything_from_it() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    world.edit_head(|head| drop(head.insert("spread_ms".to_owned(), number(0)))).await;
    let set = world.set_copies(4).await;
    assert_eq!((set.copies, set.before), (4, 1));
    let mut reader = world.reader();
    reader.hear().await;
    world.reads();
    for _ in 0..32 {
        assert!(reader.hear().await.put_record().is_ok());
    }
    // Two of 32 look at HEAD itself; nothing had to be settled by a strong read.
    let reads = world.reads();
    assert_eq!(reads.iter().filter(|(item, _)| *item == name(3)).count(), 30, "{reads:?}");
    assert!(reads.len() == 32 && reads.iter().all(|(_, strong)| !strong), "{reads:?}");

    world.armed(&throttled("other")).await;
    assert_eq!(reader.hear().await.specs(), ["orders/throttled", "other/throttled"]);
    let report = world.store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    assert_eq!(report.copies.len(), 4);
    assert_eq!(reader.hear().await.put_record(), Err(SkipReason::Halted));
    let strong = world.reads().into_iter().filter(|(_, strong)| *strong).count();
    assert_eq!(strong, 0);
}

#[tokio::test]
async fn copies_are_as_head_is_through_every_change() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    world.edit_head(|head| drop(head.insert("spread_ms".to_owned(), number(5_000)))).await;
    let begun = world.store.outages(&world.env, jiff::Timestamp::MIN..=jiff::Timestamp::MAX).await.unwrap();
    let set = world.set_copies(32).await;
    world.assert_in_step(32).await;
    world.clock.advance(Duration::from_secs(1));
    world.armed(&throttled("other")).await;
    world.assert_in_step(32).await;
    // One that was edited, and one that is gone, come back with the next change.
    let mut copy = world.item(&name(5), "0").await.unwrap();
    copy.extend([("shards".to_owned(), number(2)), ("spread_ms".to_owned(), number(1))]);
    world.put(copy).await;
    let delete = world.engine.client().delete_item().table_name(TABLE);
    delete.key("pk", text(&name(6))).key("sk", text("0")).send().await.unwrap();
    world.store.disarm(&world.env, &id("other"), &world.alice, "enough").await.unwrap();
    world.assert_in_step(32).await;

    let audit = world.store.audit(&world.env, world.clock.now().wall).await.unwrap();
    let act = audit.iter().find(|act| act.generation == set.generation).unwrap();
    assert_eq!((act.deed, act.copies, act.why.as_str()), (Deed::Copies, Some(32), "the fleet grows"));
    let outages = world.store.outages(&world.env, jiff::Timestamp::MIN..=jiff::Timestamp::MAX).await.unwrap();
    assert_eq!(outages.first(), begun.first(), "the outage goes on");
    world.store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    world.assert_in_step(32).await;
    // Also while halted, and the halt stays.
    world.set_copies(3).await;
    world.assert_in_step(3).await;
    assert!(world.store.status(&world.env).await.unwrap().halted.is_some());
}

#[tokio::test]
async fn removing_copies_leaves_their_readers_with_head() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    world.set_copies(4).await;
    let mut reader = world.reader();
    reader.hear().await.hear().await;
    // A hand edit forgets them; they are removed all the same.
    world.edit_head(|head| drop(head.remove("shards"))).await;
    let set = world.set_copies(1).await;
    assert_eq!(set.before, 1);
    world.assert_in_step(1).await;
    assert!(reader.hear().await.put_record().is_ok(), "nothing is interrupted");
    world.reads();
    for _ in 0..20 {
        assert!(reader.hear().await.put_record().is_ok());
    }
    assert_eq!(world.reads(), vec![(name(0), false); 20]);
}

#[tokio::test]
async fn a_broken_or_missing_head_is_halted_with_all_its_copies() {
    for broken in [true, false] {
        let world = World::new().await;
        world.armed(&throttled("orders")).await;
        world.set_copies(4).await;
        let mut reader = world.reader();
        reader.hear().await;
        world.clock.advance(Duration::from_secs(1));
        match broken {
            true => world.edit_head(|head| drop(head.insert("act".to_owned(), text("nothing")))).await,
            false => {
                let delete = world.engine.client().delete_item().table_name(TABLE);
                delete.key("pk", text(&name(0))).key("sk", text("0")).send().await.unwrap();
            }
        }
        let generation = |item: &Item| item["gen"].as_n().unwrap().parse::<u64>().unwrap();
        let before = generation(&world.item(&name(3), "0").await.unwrap());
        let report = world.store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
        assert!(report.is_complete() && report.copies.len() == 4, "{report:?}");
        world.assert_in_step(4).await;
        assert!(generation(&world.head().await) > before);
        // From its copy: HEAD itself is out of sight.
        world.wire.on(|_, request| match request["Key"]["pk"]["S"] == json!(name(0)) {
            true => Fate::Lost,
            false => Fate::Pass,
        });
        while reader.put_record() != Err(SkipReason::Halted) {
            assert_eq!(reader.poll().await.error, None, "its turn to look at HEAD does not come now");
        }
        world.wire.pass();
        world.store.resume(&Scope::Everywhere, "over", &world.alice).await.unwrap();
        world.assert_in_step(4).await;
        world.armed(&throttled("orders")).await;
        assert!(reader.hear().await.put_record().is_ok());
    }
}

#[tokio::test]
async fn a_copy_that_cannot_be_seen_is_halted_too() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    world.set_copies(3).await;
    world.edit_head(|head| drop(head.remove("gen"))).await;
    let store = world.wired();
    world.wire.on(|operation, request| {
        match operation == "GetItem" && request["Key"]["pk"]["S"] == json!(name(2)) {
            true => Fate::Lost,
            false => Fate::Pass,
        }
    });
    let report = store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    assert!(report.is_complete() && report.copies.len() == 3, "{report:?}");
    world.assert_in_step(3).await;
}

#[tokio::test]
async fn a_halt_by_hand_is_not_lifted_by_whoever_writes_next() {
    for disarm in [true, false] {
        let world = World::new().await;
        world.armed(&throttled("orders")).await;
        let store = world.wired();
        world.edit_before_transaction("halted", json!({"BOOL": true}));
        match disarm {
            true => drop(store.disarm(&world.env, &id("orders"), &world.alice, "enough").await.unwrap()),
            false => drop(store.set_copies(&world.env, 2, &world.alice, "more").await.unwrap()),
        }
        assert_eq!(world.head().await["halted"], AttributeValue::Bool(true));
        let mut reader = world.reader();
        assert_eq!(reader.hear().await.put_record(), Err(SkipReason::Halted));
    }
}

#[tokio::test]
async fn their_number_is_not_lost_to_a_hand_edit_at_the_same_time() {
    for (attribute, value) in [("shards", "3"), ("spread_ms", "250")] {
        let world = World::new().await;
        world.armed(&throttled("orders")).await;
        world.set_copies(3).await;
        world.edit_head(|head| drop(head.insert("shards".to_owned(), number(2)))).await;
        let store = world.wired();
        world.edit_before_transaction(attribute, json!({"N": value}));
        store.disarm(&world.env, &id("orders"), &world.alice, "enough").await.unwrap();
        let mut head = world.head().await;
        head.remove("pk");
        assert_eq!(head[attribute], number(value));
        let copies = if attribute == "shards" { 3 } else { 2 };
        for (copy, item) in world.copies().await.into_iter().filter(|(copy, _)| *copy < copies) {
            assert_eq!(item, head, "copy {copy}");
        }
    }
}

#[tokio::test]
async fn setting_copies_is_one_act_or_none() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    for copies in [0, 33, 1_000] {
        let refused = world.store.set_copies(&world.env, copies, &world.alice, "more").await.unwrap_err();
        assert!(refused.to_string().contains("1 to 32 copies"), "{refused}");
    }
    let refused = world.store.set_copies(&world.env, 2, &world.alice, " ").await.unwrap_err();
    assert!(matches!(refused, StoreError::Refused { .. }), "{refused}");
    let missing = world.store.set_copies(&id("stagin"), 2, &world.alice, "more").await.unwrap_err();
    assert!(matches!(missing, StoreError::NotFound { .. }), "{missing}");
    world.edit_head(|head| drop(head.insert("shards".to_owned(), text("many")))).await;
    let broken = world.store.set_copies(&world.env, 2, &world.alice, "more").await.unwrap_err();
    assert!(broken.to_string().contains("`shards` is no whole number from 1 to 32"), "{broken}");
    world.edit_head(|head| drop(head.remove("shards"))).await;
    assert!(world.copies().await.is_empty());

    // An answer that is lost is found out by the audit item.
    let store = world.wired();
    let mut lost = 0;
    world.wire.on(move |operation, _| {
        let transaction = operation == "TransactWriteItems";
        lost += u32::from(transaction);
        if transaction && lost == 1 { Fate::AnswerLost } else { Fate::Pass }
    });
    let set = store.set_copies(&world.env, 2, &world.alice, "more").await.unwrap();
    world.assert_in_step(2).await;
    let head = world.store.head(&world.env, Consistency::Strong).await.unwrap().unwrap();
    assert_eq!((head.generation, head.shards), (set.generation, 2), "done once");
}

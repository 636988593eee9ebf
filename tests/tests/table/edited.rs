//! Items that are edited in place, without a word in HEAD.

use crate::wire::Fate;
use crate::world::*;
use chaos_core::spec::Scenario;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// In which an edit is found.
const MINUTE: u32 = 60;

fn pair() -> Scenario {
    scenario("pair", json!([spec("a", "ThrottlingException"), spec("b", "InternalFailure")]))
}

/// Edits the published item of `pair/a`.
async fn edit(world: &World, edit: impl FnOnce(&mut Item)) {
    let items = world.partition("*").await;
    let mut item = items.into_iter().find(|item| item["sk"].as_s().unwrap().ends_with("|a")).unwrap();
    edit(&mut item);
    world.put(item).await;
}

fn other_error(item: &mut Item) {
    *member(member(item.get_mut("spec").unwrap(), "fault"), "error") = text("KMSThrottlingException");
}

fn summary(reader: &Follower, name: &str) -> String {
    let specs = &reader.reader.snapshot().specs;
    specs.iter().find(|spec| &*spec.full_name == name).unwrap().summary()
}

/// Polls for a minute, each answer in turn; how often what is in force changed.
async fn minute(world: &World, reader: &mut Follower) -> u32 {
    let mut changes = 0;
    for _ in 0..MINUTE {
        world.clock.advance(POLL);
        let poll = reader.poll().await;
        assert_eq!(poll.error, None);
        changes += u32::from(poll.changed);
        // What was begun beside the poll comes to its end, which takes real time.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    changes
}

#[tokio::test]
async fn an_edit_is_found_within_a_minute_and_what_was_not_edited_goes_on() {
    let world = World::new().await;
    world.armed(&pair()).await;
    let mut reader = world.reader();
    reader.hear().await;
    let state = |reader: &Follower, name: &str| {
        let specs = &reader.reader.snapshot().specs;
        Arc::clone(&specs.iter().find(|spec| &*spec.full_name == name).unwrap().state)
    };
    let (a, b) = (state(&reader, "pair/a"), state(&reader, "pair/b"));
    for _ in 0..3 {
        reader.put_record().unwrap();
    }
    assert_eq!(a.injected() + b.injected(), 3);
    let counted = (a.injected(), b.injected());
    edit(&world, other_error).await;
    assert_eq!(minute(&world, &mut reader).await, 1, "one change, and nothing in between");
    assert_eq!(summary(&reader, "pair/a"), "KMSThrottlingException");
    assert_eq!(summary(&reader, "pair/b"), "InternalFailure");
    assert!(Arc::ptr_eq(&state(&reader, "pair/b"), &b), "counters of the one that was not edited go on");
    assert_eq!(state(&reader, "pair/a").injected(), 0);
    assert_eq!((a.injected(), b.injected()), counted);
    assert_eq!(minute(&world, &mut reader).await, 0, "found once");
}

#[tokio::test]
async fn what_is_broken_in_place_is_left_out_and_what_is_mended_comes_back() {
    let world = World::new().await;
    world.armed(&pair()).await;
    world.armed(&throttled("orders")).await;
    let mut reader = world.reader();
    reader.hear().await;
    let good = world.partition("*").await;
    edit(&world, |item| drop(item.insert("spec".to_owned(), text("?")))).await;
    minute(&world, &mut reader).await;
    assert_eq!(reader.specs(), ["orders/throttled"], "as a whole");
    assert_eq!(reader.problems().len(), 1);
    assert_eq!(minute(&world, &mut reader).await, 0, "told once");
    for item in good {
        world.put(item).await;
    }
    minute(&world, &mut reader).await;
    assert_eq!(reader.specs(), ["orders/throttled", "pair/a", "pair/b"]);
    assert!(reader.problems().is_empty());
}

#[tokio::test]
async fn an_old_answer_or_none_changes_nothing() {
    let world = World::new().await;
    world.armed(&pair()).await;
    let mut reader = world.reader();
    reader.hear().await;
    let counted = Arc::clone(&reader.reader.snapshot().specs[0].state);
    for fate in [
        || Fate::Answer(200, json!({"Items": [], "Count": 0})),
        || Fate::Lost,
        || Fate::Answer(400, json!({})),
    ] {
        world.wire.on(move |operation, request| match operation {
            "Query" if request["ConsistentRead"] != json!(true) => fate(),
            _ => Fate::Pass,
        });
        minute(&world, &mut reader).await;
        assert_eq!(reader.specs(), ["pair/a", "pair/b"]);
        assert!(Arc::ptr_eq(&reader.reader.snapshot().specs[0].state, &counted));
        assert!(reader.problems().is_empty(), "{:?}", reader.problems());
    }
}

#[tokio::test]
async fn a_raised_edition_begins_nothing_anew_that_was_not_edited() {
    let world = World::new().await;
    world.armed(&pair()).await;
    let mut reader = world.reader();
    reader.hear().await;
    let before = reader.reader.snapshot().specs.clone();
    edit(&world, other_error).await;
    world.edit_head(|head| *member(entry(head, "pair"), "e") = number(1)).await;
    reader.hear().await;
    let after = &reader.reader.snapshot().specs;
    assert!(!Arc::ptr_eq(&before[0].state, &after[0].state));
    assert!(Arc::ptr_eq(&before[1].state, &after[1].state));
}

#[tokio::test]
async fn a_scenario_that_comes_back_goes_on_counting() {
    let world = World::new().await;
    let mut once = spec("once", "ThrottlingException");
    once["when"]["max"] = json!(1);
    world.armed(&scenario("orders", json!([once]))).await;
    let mut reader = world.reader();
    reader.hear().await.put_record().unwrap();
    let denied = json!({"__type": "com.amazonaws.dynamodb.v20120810#AccessDeniedException", "message": "no"});
    world.wire.on(move |_, _| Fate::Answer(400, denied.clone()));
    assert!(reader.poll().await.error.is_some());
    world.wire.pass();
    reader.hear().await.put_record().unwrap_err();
    assert_eq!(reader.reader.snapshot().specs[0].state.injected(), 1, "once per arming");
}

#[tokio::test]
async fn looking_for_edits_costs_no_more_than_the_polls() {
    let world = World::new().await;
    world.armed(&pair()).await;
    let mut reader = world.reader();
    reader.hear().await;
    minute(&world, &mut reader).await;
    let costs = |world: &World| {
        let (mut polls, mut sweeps) = (0.0, 0.0);
        for exchange in world.wire.log() {
            let units = exchange.response["ConsumedCapacity"]["CapacityUnits"].as_f64().unwrap();
            match exchange.operation.as_str() {
                "Query" => sweeps += units,
                _ => polls += units,
            }
        }
        (polls, sweeps)
    };
    costs(&world);
    for _ in 0..5 {
        minute(&world, &mut reader).await;
    }
    let (polls, sweeps) = costs(&world);
    assert_eq!(polls, 150.0);
    assert!((2.5..=3.5).contains(&sweeps), "half a unit every 50 seconds: {sweeps}");

    // HEAD says that there is much more of it.
    world.edit_head(|head| *member(entry(head, "pair"), "b") = number(4 * 1024 * 1024)).await;
    minute(&world, &mut reader).await;
    costs(&world);
    for _ in 0..16 {
        minute(&world, &mut reader).await;
    }
    assert!(costs(&world).1 <= 0.5, "at most once in 17 minutes");
}

#[tokio::test]
async fn an_edit_of_a_steady_scenario_is_not_missed_beside_one_that_is_rearmed() {
    let world = World::new().await;
    world.armed(&pair()).await;
    world.armed(&throttled("orders")).await;
    let mut reader = world.reader();
    reader.hear().await;
    edit(&world, other_error).await;
    for _ in 0..12 {
        world.arm("orders").await;
        for _ in 0..5 {
            world.clock.advance(POLL);
            reader.poll().await;
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
    assert_eq!(summary(&reader, "pair/a"), "KMSThrottlingException");
}

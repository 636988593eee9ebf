//! Items edited by hand, well and badly.

use crate::world::*;
use aws_sdk_dynamodb::types::AttributeValue;
use chaos_core::decide::SkipReason;
use serde_json::json;
use std::time::Duration;

/// Two scenarios, the first of two specs; the reader has heard of neither.
async fn two() -> World {
    let world = World::new().await;
    let specs = json!([spec("a", "ThrottlingException"), spec("b", "InternalFailure")]);
    world.armed(&scenario("pair", specs)).await;
    world.armed(&throttled("orders")).await;
    world
}

/// Edits the published item of `pair/a`.
async fn edit(world: &World, edit: impl FnOnce(&mut Item)) {
    let items = world.partition("*").await;
    let is_a = |item: &Item| item["sk"].as_s().unwrap().ends_with("|a");
    let mut item = items.into_iter().find(is_a).unwrap();
    edit(&mut item);
    world.put(item).await;
}

#[tokio::test]
async fn a_malformed_item_leaves_out_its_scenario_and_no_other() {
    type Edit = fn(&mut Item);
    let edits: [(&str, Edit); 7] = [
        ("when.rate", |item| *member(member(item.get_mut("spec").unwrap(), "when"), "rate") = number(1)),
        ("there is no field `sevrice`", |item| {
            *member(member(item.get_mut("spec").unwrap(), "target"), "sevrice") = text("kinesis");
        }),
        ("no `spec` map", |item| drop(item.remove("spec"))),
        ("is a text, not an object", |item| drop(item.insert("spec".to_owned(), text("{}")))),
        ("another name", |item| *member(item.get_mut("spec").unwrap(), "id") = text("b")),
        ("`wire.status`", |item| *member(item.get_mut("wire").unwrap(), "status") = number(99)),
        ("`wire.code`", |item| *member(item.get_mut("wire").unwrap(), "code") = text("a\r\nb")),
    ];
    for (problem, change) in edits {
        let world = two().await;
        edit(&world, change).await;
        let mut reader = world.reader();
        assert_eq!(reader.hear().await.specs(), ["orders/throttled"], "{problem}");
        let [told] = reader.problems() else { panic!("{:?}", reader.problems()) };
        assert!(told.starts_with("`pair` is left out as a whole: ") && told.contains(problem), "{told}");
        assert!(told.contains("mc1|staging|T|*") && told.contains("|a\""), "it names the item: {told}");
        // Told once, and the rest goes on.
        assert!(!reader.poll().await.changed);
        assert_eq!(reader.put_record().as_deref(), Ok("ProvisionedThroughputExceededException"));
    }
}

#[tokio::test]
async fn unknown_attributes_beside_the_spec_are_ignored() {
    let world = two().await;
    edit(&world, |item| drop(item.insert("note".to_owned(), text("game day 12")))).await;
    world
        .edit_head(|head| {
            head.insert("comment".to_owned(), text("hello"));
            *member(entry(head, "pair"), "later") = text("from a newer version");
        })
        .await;
    let mut reader = world.reader();
    assert_eq!(reader.hear().await.specs(), ["orders/throttled", "pair/a", "pair/b"]);
    // A writer that does not know them carries them along.
    world.armed(&throttled("third")).await;
    let mut head = world.head().await;
    assert_eq!(member(entry(&mut head, "pair"), "later"), &text("from a newer version"));
    assert_eq!(head["comment"], text("hello"));
}

#[tokio::test]
async fn an_item_without_an_entry_is_inert() {
    let world = two().await;
    edit(&world, |item| drop(item.insert("sk".to_owned(), text("S|mine|00000000000000000001|a")))).await;
    let mut reader = world.reader();
    assert_eq!(reader.hear().await.specs(), ["orders/throttled", "pair/a", "pair/b"]);
}

#[tokio::test]
async fn an_edited_item_is_loaded_when_its_edition_is_raised() {
    let world = two().await;
    let mut reader = world.reader();
    reader.hear().await;
    edit(&world, |item| {
        let fault = member(item.get_mut("spec").unwrap(), "fault");
        *member(fault, "error") = text("KMSThrottlingException");
    })
    .await;
    let code = |reader: &Follower| {
        let specs = &reader.reader.snapshot().specs;
        specs.iter().find(|spec| &*spec.full_name == "pair/a").unwrap().summary()
    };
    assert_eq!(code(reader.hear().await), "ThrottlingException");
    world.edit_head(|head| *member(entry(head, "pair"), "e") = number(1)).await;
    assert_eq!(
        code(reader.hear().await),
        "KMSThrottlingException",
        "and not what was resolved for the other"
    );
}

#[tokio::test]
async fn missing_items_are_asked_for_again_then_the_scenario_is_left_out() {
    let world = two().await;
    edit(&world, |_| ()).await;
    let item = world.partition("*").await.into_iter().find(|item| item["sk"].as_s().unwrap().ends_with("|a"));
    let item = item.unwrap();
    let delete = world.engine.client().delete_item().table_name(TABLE);
    delete.key("pk", item["pk"].clone()).key("sk", item["sk"].clone()).send().await.unwrap();

    let mut reader = world.reader();
    let poll = reader.poll().await;
    assert!(poll.error.is_some() && poll.wait == Duration::from_millis(100), "{poll:?}");
    assert_eq!(reader.specs(), ["orders/throttled"], "never half of it");
    reader.hear().await;
    assert_eq!(reader.specs(), ["orders/throttled"]);
    assert!(reader.problems()[0].contains("HEAD says 2 specs, and 1 lie under"), "{:?}", reader.problems());

    // Put back and told of, it is there.
    world.put(item).await;
    world.edit_head(|head| *member(entry(head, "pair"), "e") = number(1)).await;
    assert_eq!(reader.hear().await.specs().len(), 3);
}

#[tokio::test]
async fn a_faulty_entry_of_head_leaves_the_others() {
    let world = two().await;
    let mut reader = world.reader();
    reader.hear().await;
    world.edit_head(|head| *member(entry(head, "pair"), "x") = text("tomorrow")).await;
    assert_eq!(reader.hear().await.specs(), ["orders/throttled"]);
    assert!(
        reader.problems()[0].starts_with("HEAD's entry `pair` is left out: `x`"),
        "{:?}",
        reader.problems()
    );
    assert_eq!(world.store.status(&world.env).await.unwrap().problems.len(), 1);
    // It can be disarmed all the same.
    assert!(world.store.disarm(&world.env, &id("pair"), &world.alice, "").await.unwrap().was_armed);
    assert!(reader.hear().await.problems().is_empty());
}

#[tokio::test]
async fn a_head_that_cannot_be_understood_or_is_gone_injects_nothing() {
    let breaks: [fn(&mut Item); 4] = [
        |head| drop(head.insert("gen".to_owned(), text("7"))),
        |head| drop(head.remove("act")),
        |head| drop(head.insert("shards".to_owned(), number(99))),
        |head| drop(head.insert("pk".to_owned(), text("mc1|elsewhere|HEAD"))),
    ];
    for change in breaks {
        let world = two().await;
        let mut reader = world.reader();
        reader.hear().await;
        let good = world.head().await;
        let mut bad = good.clone();
        change(&mut bad);
        let delete = world.engine.client().delete_item().table_name(TABLE);
        delete.key("pk", good["pk"].clone()).key("sk", good["sk"].clone()).send().await.unwrap();
        world.put(bad).await;
        assert_eq!(reader.hear().await.put_record(), Err(SkipReason::NoMatch));
        assert_eq!(reader.problems().len(), 1, "{:?}", reader.problems());
        world.put(good).await;
        assert_eq!(reader.hear().await.specs().len(), 3, "mended, it is in force again");
    }
}

#[tokio::test]
async fn a_deadline_moved_by_hand_is_followed_and_counters_go_on() {
    let world = World::new().await;
    let armed = world.armed(&throttled("orders")).await;
    let mut reader = world.reader();
    reader.hear().await.put_record().unwrap();
    let seconds = |at: jiff::Timestamp| number(at.as_second());
    world
        .edit_head(|head| {
            *member(entry(head, "orders"), "x") = seconds(armed.until + Duration::from_secs(600));
        })
        .await;
    reader.hear().await;
    world.clock.advance(Duration::from_secs(1100));
    reader.hear().await.put_record().unwrap();
    assert_eq!(reader.reader.snapshot().specs[0].state.injected(), 2);

    world.edit_head(|head| *member(entry(head, "orders"), "x") = seconds(armed.until)).await;
    assert!(reader.hear().await.specs().is_empty());
    // What is over is over: it must be armed anew.
    world
        .edit_head(|head| {
            *member(entry(head, "orders"), "x") = seconds(armed.until + Duration::from_secs(1200));
        })
        .await;
    assert!(reader.hear().await.specs().is_empty());
}

#[tokio::test]
async fn nothing_is_armed_for_more_than_twelve_hours_or_from_the_future() {
    for (since, until) in [(0, 12 * 3600 + 1), (600, 1200)] {
        let world = World::new().await;
        let armed = world.armed(&throttled("orders")).await;
        world
            .edit_head(|head| {
                let entry = entry(head, "orders");
                *member(entry, "s") = number(armed.since.as_second() + since);
                *member(entry, "x") = number(armed.since.as_second() + until);
            })
            .await;
        let mut reader = world.reader();
        assert!(reader.hear().await.specs().is_empty());
        assert_eq!(reader.problems().len(), 1, "{:?}", reader.problems());
    }
}

#[tokio::test]
async fn numbers_and_sets_typed_by_hand_are_read() {
    let world = two().await;
    edit(&world, |item| {
        let spec = item.get_mut("spec").unwrap();
        *member(member(spec, "when"), "rate") = number("0.5");
        *member(member(spec, "target"), "operation") = AttributeValue::Ss(vec!["PutRecord".to_owned()]);
    })
    .await;
    let mut reader = world.reader();
    assert_eq!(reader.hear().await.specs().len(), 3);
}

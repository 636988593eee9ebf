//! One item for each armed period, and how it ended.

use crate::wire::Fate;
use crate::world::*;
use chaos_core::clock::Clock;
use chaos_core::table::{End, Expected, Outage, RENEWAL, Scope};
use jiff::Timestamp;
use serde_json::json;
use std::time::Duration;

async fn outages(world: &World) -> Vec<Outage> {
    world.store.outages(&world.env, Timestamp::MIN..=Timestamp::MAX).await.unwrap()
}

async fn ends(world: &World) -> Vec<(String, Option<End>)> {
    let all = outages(world).await;
    all.into_iter().map(|outage| (outage.scenario.to_string(), outage.ended.map(|end| end.how))).collect()
}

fn of(name: &str, how: Option<End>) -> (String, Option<End>) {
    (name.to_owned(), how)
}

#[tokio::test]
async fn an_outage_begins_goes_on_and_ends_with_head() {
    let world = World::new().await;
    let armed = world.armed(&throttled("orders")).await;
    let [begun] = outages(&world).await.try_into().unwrap();
    assert_eq!(
        (begun.id, begun.revision, begun.generation),
        (armed.revision, armed.revision, armed.generation)
    );
    assert_eq!((begun.since, begun.until, begun.specs), (armed.since, armed.until, 1));
    assert_eq!((begun.by.as_str(), begun.why.as_str(), &begun.ended), ("alice", "game day", &None));

    world.clock.advance(Duration::from_secs(60));
    let edited = scenario("orders", json!([spec("throttled", "KMSThrottlingException"), spec("b", "X")]));
    let again = world.store.rearm(&world.env, &edited, Expected::Any, &world.alice, "worse").await.unwrap();
    let [goes_on] = outages(&world).await.try_into().unwrap();
    assert_eq!((goes_on.id, goes_on.revision, goes_on.specs), (begun.id, again.revision, 2));
    assert_eq!((goes_on.since, goes_on.until, &goes_on.ended), (begun.since, begun.until, &None));

    world.store.disarm(&world.env, &edited.id, &world.alice, "enough").await.unwrap();
    let ended = world.store.outage(&world.env, begun.id).await.unwrap();
    let end = ended.ended.unwrap();
    assert_eq!((end.how, end.by.as_str(), end.why.as_str()), (End::Disarmed, "alice", "enough"));
    assert_eq!(end.at, begun.since + Duration::from_secs(60));
    assert!(world.store.outage(&world.env, 7).await.is_err());
}

#[tokio::test]
async fn every_end_is_told_apart() {
    let world = World::new().await;
    world.armed(&throttled("a")).await;
    world.clock.advance(Duration::from_secs(1));
    world.arm("a").await;
    assert_eq!(ends(&world).await, [of("a", Some(End::ArmedAnew)), of("a", None)]);

    // A deadline that passed is told before anybody writes it, and after.
    world.clock.advance(Duration::from_secs(600));
    let until = outages(&world).await[1].until;
    assert_eq!(ends(&world).await[1], of("a", Some(End::Deadline)));
    world.clock.advance(Duration::from_secs(600));
    world.armed(&throttled("b")).await;
    let all = outages(&world).await;
    assert_eq!(all[1].ended.as_ref().map(|end| (end.how, end.at)), Some((End::Deadline, until)));
    let item = world.item("mc1|staging|O", &format!("{:020}", all[1].id)).await.unwrap();
    assert_eq!(item["ended_how"], text("deadline"), "written with what was armed next");

    world.store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    world.store.resume(&Scope::Everywhere, "over", &world.alice).await.unwrap();
    assert_eq!(ends(&world).await[2], of("b", Some(End::Halted)));

    world.clock.advance(Duration::from_secs(1));
    world.armed(&throttled("c")).await;
    world.edit_head(|head| drop(head.insert("act".to_owned(), map([])))).await;
    assert_eq!(ends(&world).await[3], of("c", Some(End::ByHand)));
}

#[tokio::test]
async fn fifty_outages_end_with_one_halt() {
    let world = World::new().await;
    for n in 0..50 {
        world.armed(&throttled(&format!("s{n}"))).await;
    }
    world.edit_head(|head| drop(head.insert("shards".to_owned(), number(32)))).await;
    let report = world.store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    assert!(report.is_complete() && report.copies.len() == 32, "{report:?}");
    let all = ends(&world).await;
    assert_eq!((all.len(), all.iter().filter(|(_, end)| *end == Some(End::Halted)).count()), (50, 50));
}

#[tokio::test]
async fn a_halt_that_was_forced_ends_them_too_and_reaches_every_copy() {
    let world = World::new().await;
    world.edit_head_after_first(3).await;
    let store = world.wired();
    let conflict =
        json!({"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "slow down"});
    world.wire.on(move |operation, _| match operation {
        "TransactWriteItems" => Fate::Answer(400, conflict.clone()),
        _ => Fate::Pass,
    });
    let report = store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    assert!(report.is_complete() && report.copies.len() == 3, "{report:?}");
    for copy in ["mc1|staging|HEAD", "mc1|staging|HEAD|01", "mc1|staging|HEAD|02"] {
        let item = world.item(copy, "0").await.unwrap();
        assert_eq!((&item["halted"], &item["gen"]), (&true_(), &world.head().await["gen"]), "{copy}");
    }
    let [ended] = outages(&world).await.try_into().unwrap();
    let end = ended.ended.unwrap();
    assert_eq!((end.how, end.by.as_str(), end.why.as_str()), (End::Halted, "alice", "smoke"));
}

fn true_() -> aws_sdk_dynamodb::types::AttributeValue {
    aws_sdk_dynamodb::types::AttributeValue::Bool(true)
}

impl World {
    /// A scenario is armed, and HEAD has so many copies.
    async fn edit_head_after_first(&self, copies: u32) {
        self.armed(&throttled("orders")).await;
        self.edit_head(|head| drop(head.insert("shards".to_owned(), number(copies)))).await;
    }

    async fn arm_guarded(&self, time: Duration) {
        self.store.put_definition(&self.env, &throttled("orders"), Expected::Any, &self.alice).await.unwrap();
        let arm = chaos_core::table::Arm { guarded: true, ..self.arm_for(time) };
        self.store.arm(&self.env, &id("orders"), &arm).await.unwrap();
    }
}

#[tokio::test]
async fn a_guarded_scenario_lasts_as_long_as_it_is_watched() {
    let world = World::new().await;
    let full = Duration::from_secs(95);
    world.arm_guarded(full).await;
    let begun = world.clock.now().wall;
    let mut reader = world.reader();
    let acts = world.store.audit(&world.env, begun).await.unwrap().len();
    let mut renewed = 0;
    for second in 0..95 {
        assert!(reader.hear().await.put_record().is_ok(), "second {second}");
        // Two watchers do no more than one.
        renewed +=
            world.store.renew(&world.env).await.unwrap() + world.wired().renew(&world.env).await.unwrap();
        world.clock.advance(Duration::from_secs(1));
    }
    assert!(reader.hear().await.put_record().is_err(), "the full deadline is the last");
    assert!((6..=8).contains(&renewed), "{renewed}");
    assert_eq!(world.store.audit(&world.env, begun).await.unwrap().len(), acts, "nobody decided anything");
    let [outage] = outages(&world).await.try_into().unwrap();
    assert_eq!((outage.until, outage.guarded), (begun + full, true));
    assert_eq!(outage.ended.map(|end| (end.how, end.at)), Some((End::Deadline, begun + full)));
}

#[tokio::test]
async fn a_guarded_scenario_ends_by_itself_when_nobody_watches() {
    let world = World::new().await;
    world.arm_guarded(Duration::from_secs(600)).await;
    let mut reader = world.reader();
    world.clock.advance(RENEWAL - Duration::from_millis(1));
    assert!(reader.hear().await.put_record().is_ok());
    world.clock.advance(Duration::from_millis(1));
    assert!(reader.put_record().is_err());
    // A watcher that comes too late brings nothing back.
    assert_eq!(world.store.renew(&world.env).await.unwrap(), 0);
    assert!(reader.hear().await.specs().is_empty());
    assert_eq!(ends(&world).await, [of("orders", Some(End::Unwatched))]);
}

#[tokio::test]
async fn a_renewal_gives_way_to_whatever_else_happens() {
    let world = World::new().await;
    world.arm_guarded(Duration::from_secs(600)).await;
    world.clock.advance(Duration::from_secs(15));
    world.store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    assert_eq!(world.store.renew(&world.env).await.unwrap(), 0);
    assert!(world.store.status(&world.env).await.unwrap().armed.is_empty());
    assert_eq!(ends(&world).await, [of("orders", Some(End::Halted))]);
}

#[tokio::test]
async fn outages_of_other_days_are_not_even_read() {
    let world = World::new().await;
    let mut begun = Vec::new();
    for _ in 0..6 {
        begun.push(world.armed(&throttled("orders")).await.since);
        world.clock.advance(Duration::from_secs(86_400));
    }
    let store = world.wired();
    let ask = async |range: std::ops::RangeInclusive<Timestamp>| {
        let found = store.outages(&world.env, range).await.unwrap();
        let read: Vec<_> = world.wire.log().into_iter().filter(|one| one.operation == "Query").collect();
        let of_outages = |one: &&crate::wire::Exchange| {
            one.request["ExpressionAttributeValues"][":pk"]["S"] == json!("mc1|staging|O")
        };
        let read = read.iter().filter(of_outages).map(|one| one.response["Count"].as_u64().unwrap());
        (found.into_iter().map(|outage| outage.since).collect::<Vec<_>>(), read.sum::<u64>())
    };
    let minute = Duration::from_secs(60);
    assert_eq!(ask(begun[2] - minute..=begun[3] + minute).await, (begun[2..=3].to_vec(), 2));
    assert_eq!(ask(begun[2]..=begun[2]).await, (vec![begun[2]], 1), "both ends are in it");
    let next = begun[2] + Duration::from_millis(1);
    assert_eq!(ask(next..=next + minute).await, (vec![], 1), "what lasts into it did not begin in it");
    assert_eq!(ask(Timestamp::MIN..=begun[1]).await, (begun[..=1].to_vec(), 2));
    assert_eq!(ask(begun[4]..=Timestamp::MAX).await, (begun[4..].to_vec(), 2));
    #[allow(clippy::reversed_empty_ranges, reason = "what a caller may say by mistake")]
    let (found, _) = ask(begun[4]..=begun[1]).await;
    assert!(found.is_empty());
}

#[tokio::test]
async fn an_outage_whose_publication_took_long_is_found_by_when_it_began() {
    let world = World::new().await;
    let scenario = throttled("orders");
    world.store.put_definition(&world.env, &scenario, Expected::Any, &world.alice).await.unwrap();
    let (store, clock) = (world.wired(), world.clock.clone());
    world.wire.on(move |operation, _| {
        if operation == "BatchWriteItem" {
            clock.advance(Duration::from_secs(1800));
        }
        Fate::Pass
    });
    let armed = store.arm(&world.env, &scenario.id, &world.arm_for(Duration::from_secs(600))).await.unwrap();
    let found = world.store.outages(&world.env, armed.since..=armed.since).await.unwrap();
    assert_eq!(found.iter().map(|outage| outage.id).collect::<Vec<_>>(), [armed.revision]);
}

//! What is published carries what the wire needs: readers need no catalogue.

use crate::world::{POLL, World, first, id, member, scenario, text};
use aws_sdk_dynamodb::types::AttributeValue;
use chaos_core::context::{CallContext, Details};
use chaos_core::decide::{Decision, Limits, Rules, SkipReason, decide};
use chaos_core::effect::{Answer, Effect};
use chaos_core::input::{Place, Places};
use chaos_core::table::{Expected, StoreError};
use chaos_core::wire::{self, Encoded, Protocol, Speech};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::sync::Arc;

/// The details of a call for which every answer can be made that has one for it.
struct Call(&'static str, &'static str);

impl Details for Call {
    fn header(&self, name: &str) -> Option<&str> {
        (name == "amz-sdk-invocation-id").then_some("a-call")
    }

    fn input(&self, _: &str, _: &Places) -> Option<Cow<'_, str>> {
        None
    }

    fn label(&self, _: &str) -> Option<Cow<'_, str>> {
        None
    }

    fn can_make(&self, answer: &Answer) -> Result<(), &'static str> {
        match answer {
            Answer::Error(error) => error.for_service(Some(self.0)).map(drop),
            Answer::Pill(pills) => pills.can_play(Some(self.0), Some(self.1)),
            _ => Ok(()),
        }
    }
}

fn speech(protocol: Protocol, query_mode: bool) -> Speech {
    Speech { protocol, query_mode, bodiless: false }
}

async fn effect(world: &World, service: &'static str, operation: &'static str) -> Result<Effect, SkipReason> {
    let mut reader = world.reader();
    let set = reader.hear().await.set();
    let details = Call(service, operation);
    let call = CallContext {
        service: Some(service),
        operation: Some(operation),
        details: &details,
        ..CallContext::unknown()
    };
    let limits = Arc::new(Limits::default());
    match decide(
        &set,
        &call,
        Rules { clock: &*world.clock, seed: 0, limits: &limits, dry_run: false },
        &mut (),
    ) {
        Decision::Inject(injection) => Ok(injection.effect),
        Decision::Skip(reason) => Err(reason),
    }
}

async fn error(world: &World, service: &'static str, speech: Speech) -> Result<Encoded, SkipReason> {
    let effect = effect(world, service, "Any").await?;
    let Some(Answer::Error(error)) = effect.outcome.as_deref() else { panic!("{effect:?}") };
    Ok(wire::error(&error.for_service(Some(service)).unwrap(), &speech, "chaos-it"))
}

#[allow(clippy::needless_pass_by_value, reason = "made where they are passed")]
fn asks_for(target: Value, error: Value) -> chaos_core::spec::Scenario {
    scenario(
        "it",
        json!([{"id": "it", "target": target, "fault": {"error": error}, "when": {"rate": "100%"}}]),
    )
}

/// The `wire` of the one published item.
async fn published(world: &World) -> AttributeValue {
    world.partition("*").await.remove(0).remove("wire").unwrap()
}

fn header<'a>(encoded: &'a Encoded, name: &str) -> Option<&'a str> {
    encoded.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
}

#[tokio::test]
async fn one_service_is_published_in_a_line() {
    let world = World::new().await;
    world.armed(&asks_for(json!({"service": "sqs"}), json!("QueueDoesNotExist"))).await;
    let AttributeValue::M(wire) = published(&world).await else { panic!() };
    assert_eq!(wire["code"], text("QueueDoesNotExist"));
    assert_eq!(wire["query"], text("AWS.SimpleQueueService.NonExistentQueue"));
    assert_eq!(wire.get("by"), None);
    let encoded = error(&world, "sqs", speech(Protocol::AwsJson10, true)).await.unwrap();
    let told = header(&encoded, "x-amzn-query-error");
    assert_eq!(told, Some("AWS.SimpleQueueService.NonExistentQueue;Sender"));
}

#[tokio::test]
async fn where_services_differ_each_gets_its_own() {
    let world = World::new().await;
    let target = json!({"service": ["sns", "lambda", "dynamodb"]});
    world.armed(&asks_for(target, json!("ResourceNotFoundException"))).await;
    let AttributeValue::M(wire) = published(&world).await else { panic!() };
    assert_eq!(wire["by"].as_l().unwrap().len(), 3, "{wire:?}");
    let status =
        async |service, protocol| error(&world, service, speech(protocol, false)).await.unwrap().status;
    assert_eq!(status("dynamodb", Protocol::AwsJson10).await, 400);
    assert_eq!(status("lambda", Protocol::Rest(wire::Rest::Json)).await, 404);
    assert_eq!(status("sns", Protocol::AwsQuery).await, 404);
    // Another service is not meant by the target, whatever its name stands for there.
    assert_eq!(effect(&world, "kinesis", "PutRecord").await.unwrap_err(), SkipReason::NoMatch);
}

#[tokio::test]
async fn a_service_without_the_error_passes_and_says_so() {
    let world = World::new().await;
    world.armed(&asks_for(json!({"service": "s*"}), json!("QueueDoesNotExist"))).await;
    assert!(error(&world, "sqs", speech(Protocol::AwsJson10, true)).await.is_ok());
    let SkipReason::Unavailable(why) = effect(&world, "sns", "Publish").await.unwrap_err() else { panic!() };
    assert_eq!(why, "this service has no error of that name");
}

#[tokio::test]
async fn members_travel_with_their_shapes() {
    let world = World::new().await;
    let reasons = json!([{"Code": "ConditionalCheckFailed", "Message": "no"}, {"Code": "None"}]);
    let asked = json!({"name": "TransactionCanceledException", "fields": {"CancellationReasons": reasons}});
    world.armed(&asks_for(json!({"service": "dynamodb"}), asked)).await;
    let AttributeValue::M(wire) = published(&world).await else { panic!() };
    assert!(wire.contains_key("schema"), "{wire:?}");
    let encoded = error(&world, "dynamodb", speech(Protocol::AwsJson10, false)).await.unwrap();
    let body: Value = serde_json::from_slice(&encoded.body).unwrap();
    assert_eq!(body["CancellationReasons"], reasons);
}

#[tokio::test]
async fn an_error_that_this_build_never_heard_of_is_sent_as_published() {
    let world = World::new().await;
    world.armed(&asks_for(json!({"service": "dynamodb"}), json!("InternalServerError"))).await;
    let mut item = world.partition("*").await.remove(0);
    let newer = text("FromTheFutureException");
    *member(member(item.get_mut("spec").unwrap(), "fault"), "error") = newer.clone();
    *member(item.get_mut("wire").unwrap(), "error") = newer.clone();
    *member(item.get_mut("wire").unwrap(), "code") = newer;
    world.put(item.clone()).await;
    let encoded = error(&world, "dynamodb", speech(Protocol::AwsJson10, false)).await.unwrap();
    assert!(String::from_utf8(encoded.body).unwrap().contains("FromTheFutureException"));
    // Without what its publisher knew it is no error of this service: left out, and shown.
    item.remove("wire");
    world.put(item).await;
    assert_eq!(effect(&world, "dynamodb", "GetItem").await.unwrap_err(), SkipReason::NoMatch);
    let mut reader = world.reader();
    let problems = reader.hear().await.problems().join("");
    assert!(
        problems.contains("it has no `wire` of its own, and the error `FromTheFutureException`"),
        "{problems}"
    );
}

#[tokio::test]
async fn pills_travel_with_the_shapes_that_they_use() {
    let world = World::new().await;
    let pills = json!([
        {"operation": "ListTables", "status_code": 200, "data": {"TableNames": ["orders"]}},
        {"operation": "ListTables", "status_code": 400,
         "data": {"Error": {"Code": "ThrottlingException", "Message": "slow down"}}}
    ]);
    let spec = json!([{"id": "it", "target": {"service": "dynamodb"}, "fault": {"pill": pills}, "when": {"rate": "100%"}}]);
    world.armed(&scenario("it", spec)).await;
    let AttributeValue::M(wire) = published(&world).await else { panic!() };
    assert_eq!(wire["pills"].as_l().unwrap().len(), 2);
    let effect = effect(&world, "dynamodb", "ListTables").await.unwrap();
    let Some(Answer::Pill(played)) = effect.outcome.as_deref() else { panic!() };
    let call = (Some("dynamodb"), Some("ListTables"));
    let speech = speech(Protocol::AwsJson10, false);
    let first = played.encode(0, call, &speech, "chaos-it").unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&first.body).unwrap(), json!({"TableNames": ["orders"]}));
    let second = played.encode(1, call, &speech, "chaos-it").unwrap();
    assert_eq!(second.status, 400);
    assert!(String::from_utf8(second.body).unwrap().contains("slow down"));
}

#[tokio::test]
async fn a_stored_error_that_stands_for_nothing_is_not_armed() {
    let world = World::new().await;
    let asked = asks_for(json!({"service": "dynamodb"}), json!("InternalServerError"));
    world.store.put_definition(&world.env, &asked, Expected::Any, &world.alice).await.unwrap();
    let mut item = world.item("mc1|staging|D", "SCN|it").await.unwrap();
    let spec = first(member(item.get_mut("scenario").unwrap(), "spec"));
    *member(member(spec, "fault"), "error") = text("InternalServerEror");
    world.put(item).await;
    let refused = world.store.arm(&world.env, &id("it"), &world.arm_for(POLL)).await.unwrap_err();
    let StoreError::Refused { .. } = &refused else { panic!("{refused:?}") };
    assert!(refused.to_string().contains("InternalServerError"), "{refused}");
}

/// How many services the one published item lists.
async fn listed(error: &str) -> (World, usize) {
    let world = World::new().await;
    world.armed(&asks_for(json!({"everything": true}), json!(error))).await;
    let AttributeValue::M(wire) = published(&world).await else { panic!() };
    let by: Vec<_> = match wire.get("by") {
        Some(AttributeValue::L(by)) => by.iter().map(|one| one.as_m().unwrap().clone()).collect(),
        _ => vec![wire],
    };
    let only = by.iter().filter_map(|one| one.get("only")).map(|only| only.as_l().unwrap().len());
    let count = only.sum();
    (world, count)
}

#[tokio::test]
async fn an_error_of_all_services_is_published_in_few_words() {
    let status = async |world: &World, service| {
        error(world, service, speech(Protocol::AwsJson10, true)).await.map(|encoded| encoded.status)
    };
    // Nearly all have it: the most common form is for "all others", new services among them.
    let (world, count) = listed("ThrottlingException").await;
    assert!(count < 250, "{count} of 439 services");
    assert_eq!(status(&world, "kinesis").await, Ok(400));
    assert_eq!(status(&world, "newerthanthecatalogue").await.map(drop), Ok(()));
    // One has it: all others are not listed one by one.
    let (world, count) = listed("QueueDoesNotExist").await;
    assert_eq!(count, 1);
    assert_eq!(status(&world, "sqs").await, Ok(400));
    let SkipReason::Unavailable(_) = status(&world, "kinesis").await.unwrap_err() else { panic!() };
}

#[tokio::test]
async fn what_no_item_can_hold_is_not_stored() {
    let world = World::new().await;
    // Small as a spec, and large with the shapes of all that it fits.
    let entry = json!({"status_code": 200, "data": {"NextToken": "x".repeat(3500)}});
    let pills: Vec<_> = (0..100).map(|_| entry.clone()).collect();
    let spec = json!([{"id": "it", "target": {"service": "kinesis", "operation": ["ListStreams", "ListShards", "ListStreamConsumers"]},
                       "fault": {"pill": pills}, "when": {"rate": "100%"}}]);
    let stored =
        world.store.put_definition(&world.env, &scenario("it", spec), Expected::Any, &world.alice).await;
    let refused = stored.unwrap_err().to_string();
    assert!(refused.contains("with what the wire needs") && refused.contains("390000"), "{refused}");
}

/// A call of which nothing is known but where its members should lie.
struct Placed(&'static str);

impl Details for Placed {
    fn header(&self, _: &str) -> Option<&str> {
        None
    }

    fn input(&self, path: &str, places: &Places) -> Option<Cow<'_, str>> {
        places.of(Some("newer"), Some(self.0), path).map(|place| match place {
            Place::Path { segment: 0, of: 2, rest: Some(1) } => "orders".into(),
            _ => "elsewhere".into(),
        })
    }

    fn label(&self, _: &str) -> Option<Cow<'_, str>> {
        None
    }
}

async fn placed(world: &World, operation: &'static str) -> bool {
    let mut reader = world.reader();
    let (set, details) = (reader.hear().await.set(), Placed(operation));
    let call = CallContext {
        service: Some("newer"),
        operation: Some(operation),
        details: &details,
        ..CallContext::unknown()
    };
    let limits = Arc::new(Limits::default());
    let rules = Rules { clock: &*world.clock, seed: 0, limits: &limits, dry_run: false };
    matches!(decide(&set, &call, rules, &mut ()), Decision::Inject(_))
}

fn input(target: &Value) -> chaos_core::spec::Scenario {
    scenario(
        "it",
        json!([{"id": "it", "target": target, "fault": {"status": 503}, "when": {"rate": "100%"}}]),
    )
}

#[tokio::test]
async fn where_members_of_inputs_lie_is_published() {
    let world = World::new().await;
    let target = json!({"service": "s3", "operation": ["GetObject", "DeleteObject", "ListObjectsV2"],
                        "input": {"Bucket": "orders"}});
    world.armed(&input(&target)).await;
    let mut item = world.partition("*").await.remove(0);
    // As if of a service that no catalogue here knows: what was published tells.
    *member(member(item.get_mut("spec").unwrap(), "target"), "service") = text("newer");
    let AttributeValue::L(groups) = member(item.get_mut("wire").unwrap(), "input") else { panic!() };
    assert_eq!(groups.len(), 2, "one for each member and place: {groups:?}");
    groups.iter_mut().for_each(|group| *member(group, "service") = text("newer"));
    world.put(item.clone()).await;
    assert!(placed(&world, "GetObject").await);
    assert!(placed(&world, "deleteobject").await, "in either case");
    assert!(!placed(&world, "ListObjectsV2").await, "there the bucket lies elsewhere");
    // Without it nothing is known, and nothing is hit.
    item.remove("wire");
    world.put(item).await;
    assert!(!placed(&world, "GetObject").await);
}

#[tokio::test]
async fn places_that_cannot_be_understood_leave_the_scenario_out() {
    let world = World::new().await;
    let target = json!({"service": "s3", "operation": "GetObject", "input": {"Bucket": "orders"}});
    world.armed(&input(&target)).await;
    let mut item = world.partition("*").await.remove(0);
    let group = first(member(item.get_mut("wire").unwrap(), "input"));
    *member(group, "at") = text("nowhere");
    world.put(item).await;
    let mut reader = world.reader();
    let problems = reader.hear().await.problems().join("");
    assert!(problems.contains("`wire.input` cannot be understood"), "{problems}");
}

#[tokio::test]
async fn members_of_bodies_are_published_in_no_word() {
    let world = World::new().await;
    let target = json!({"service": "kinesis", "operation": "PutRecord", "input": {"StreamName": "orders"}});
    world.armed(&input(&target)).await;
    assert_eq!(world.partition("*").await.remove(0).remove("wire"), None);
}

#[tokio::test]
async fn members_that_thousands_of_operations_have_fit_an_item() {
    let world = World::new().await;
    let input_ = json!({"nextToken": "a", "NextToken": "a", "maxResults": "1", "MaxResults": "1"});
    world.armed(&input(&json!({"input": input_}))).await;
    let AttributeValue::M(wire) = published(&world).await else { panic!() };
    let operations = |group: &AttributeValue| group.as_m().unwrap()["operations"].as_l().unwrap().len();
    let count: usize = wire["input"].as_l().unwrap().iter().map(operations).sum();
    assert!(count > 2_000, "{count}");
}

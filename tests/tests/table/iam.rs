//! The printed policies, held against what is really asked of the table.

use crate::policy::{Asked, allows, like, pairs};
use crate::wire::{Exchange, Fate};
use crate::world::*;
use chaos_control::iam::{Place, Role, policy};
use chaos_core::Chaos;
use chaos_core::clock::{Clock, SystemClock};
use chaos_core::context::CallContext;
use chaos_core::settings::Settings;
use chaos_core::spec::Scenario;
use chaos_core::table::{Claimed, Expected, KeptAnswer, NewToken, RequestKey, Scope, Sha256, Store};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

const ARN: &str = "arn:aws:dynamodb:eu-west-1:111122223333:table/chaos";

fn printed(role: Role, world: &World) -> Value {
    let place = Place {
        table: TABLE.to_owned(),
        region: Some("eu-west-1".to_owned()),
        account: Some("111122223333".to_owned()),
    };
    assert_eq!(place.arn(), ARN);
    policy(role, &place, (role == Role::Application).then_some(&world.env)).unwrap()
}

fn asked(exchanges: &[Exchange]) -> BTreeSet<Asked> {
    exchanges.iter().flat_map(Asked::by).collect()
}

/// Specs for everyone and for one function, with a budget of the fleet.
fn orders() -> Scenario {
    let mut everyone = spec("throttled", "ProvisionedThroughputExceededException");
    everyone["when"]["fleet_max"] = json!(1_000);
    let mut ours = spec("slow", "Slow");
    ours["target"]["function"] = json!("checkout");
    ours["target"]["operation"] = json!("PutRecords");
    scenario("orders", json!([everyone, ours]))
}

fn process(world: &World, store: Store) -> Chaos {
    let set = [("CHAOS_TABLE", TABLE), ("CHAOS_ENVIRONMENT", "staging"), ("CHAOS_FUNCTION", "checkout")];
    let found =
        |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    let settings = Settings::read(&found, "test").unwrap();
    world.clock.set_wall(SystemClock::new().now().wall);
    Chaos::following(&settings, Some(store), Arc::new(SystemClock::new())).unwrap()
}

async fn calls(chaos: &Chaos, seconds: u32) {
    for _ in 0..seconds * 10 {
        let call =
            CallContext { service: Some("kinesis"), operation: Some("PutRecord"), ..CallContext::unknown() };
        drop(chaos.decide(&call));
        sleep(Duration::from_millis(100)).await;
    }
}

/// What reports and instance health are to write: see the list of keys.
async fn reports(world: &World) {
    let client = world.client();
    for pk in ["mc1|staging|R|orders|01795435200119483920", "mc1|staging|I", "mc1|staging|I|07"] {
        let put = client.put_item().table_name(TABLE).item("pk", text(pk)).item("sk", text("x"));
        put.item("ttl", number(1)).send().await.unwrap();
        let update = client.update_item().table_name(TABLE).key("pk", text(pk)).key("sk", text("x"));
        let update = update.update_expression("ADD n :n").expression_attribute_values(":n", number(1));
        update.send().await.unwrap();
    }
    // A budget is only ever counted up and down; the right to put comes with its statement.
}

/// All that a process asks of the table, in the trouble that there may be.
async fn a_process_in_trouble() -> (World, BTreeSet<Asked>) {
    let world = World::in_process().await;
    world.clock.set_wall(SystemClock::new().now().wall);
    world.armed(&orders()).await;
    world.edit_head(|head| drop(head.insert("shards".to_owned(), number(4)))).await;
    let chaos = process(&world, world.wired());
    calls(&chaos, 40).await;
    // Old answers, a revision that is gone, an edit, a halt, and its lifting.
    let mut seen = 0;
    world.wire.on(move |operation, _| {
        seen += 1;
        if operation == "GetItem" && seen % 7 == 0 { Fate::Lost } else { Fate::Pass }
    });
    world.armed(&throttled("again")).await;
    calls(&chaos, 20).await;
    world.store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    calls(&chaos, 20).await;
    world.store.resume(&Scope::Everywhere, "clear", &world.alice).await.unwrap();
    world.arm("orders").await;
    calls(&chaos, 20).await;
    // One of which it is known which copy of HEAD is its own.
    let mut reader = world.reader();
    for _ in 0..5 {
        reader.poll().await;
    }
    drop(chaos);
    sleep(Duration::from_secs(1)).await;
    world.wire.pass();
    reports(&world).await;
    let exchanges = world.wire.log();
    (world, asked(&exchanges))
}

#[tokio::test(start_paused = true)]
async fn the_applications_policy_covers_what_it_asks_for_and_nothing_else() {
    let (world, asked) = a_process_in_trouble().await;
    let policy = printed(Role::Application, &world);
    for asked in &asked {
        assert!(allows(&policy, ARN, asked), "{asked:?}");
    }
    // Nothing is allowed that nobody does, but for the two ways to write.
    let used = |(action, pattern): &(String, String)| {
        asked.iter().any(|asked| {
            let writes = ["dynamodb:PutItem", "dynamodb:UpdateItem"];
            let same = format!("dynamodb:{}", asked.action) == *action;
            let either = writes.contains(&&**action) && ["PutItem", "UpdateItem"].contains(&&*asked.action);
            (same || either) && asked.keys.iter().all(|key| like(pattern, key))
        })
    };
    let unused: Vec<_> = pairs(&policy).into_iter().filter(|pair| !used(pair)).collect();
    assert!(unused.is_empty(), "allowed, and never asked for: {unused:?}");
    println!("{} kinds of requests of a process: {asked:?}", asked.len());
}

const ACTIONS: [&str; 14] = [
    "GetItem",
    "Query",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "ConditionCheckItem",
    "BatchGetItem",
    "BatchWriteItem",
    "Scan",
    "PartiQLSelect",
    "PartiQLUpdate",
    "DescribeTable",
    "DeleteTable",
    "UpdateTimeToLive",
];

/// A key of each family, and keys that look like one.
const KEYS: [&str; 25] = [
    "mc1|staging|HEAD",
    "mc1|staging|HEAD|03",
    "mc1|staging|T|*",
    "mc1|staging|T|f|checkout",
    "mc1|staging|T|f|I",
    "mc1|staging|R|orders|01",
    "mc1|staging|I",
    "mc1|staging|I|07",
    "mc1|staging|F|orders|01",
    "mc1|staging|D",
    "mc1|staging|A|2026-11",
    "mc1|staging|O",
    "mc1|staging|K|x",
    "mc1|*|ENVIRONMENTS",
    "mc1|*|TOKENS",
    "mc1|prod|HEAD",
    "mc1|prod|T|*",
    "mc1|prod|I",
    "mc1|staging2|HEAD",
    "mc1|staging-b|F|orders|01",
    "mc1|stagin|R|x",
    "mc2|staging|R|x",
    "mc1|staging|HEADS",
    "mc1|staging|INDEX",
    "x",
];

fn may(policy: &Value) -> Vec<(&'static str, &'static str)> {
    let allowed = |action: &'static str, key: &'static str| allows(policy, ARN, &Asked::of(action, key));
    let pairs = ACTIONS.iter().flat_map(|action| KEYS.iter().map(move |key| (*action, *key)));
    pairs.filter(|(action, key)| allowed(action, key)).collect()
}

#[tokio::test]
async fn an_application_reads_two_kinds_of_items_and_writes_three() {
    let world = World::without_table();
    let policy = printed(Role::Application, &world);
    let own = |keys: &[&'static str], action| keys.iter().map(|key| (action, *key)).collect::<Vec<_>>();
    let written = ["mc1|staging|R|orders|01", "mc1|staging|I", "mc1|staging|I|07", "mc1|staging|F|orders|01"];
    let wanted = [
        own(&["mc1|staging|HEAD", "mc1|staging|HEAD|03"], "GetItem"),
        own(&["mc1|staging|T|*", "mc1|staging|T|f|checkout", "mc1|staging|T|f|I"], "Query"),
        own(&written, "PutItem"),
        own(&written, "UpdateItem"),
    ];
    assert_eq!(may(&policy), wanted.concat());
    // Neither by a request that names no key, nor on another table, nor with other keys beside.
    let keyless = |action: &&str| Asked { action: (*action).to_owned(), keys: Vec::new() };
    assert!(ACTIONS.iter().map(keyless).all(|asked| !allows(&policy, ARN, &asked)));
    let poll = Asked::of("GetItem", "mc1|staging|HEAD");
    assert!(!allows(&policy, "arn:aws:dynamodb:eu-west-1:111122223333:table/chaos2", &poll));
    let mixed = Asked { keys: vec!["mc1|staging|I".to_owned(), "mc1|staging|D".to_owned()], ..poll };
    assert!(!allows(&policy, ARN, &Asked { action: "PutItem".to_owned(), ..mixed }));
}

#[tokio::test]
async fn an_auditor_writes_nothing() {
    let world = World::without_table();
    let read = ["mc1|staging|R|orders|01", "mc1|staging|A|2026-11", "mc1|staging|O", "mc1|stagin|R|x"];
    let may = may(&printed(Role::Auditor, &world));
    assert!(
        may.iter().all(|(action, key)| ["GetItem", "Query"].contains(action) && read.contains(key)),
        "{may:?}"
    );
    assert_eq!(may.len(), 2 * read.len());
}

/// What the control service keeps for its callers.
async fn tokens_and_requests(world: &World, store: &Store) {
    let hash = Sha256::of_digest(&[1; 32]);
    let (id, role, by) = (id("ci"), "operator".to_owned(), world.alice.clone());
    let new = NewToken { hash: hash.clone(), id, role, environment: None, expires: None, by };
    store.put_token(&new).await.unwrap();
    store.token(&hash).await.unwrap();
    store.tokens().await.unwrap();
    store.note_token_used(&hash).await.unwrap();
    store.revoke_token(&hash, &world.alice).await.unwrap();
    let key = RequestKey::new("k").unwrap();
    for done in [false, true, true] {
        let claimed = store.claim(&world.env, &key, &world.alice, &hash).await.unwrap();
        match (claimed, done) {
            (Claimed::Fresh(claim), false) => store.abandon(&claim).await.unwrap(),
            (Claimed::Fresh(claim), true) => {
                store.complete(&claim, &KeptAnswer { status: 200, body: None }).await.map(drop).unwrap();
            }
            (other, _) => assert!(matches!(other, Claimed::Same(_)), "{other:?}"),
        }
    }
    let all = jiff::Timestamp::MIN..=jiff::Timestamp::MAX;
    assert!(!store.outages(&world.env, all).await.unwrap().is_empty());
}

#[tokio::test]
async fn controls_policy_covers_what_control_asks_for() {
    let world = World::new().await;
    let store = world.wired();
    let (env, alice) = (&world.env, &world.alice);
    store.put_definition(env, &orders(), Expected::Any, alice).await.unwrap();
    store.arm(env, &id("orders"), &world.arm_for(Duration::from_secs(600))).await.unwrap();
    store.rearm(env, &orders(), Expected::Any, alice, "again").await.unwrap();
    store.definitions(env).await.unwrap();
    store.definition(env, &id("orders")).await.unwrap();
    store.status(env).await.unwrap();
    store.disarm(env, &id("orders"), alice, "done").await.unwrap();
    store.delete_definition(env, &id("orders"), Expected::Any).await.unwrap();
    store.set_copies(env, 3, alice, "a large fleet").await.unwrap();
    store.set_copies(env, 2, alice, "a smaller one").await.unwrap();
    store.halt(&Scope::Everywhere, "smoke", alice).await.unwrap();
    store.resume(&Scope::Everywhere, "clear", alice).await.unwrap();
    tokens_and_requests(&world, &store).await;
    let mut all = world.wire.log();
    assert!(!store.audit(env, world.clock.now().wall).await.unwrap().is_empty());
    let audit = world.wire.log();
    let auditor = printed(Role::Auditor, &world);
    assert!(asked(&audit).iter().all(|asked| allows(&auditor, ARN, asked)));
    store.describe().await.unwrap();
    // HEAD is gone: it is written anew.
    world.edit_head(|head| drop(head.remove("gen"))).await;
    store.halt(&Scope::Environment(env.clone()), "smoke", alice).await.unwrap();
    let policy = printed(Role::Control, &world);
    all.extend(audit.into_iter().chain(world.wire.log()));
    let asked = asked(&all);
    for asked in &asked {
        assert!(allows(&policy, ARN, asked), "{asked:?}");
    }
    // What is recorded and published is not taken back.
    for key in ["mc1|staging|A|2026-11", "mc1|staging|T|*"] {
        for action in ["UpdateItem", "DeleteItem"] {
            assert!(!allows(&policy, ARN, &Asked::of(action, key)), "{action} {key}");
        }
    }
    println!("{} kinds of requests of control", asked.len());
}

//! Every attribute of every item that a process reads, gone or of another kind:
//! what still fires is what was published, or what the door lets in.

use crate::world::*;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use chaos_core::caps;
use chaos_core::clock::Clock;
use chaos_core::spec::{FaultSpec, Scenario};
use chaos_core::table::Poll;
use serde_json::{Value, json};

/// Steps into maps (by name) and lists (by place).
type Path = Vec<String>;

fn orders() -> Scenario {
    let reasons = json!([{"Code": "ConditionalCheckFailed", "Message": "no"}]);
    let error = json!({"name": "TransactionCanceledException", "fields": {"CancellationReasons": reasons}});
    let target = json!({"service": "dynamodb", "operation": ["TransactWriteItems"], "region": "eu-*"});
    let when = json!({"rate": "60%", "max": 9, "ramp": "5m", "per": "call"});
    let fault = json!({"error": error, "latency": {"median": "80ms", "p99": "2s"}});
    scenario("orders", json!([{"id": "cancelled", "target": target, "fault": fault, "when": when}]))
}

/// Every attribute, at every depth.
fn paths(item: &Item) -> Vec<Path> {
    fn below(value: &AttributeValue, path: &Path, all: &mut Vec<Path>) {
        let with = |step: String| [path.clone(), vec![step]].concat();
        let children: Vec<_> = match value {
            AttributeValue::M(members) => {
                members.iter().map(|(name, value)| (with(name.clone()), value)).collect()
            }
            AttributeValue::L(items) => {
                items.iter().enumerate().map(|(place, value)| (with(place.to_string()), value)).collect()
            }
            _ => Vec::new(),
        };
        for (path, value) in children {
            all.push(path.clone());
            below(value, &path, all);
        }
    }
    let mut all = Vec::new();
    below(&AttributeValue::M(item.clone()), &Vec::new(), &mut all);
    // A key cannot be edited: that would be another item.
    all.retain(|path| !["pk", "sk"].contains(&&*path[0]));
    all.sort();
    all
}

/// Puts `value` there, or takes away what is there.
fn change(item: &mut Item, path: &[String], value: Option<&AttributeValue>) {
    let (last, steps) = path.split_last().unwrap();
    let mut whole = AttributeValue::M(std::mem::take(item));
    let mut here = &mut whole;
    for step in steps {
        here = match here {
            AttributeValue::M(members) => members.get_mut(step).unwrap(),
            AttributeValue::L(items) => &mut items[step.parse::<usize>().unwrap()],
            other => panic!("nothing lies in {other:?}"),
        };
    }
    match (here, value) {
        (AttributeValue::M(members), Some(value)) => drop(members.insert(last.clone(), value.clone())),
        (AttributeValue::M(members), None) => drop(members.remove(last)),
        (AttributeValue::L(items), Some(value)) => items[last.parse::<usize>().unwrap()] = value.clone(),
        (AttributeValue::L(items), None) => drop(items.remove(last.parse().unwrap())),
        (other, _) => panic!("nothing lies in {other:?}"),
    }
    let AttributeValue::M(members) = whole else { panic!("it was a map") };
    *item = members;
}

/// Gone, and a value of every kind.
fn others() -> Vec<Option<AttributeValue>> {
    let kinds = [
        text(""),
        text("*"),
        number(0),
        number(-1),
        number("1.5"),
        number("99999999999999999999"),
        AttributeValue::Bool(true),
        AttributeValue::Null(true),
        AttributeValue::L(vec![]),
        AttributeValue::L(vec![number(1)]),
        map([]),
        map([("x", number(1))]),
        AttributeValue::Ss(vec!["a".to_owned()]),
        AttributeValue::B(Blob::new([1_u8])),
    ];
    std::iter::once(None).chain(kinds.map(Some)).collect()
}

/// What a new process has in force.
async fn in_force(world: &World) -> (Follower, Poll) {
    let mut reader = world.reader();
    let mut poll = reader.poll().await;
    for _ in 0..3 {
        if poll.wait.is_zero() || poll.error.is_some() {
            poll = reader.poll().await;
        }
    }
    (reader, poll)
}

fn specs(reader: &Follower) -> Vec<FaultSpec> {
    reader.reader.snapshot().specs.iter().map(|spec| spec.spec.clone()).collect()
}

#[tokio::test]
async fn of_head() {
    let world = World::new().await;
    world.armed(&orders()).await;
    let head = world.head().await;
    let (mut tried, mut fired) = (0, 0);
    for path in paths(&head) {
        for other in others() {
            let mut edited = head.clone();
            change(&mut edited, &path, other.as_ref());
            world.put(edited).await;
            let (reader, _) = in_force(&world).await;
            let found = specs(&reader);
            let told = format!("{path:?} {other:?}");
            tried += 1;
            if reader.reader.snapshot().halted || found.is_empty() {
                continue;
            }
            fired += 1;
            assert_eq!(found, orders().spec, "{told}");
            let window = &reader.reader.snapshot().specs[0].window;
            assert!(window.left(&world.clock.now()).unwrap() <= caps::MAX_ARMED, "{told}");
            // Nothing that says when it ends, what is armed or that it is not halted is made up.
            let needed =
                ["act", "act.orders", "act.orders.n", "act.orders.r", "act.orders.s", "act.orders.x"];
            let path = path.join(".");
            let same = ["act.orders.s", "act.orders.n"].contains(&&*path) && other.is_some();
            assert!(!needed.contains(&&*path) || same, "{told}");
            assert!(
                !["gen", "halted"].contains(&&*path) || other == Some(number("99999999999999999999")),
                "{told}"
            );
        }
    }
    println!("HEAD: {tried} edits, {fired} left it in force");
    assert!(fired > 0);
}

#[tokio::test]
async fn of_a_published_spec() {
    let world = World::new().await;
    world.armed(&orders()).await;
    let item = world.partition("*").await.remove(0);
    let (mut tried, mut fired) = (0, 0);
    for path in paths(&item) {
        for other in others() {
            let mut edited = item.clone();
            change(&mut edited, &path, other.as_ref());
            world.put(edited.clone()).await;
            let (reader, _) = in_force(&world).await;
            tried += 1;
            let told = format!("{path:?} {other:?}");
            let [found] = &specs(&reader)[..] else {
                // Never without a word.
                assert!(!reader.problems().is_empty(), "{told}");
                continue;
            };
            fired += 1;
            let spec = json_of(&edited["spec"]).unwrap_or_else(|| panic!("{told}"));
            let text = json!({"id": "orders", "spec": [spec]}).to_string();
            let known = Scenario::from_stored(&chaos_core::door::read_json(&text).unwrap());
            let known = known.unwrap_or_else(|problems| panic!("{told}: {problems}"));
            assert_eq!(known.spec.first(), Some(found), "{told}");
        }
    }
    println!("a spec: {tried} edits, {fired} left it in force");
    assert!(fired > 0);
}

/// `None` for what JSON has not.
fn json_of(value: &AttributeValue) -> Option<Value> {
    Some(match value {
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::Bool(value) => json!(value),
        AttributeValue::S(text) => json!(text),
        AttributeValue::Ss(texts) => json!(texts),
        AttributeValue::N(digits) => match digits.parse::<i64>() {
            Ok(whole) => json!(whole),
            Err(_) => json!(digits.parse::<f64>().ok()?),
        },
        AttributeValue::L(items) => Value::Array(items.iter().map(json_of).collect::<Option<_>>()?),
        AttributeValue::M(members) => {
            let member = |(name, value): (&String, _)| Some((name.clone(), json_of(value)?));
            Value::Object(members.iter().map(member).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

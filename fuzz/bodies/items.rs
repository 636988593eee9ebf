//! What must hold of any attribute map as an item of the table.

use chaos_core::caps;
use chaos_core::clock::Now;
use chaos_core::context::CallContext;
use chaos_core::decide::{ArmedSpec, Decision, Limits, Rules, SpecSet, decide, explain};
use chaos_core::door::read_json;
use chaos_core::effect::Answer;
use chaos_core::spec::{Id, Scenario};
use chaos_core::table::any::{AttributeValue, Blob, Understood, budget, published, understood};
use chaos_core::table::{Entry, Head};
use chaos_core::wire::{self, Protocol, Rest, Speech};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

type Item = HashMap<String, AttributeValue>;

/// What an item is made of, so that chance finds it.
const WORDS: [&str; 40] = [
    "pk",
    "sk",
    "gen",
    "halted",
    "act",
    "shards",
    "orders",
    "r",
    "s",
    "x",
    "n",
    "b",
    "t",
    "e",
    "*",
    "f|a",
    "spec",
    "wire",
    "id",
    "target",
    "service",
    "operation",
    "input",
    "fault",
    "error",
    "status",
    "latency",
    "pill",
    "when",
    "rate",
    "max",
    "fleet_max",
    "code",
    "only",
    "by",
    "schema",
    "query",
    "pills",
    "used",
    "kinesis",
];
const NUMBERS: [&str; 16] = [
    "0",
    "1",
    "-1",
    "3",
    "100",
    "0.5",
    "1.5",
    "200",
    "503",
    "1795435200",
    "1795435800.123",
    "9007199254740991",
    "18446744073709551616",
    "1e308",
    "-1e-130",
    "NaN",
];

/// Reads bytes as an item made up, or as a real one with parts exchanged.
pub(crate) fn read(bytes: &[u8]) {
    let mut source = Source(bytes);
    let item = match source.next() % 4 {
        0 => source.map(4),
        _ => {
            let templates = templates();
            let mut item = templates[usize::from(source.next()) % templates.len()].clone();
            while !source.0.is_empty() {
                exchange(&mut item, &mut source);
            }
            item
        }
    };
    hold(&item);
}

/// What must hold of an item.
pub(crate) fn hold(item: &Item) {
    let orders = Id::new("orders").expect("a name");
    let now = Now { wall: "2026-11-23T12:00:00Z".parse().expect("a time"), steady: Duration::from_secs(9) };
    let understood = understood(item, &orders, now);
    match &understood.head {
        Ok(head) => sound_head(head),
        Err(why) => assert!(!why.is_empty()),
    }
    match &understood.entry {
        Ok(entry) => sound_entry(entry),
        Err(why) => assert!(!why.is_empty()),
    }
    match &understood.spec {
        Ok(spec) => sound_spec(item, spec, now),
        Err(why) => assert!(!why.is_empty()),
    }
    if let Ok(used) = understood.used {
        assert_eq!(item["used"].as_n().map(|digits| digits.parse()), Ok(Ok(used)));
    }
}

fn sound_head(head: &Head) {
    assert!((1..1 << 53).contains(&head.generation) && (1..=32).contains(&head.shards));
    assert!(head.armed.len() <= caps::MAX_ARMED_SCENARIOS);
    head.armed.values().for_each(sound_entry);
}

fn sound_entry(entry: &Entry) {
    assert!(entry.specs <= caps::MAX_SPECS);
    assert!(entry.partitions.values().all(|count| *count <= caps::MAX_SPECS));
    let length =
        Duration::try_from(entry.until.duration_since(entry.since)).expect("it ends after its start");
    assert!(length <= caps::MAX_ARMED);
}

/// What is taken from the table is what the door lets in, by another way in.
fn sound_spec(item: &Item, spec: &Arc<ArmedSpec>, now: Now) {
    let text = json!({"id": "orders", "spec": [json_of(&item["spec"]).expect("nothing binary")]}).to_string();
    let known = Scenario::from_stored(&read_json(&text).expect("JSON")).expect("the door lets it in");
    assert_eq!(known.spec.as_slice(), std::slice::from_ref(&spec.spec));
    assert!(item["sk"].as_s().expect("a text").ends_with(spec.spec.id.as_str()));
    assert_eq!(&*spec.full_name, format!("orders/{}", spec.spec.id));
    let set = SpecSet::new(1, false, "checkout", vec![Arc::clone(spec)]);
    for (service, operation) in [("kinesis", "PutRecord"), ("dynamodb", "GetItem"), ("s3", "GetObject")] {
        let call =
            CallContext { service: Some(service), operation: Some(operation), ..CallContext::unknown() };
        fire(&set, &call, now);
    }
}

/// Whatever it does to a call, it can be told and written.
fn fire(set: &SpecSet, call: &CallContext<'_>, now: Now) {
    let clock = chaos_core::clock::TestClock::at(now.wall);
    let limits = Arc::new(Limits::default());
    let _ = explain(set, call, &now);
    let rules = Rules { clock: &clock, seed: 0, limits: &limits, dry_run: false };
    let Decision::Inject(injection) = decide(set, call, rules, &mut ()) else { return };
    assert!(injection.specs.iter().all(|spec| spec.spec.when.fleet_max.is_none()), "without a share");
    assert!(injection.effect.delay.is_none_or(|delay| delay <= caps::MAX_DELAY));
    for protocol in [Protocol::AwsJson10, Protocol::AwsQuery, Protocol::Rest(Rest::Xml)] {
        let speech = Speech { protocol, query_mode: true, bodiless: false };
        match injection.effect.outcome.as_deref() {
            Some(Answer::Error(error)) => {
                if let Ok(error) = error.for_service(call.service) {
                    let sent = wire::error(&error, &speech, "chaos-it");
                    assert!(sent.status == 200 || (400..600).contains(&sent.status));
                }
            }
            Some(Answer::Pill(pills)) => {
                let _ = pills.encode(injection.effect.choice, (call.service, call.operation), &speech, "it");
            }
            _ => {}
        }
    }
}

/// One of each kind, as they are written.
fn templates() -> &'static [Item] {
    static TEMPLATES: OnceLock<Vec<Item>> = OnceLock::new();
    TEMPLATES.get_or_init(|| {
        let reasons = json!([{"Code": "ConditionalCheckFailed", "Message": "no"}, {"Code": "None"}]);
        let outcome = |target: Value, fault: Value| {
            let spec = json!({"id": "it", "target": target, "fault": fault, "when": {"rate": "100%", "max": 9}});
            Scenario::from_json(&json!({"id": "orders", "spec": [spec]}).to_string()).expect("a scenario")
        };
        let kinesis = json!({"service": "kinesis", "operation": "PutRecord"});
        let pill = json!([{"status_code": 200, "data": {"SequenceNumber": "1", "ShardId": "s"}}]);
        let scenarios = [
            outcome(kinesis.clone(), json!({"error": "ProvisionedThroughputExceededException", "latency": "2s"})),
            outcome(json!({"service": ["sns", "lambda", "dynamodb"]}), json!({"error": "ResourceNotFoundException"})),
            outcome(
                json!({"service": "dynamodb"}),
                json!({"error": {"name": "TransactionCanceledException", "fields": {"CancellationReasons": reasons}}}),
            ),
            outcome(
                json!({"service": "s3", "operation": ["GetObject", "ListObjectsV2"], "input": {"Bucket": "orders"}}),
                json!({"status": {"code": 503, "headers": {"a": "b"}, "body": "x"}}),
            ),
            outcome(kinesis.clone(), json!({"pill": pill})),
            outcome(kinesis, json!({"corrupt": {"flip": {"at": [0, 17]}}, "latency": {"median": "80ms", "p99": "2s"}})),
        ];
        let mut items: Vec<_> = scenarios.iter().flat_map(published).collect();
        assert_eq!(items.len(), scenarios.len());
        items.push(map(&json!({
            "pk": "mc1|staging|HEAD", "sk": "0", "gen": 1_795_435_200_123_u64, "halted": false, "shards": 2,
            "at": "2026-11-23T12:00:00.123Z", "by": "alice",
            "act": {"orders": {"r": 1_795_435_200_119_483_920_u64, "s": 1_795_435_200.123, "x": 1_795_435_800.123,
                               "n": 3, "b": 512, "t": {"*": 1, "f|checkout": 2}}}})));
        items.push(map(&json!({"r": 1, "s": 1_795_435_200.123, "x": 1_795_435_800, "n": 3, "b": 512, "e": 1})));
        let name = |name| Id::new(name).expect("a name");
        let mut counter = budget(&name("staging"), &name("orders"), &name("it"));
        counter.extend(map(&json!({"used": 30, "ttl": 1_795_482_000})));
        items.push(counter);
        items
    })
}

/// How many of the real items are understood as a spec, HEAD, an entry and a counter.
#[allow(dead_code, reason = "for the tests")]
pub(crate) fn templates_understood() -> [usize; 4] {
    let orders = Id::new("orders").expect("a name");
    let now = Now { wall: "2026-11-23T12:00:00Z".parse().expect("a time"), steady: Duration::ZERO };
    let all: Vec<_> = templates().iter().map(|item| understood(item, &orders, now)).collect();
    let count = |is: &dyn Fn(&Understood) -> bool| all.iter().filter(|one| is(one)).count();
    [
        count(&|one| one.spec.is_ok()),
        count(&|one| one.head.is_ok()),
        count(&|one| one.entry.is_ok()),
        count(&|one| one.used.is_ok()),
    ]
}

/// Drops, exchanges or renames one attribute, wherever it lies.
fn exchange(item: &mut Item, source: &mut Source<'_>) {
    let places = count(&AttributeValue::M(item.clone()));
    let mut place = usize::from(source.next()) % places.max(1);
    let (kind, value) = (source.next() % 4, source.value(2));
    let word = source.word();
    visit(item, &mut place, &mut |members, name| {
        let old = members.remove(name);
        match (kind, old) {
            (0, _) => {}
            (1, Some(old)) => drop(members.insert(word.clone(), old)),
            _ => drop(members.insert(name.to_owned(), value.clone())),
        }
    });
}

/// How many attributes there are, at every depth.
fn count(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::M(members) => members.values().map(|member| 1 + count(member)).sum(),
        AttributeValue::L(items) => items.iter().map(count).sum(),
        _ => 0,
    }
}

/// Finds the attribute of a number, in the order of names; whether it was found.
fn visit(members: &mut Item, place: &mut usize, change: &mut dyn FnMut(&mut Item, &str)) -> bool {
    let mut names: Vec<_> = members.keys().cloned().collect();
    names.sort();
    for name in names {
        if *place == 0 {
            change(members, &name);
            return true;
        }
        *place -= 1;
        if members.get_mut(&name).is_some_and(|member| within(member, place, change)) {
            return true;
        }
    }
    false
}

fn within(value: &mut AttributeValue, place: &mut usize, change: &mut dyn FnMut(&mut Item, &str)) -> bool {
    match value {
        AttributeValue::M(members) => visit(members, place, change),
        AttributeValue::L(items) => items.iter_mut().any(|item| within(item, place, change)),
        _ => false,
    }
}

/// Bytes as decisions; zeros where they end.
struct Source<'a>(&'a [u8]);

impl Source<'_> {
    fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn word(&mut self) -> String {
        match self.next() {
            255 => (0..self.next() % 8).map(|_| char::from(self.next())).collect(),
            place => WORDS[usize::from(place) % WORDS.len()].to_owned(),
        }
    }

    fn value(&mut self, depth: usize) -> AttributeValue {
        match self.next() % 10 {
            0 => AttributeValue::S(self.word()),
            1 => AttributeValue::N(NUMBERS[usize::from(self.next()) % NUMBERS.len()].to_owned()),
            2 => AttributeValue::Bool(self.next().is_multiple_of(2)),
            3 => AttributeValue::Null(true),
            4 => AttributeValue::Ss((0..self.next() % 3).map(|_| self.word()).collect()),
            5 => AttributeValue::B(Blob::new([self.next()])),
            6 => AttributeValue::Ns(vec!["1".to_owned()]),
            7 if depth > 0 => {
                AttributeValue::L((0..self.next() % 4).map(|_| self.value(depth - 1)).collect())
            }
            8 | 9 if depth > 0 => AttributeValue::M(self.map(depth - 1)),
            _ => AttributeValue::S(String::new()),
        }
    }

    fn map(&mut self, depth: usize) -> Item {
        (0..self.next() % 8).map(|_| (self.word(), self.value(depth))).collect()
    }
}

fn map(value: &Value) -> Item {
    match of_json(value) {
        AttributeValue::M(members) => members,
        _ => Item::new(),
    }
}

fn of_json(value: &Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(value) => AttributeValue::Bool(*value),
        Value::Number(value) => AttributeValue::N(value.to_string()),
        Value::String(value) => AttributeValue::S(value.clone()),
        Value::Array(items) => AttributeValue::L(items.iter().map(of_json).collect()),
        Value::Object(members) => {
            AttributeValue::M(members.iter().map(|(name, value)| (name.clone(), of_json(value))).collect())
        }
    }
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
            Err(_) => json!(digits.parse::<f64>().ok().filter(|float| float.is_finite())?),
        },
        AttributeValue::L(items) => Value::Array(items.iter().map(json_of).collect::<Option<_>>()?),
        AttributeValue::M(members) => {
            let member = |(name, value): (&String, _)| Some((name.clone(), json_of(value)?));
            Value::Object(members.iter().map(member).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

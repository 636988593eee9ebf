//! One table with a writer, a reader and a clock that stands still.

use crate::wire::Wire;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::types::AttributeValue;
use chaos_control::embedded::Engine;
use chaos_core::clock::{Clock, TestClock};
use chaos_core::context::CallContext;
use chaos_core::decide::{Decision, Limits, Rules, SkipReason, SpecSet, decide};
use chaos_core::spec::{Id, Scenario};
use chaos_core::table::{Actor, Arm, Armed, Expected, Poll, Reader, ReaderOptions, Store, TableOptions};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

pub const LEASE: Duration = Duration::from_secs(30);
pub const POLL: Duration = Duration::from_secs(1);
pub const TABLE: &str = "chaos";

pub type Item = HashMap<String, AttributeValue>;

pub struct World {
    pub engine: Engine,
    pub clock: Arc<TestClock>,
    /// Writes; not over the wire.
    pub store: Store,
    /// What readers read over.
    pub wire: Wire,
    pub env: Id,
    pub alice: Actor,
}

pub fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

/// A scenario of one spec: an error for PutRecord of Kinesis, at every call.
pub fn throttled(name: &str) -> Scenario {
    scenario(name, json!([spec("throttled", "ProvisionedThroughputExceededException")]))
}

pub fn spec(name: &str, error: &str) -> Value {
    json!({"id": name, "target": {"service": "kinesis", "operation": "PutRecord"},
           "fault": {"error": error}, "when": {"rate": "100%"}})
}

pub fn scenario(name: &str, specs: Value) -> Scenario {
    Scenario::from_json(&json!({"id": name, "spec": specs}).to_string()).unwrap()
}

impl World {
    pub async fn new() -> Self {
        let world = Self::without_table();
        world.store.create_table(TableOptions::embedded()).await.unwrap();
        world
    }

    pub fn without_table() -> Self {
        let engine = Engine::memory().unwrap();
        let clock = Arc::new(TestClock::at("2026-11-23T12:00:00.123Z".parse().unwrap()));
        Self {
            store: Store::new(engine.client(), TABLE).with_clock(clock.clone()),
            wire: Wire::new(&engine),
            engine,
            clock,
            env: id("staging"),
            alice: Actor::new("alice").unwrap(),
        }
    }

    /// A client over the wire that gives up at once.
    pub fn client(&self) -> Client {
        let config = self.engine.sdk_config().into_builder().http_client(self.wire.clone());
        Client::new(&config.retry_config(RetryConfig::disabled()).build())
    }

    /// A store over the wire.
    pub fn wired(&self) -> Store {
        Store::new(self.client(), TABLE).with_clock(self.clock.clone())
    }

    pub fn reader(&self) -> Follower {
        self.reader_of("checkout")
    }

    pub fn reader_of(&self, function: &str) -> Follower {
        let options = ReaderOptions {
            environment: self.env.clone(),
            function: function.to_owned(),
            poll: POLL,
            lease: LEASE,
            instance: 7,
        };
        Follower {
            reader: Reader::new(self.wired(), options),
            clock: self.clock.clone(),
            function: function.to_owned(),
        }
    }

    pub fn arm_for(&self, time: Duration) -> Arm {
        Arm { for_: time, reason: "game day".to_owned(), by: self.alice.clone(), expected_version: None }
    }

    /// Stores and arms a scenario for ten minutes.
    pub async fn armed(&self, scenario: &Scenario) -> Armed {
        self.store.put_definition(&self.env, scenario, Expected::Any, &self.alice).await.unwrap();
        let arm = self.arm_for(Duration::from_secs(600));
        self.store.arm(&self.env, &scenario.id, &arm).await.unwrap()
    }

    /// An item as the console shows it.
    pub async fn item(&self, pk: &str, sk: &str) -> Option<Item> {
        let get = self.engine.client().get_item().table_name(TABLE).consistent_read(true);
        let get = get.key("pk", text(pk)).key("sk", text(sk));
        get.send().await.unwrap().item
    }

    pub async fn head(&self) -> Item {
        self.item("mc1|staging|HEAD", "0").await.unwrap()
    }

    /// A hand edit, as in the console: the whole item is put.
    pub async fn put(&self, item: Item) {
        self.engine.client().put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
    }

    /// A hand edit of HEAD.
    pub async fn edit_head(&self, edit: impl FnOnce(&mut Item)) {
        let mut head = self.head().await;
        edit(&mut head);
        self.put(head).await;
    }

    /// The items of a partition.
    pub async fn partition(&self, name: &str) -> Vec<Item> {
        let query = self.engine.client().query().table_name(TABLE).key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", text(&format!("mc1|staging|T|{name}")));
        query.send().await.unwrap().items.unwrap_or_default()
    }
}

pub fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

pub fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// HEAD's entry of a scenario.
pub fn entry<'a>(head: &'a mut Item, scenario: &str) -> &'a mut Item {
    let Some(AttributeValue::M(act)) = head.get_mut("act") else { panic!("no `act`") };
    let Some(AttributeValue::M(entry)) = act.get_mut(scenario) else { panic!("{scenario} is not in `act`") };
    entry
}

/// A reader, and what it makes of calls.
pub struct Follower {
    pub reader: Reader,
    clock: Arc<TestClock>,
    function: String,
}

impl Follower {
    pub async fn poll(&mut self) -> Poll {
        self.reader.poll(self.clock.now()).await
    }

    /// Polls, which must succeed.
    pub async fn hear(&mut self) -> &mut Self {
        let poll = self.poll().await;
        assert_eq!(poll.error, None);
        assert_eq!(poll.wait, POLL);
        self
    }

    /// The full names of the specs in force, for this function.
    pub fn specs(&self) -> Vec<String> {
        let mut names: Vec<_> = self.set().specs().iter().map(|spec| spec.full_name.to_string()).collect();
        names.sort();
        names
    }

    fn set(&self) -> SpecSet {
        let snapshot = self.reader.snapshot();
        SpecSet::new(snapshot.generation, snapshot.halted, &self.function, snapshot.specs.clone())
    }

    /// What a PutRecord of Kinesis gets now: the code of an error, or why not.
    pub fn put_record(&self) -> Result<String, SkipReason> {
        self.call("PutRecord")
    }

    pub fn call(&self, operation: &str) -> Result<String, SkipReason> {
        let call =
            CallContext { service: Some("kinesis"), operation: Some(operation), ..CallContext::unknown() };
        let limits = Arc::new(Limits::default());
        let rules = Rules { clock: &*self.clock, seed: 0, limits: &limits, dry_run: false };
        match decide(&self.set(), &call, rules, &mut ()) {
            Decision::Inject(injection) => Ok(injection.effect.outcome.unwrap().label()),
            Decision::Skip(reason) => Err(reason),
        }
    }

    pub fn problems(&self) -> &[String] {
        &self.reader.snapshot().problems
    }
}

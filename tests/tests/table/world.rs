//! One table with a writer, a reader and a clock that stands still.

use crate::backend::Backend;
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

pub(crate) const LEASE: Duration = Duration::from_secs(30);
pub(crate) const POLL: Duration = Duration::from_secs(1);
pub(crate) const TABLE: &str = "chaos";

pub(crate) type Item = HashMap<String, AttributeValue>;

pub(crate) struct World {
    pub(crate) engine: Backend,
    pub(crate) clock: Arc<TestClock>,
    /// Writes; not over the wire.
    pub(crate) store: Store,
    /// What readers read over.
    pub(crate) wire: Wire,
    pub(crate) env: Id,
    pub(crate) alice: Actor,
}

pub(crate) fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

/// A scenario of one spec: an error for PutRecord of Kinesis, at every call.
pub(crate) fn throttled(name: &str) -> Scenario {
    scenario(name, json!([spec("throttled", "ProvisionedThroughputExceededException")]))
}

pub(crate) fn spec(name: &str, error: &str) -> Value {
    let error = match error {
        "ProvisionedThroughputExceededException" => json!(error),
        // Made up.
        _ => json!({"name": error, "status": 400}),
    };
    json!({"id": name, "target": {"service": "kinesis", "operation": "PutRecord"},
           "fault": {"error": error}, "when": {"rate": "100%"}})
}

#[allow(clippy::needless_pass_by_value, reason = "made where it is passed")]
pub(crate) fn scenario(name: &str, specs: Value) -> Scenario {
    Scenario::from_json(&json!({"id": name, "spec": specs}).to_string()).unwrap()
}

impl World {
    pub(crate) async fn new() -> Self {
        let world = Self::without_table();
        world.store.create_table(TableOptions::embedded()).await.unwrap();
        world
    }

    /// In this process, whatever engine is tested: for tests in paused time, to
    /// which real answers are as good as none.
    pub(crate) async fn in_process() -> Self {
        let world = Self::over(Backend::InProcess(Engine::memory().unwrap()));
        world.store.create_table(TableOptions::embedded()).await.unwrap();
        world
    }

    pub(crate) fn without_table() -> Self {
        Self::over(Backend::fresh())
    }

    fn over(engine: Backend) -> Self {
        tests::logs::install();
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
    pub(crate) fn client(&self) -> Client {
        let config = self.engine.sdk_config().into_builder().http_client(self.wire.clone());
        Client::new(&config.retry_config(RetryConfig::disabled()).build())
    }

    /// A store over the wire.
    pub(crate) fn wired(&self) -> Store {
        Store::new(self.client(), TABLE).with_clock(self.clock.clone())
    }

    pub(crate) fn reader(&self) -> Follower {
        self.reader_of("checkout")
    }

    pub(crate) fn reader_of(&self, function: &str) -> Follower {
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

    pub(crate) fn arm_for(&self, time: Duration) -> Arm {
        Arm {
            for_: time,
            reason: "game day".to_owned(),
            by: self.alice.clone(),
            guarded: false,
            expected_version: None,
        }
    }

    /// Stores and arms a scenario for ten minutes.
    pub(crate) async fn armed(&self, scenario: &Scenario) -> Armed {
        self.store.put_definition(&self.env, scenario, Expected::Any, &self.alice).await.unwrap();
        self.arm(scenario.id.as_str()).await
    }

    /// Arms what is stored for ten minutes.
    pub(crate) async fn arm(&self, name: &str) -> Armed {
        let arm = self.arm_for(Duration::from_secs(600));
        self.store.arm(&self.env, &id(name), &arm).await.unwrap()
    }

    /// An item as the console shows it.
    pub(crate) async fn item(&self, pk: &str, sk: &str) -> Option<Item> {
        let get = self.engine.client().get_item().table_name(TABLE).consistent_read(true);
        let get = get.key("pk", text(pk)).key("sk", text(sk));
        get.send().await.unwrap().item
    }

    pub(crate) async fn head(&self) -> Item {
        self.item("mc1|staging|HEAD", "0").await.unwrap()
    }

    /// A hand edit, as in the console: the whole item is put.
    pub(crate) async fn put(&self, item: Item) {
        self.engine.client().put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
    }

    /// A hand edit of HEAD.
    pub(crate) async fn edit_head(&self, edit: impl FnOnce(&mut Item)) {
        let mut head = self.head().await;
        edit(&mut head);
        self.put(head).await;
    }

    /// The items of a partition.
    pub(crate) async fn partition(&self, name: &str) -> Vec<Item> {
        let query = self.engine.client().query().table_name(TABLE).key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", text(&format!("mc1|staging|T|{name}")));
        query.send().await.unwrap().items.unwrap_or_default()
    }
}

pub(crate) fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

#[allow(clippy::needless_pass_by_value, reason = "made where it is passed")]
pub(crate) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A member of a map.
pub(crate) fn member<'a>(value: &'a mut AttributeValue, name: &str) -> &'a mut AttributeValue {
    let AttributeValue::M(members) = value else { panic!("no map, so no `{name}`") };
    members.entry(name.to_owned()).or_insert(AttributeValue::Null(true))
}

/// The first element of a list.
pub(crate) fn first(value: &mut AttributeValue) -> &mut AttributeValue {
    let AttributeValue::L(items) = value else { panic!("no list") };
    &mut items[0]
}

pub(crate) fn map<const N: usize>(members: [(&str, AttributeValue); N]) -> AttributeValue {
    AttributeValue::M(members.map(|(name, value)| (name.to_owned(), value)).into())
}

/// HEAD's entry of a scenario.
pub(crate) fn entry<'a>(head: &'a mut Item, scenario: &str) -> &'a mut AttributeValue {
    member(head.get_mut("act").unwrap(), scenario)
}

/// A reader, and what it makes of calls.
pub(crate) struct Follower {
    pub(crate) reader: Reader,
    clock: Arc<TestClock>,
    function: String,
}

impl Follower {
    pub(crate) async fn poll(&mut self) -> Poll {
        self.reader.poll(self.clock.now()).await
    }

    /// Polls until all is taken over, which must succeed.
    pub(crate) async fn hear(&mut self) -> &mut Self {
        let mut poll = self.poll().await;
        while poll.wait.is_zero() {
            poll = self.poll().await;
        }
        assert_eq!(poll.error, None);
        assert_eq!(poll.wait, POLL);
        self
    }

    /// The full names of the specs in force, for this function.
    pub(crate) fn specs(&self) -> Vec<String> {
        let mut names: Vec<_> = self.set().specs().iter().map(|spec| spec.full_name.to_string()).collect();
        names.sort();
        names
    }

    pub(crate) fn set(&self) -> SpecSet {
        let snapshot = self.reader.snapshot();
        SpecSet::new(snapshot.generation, snapshot.halted, &self.function, snapshot.specs.clone())
    }

    /// What a PutRecord of Kinesis gets now: the code of an error, or why not.
    pub(crate) fn put_record(&self) -> Result<String, SkipReason> {
        self.call("PutRecord")
    }

    pub(crate) fn call(&self, operation: &str) -> Result<String, SkipReason> {
        let call =
            CallContext { service: Some("kinesis"), operation: Some(operation), ..CallContext::unknown() };
        let limits = Arc::new(Limits::default());
        let rules = Rules { clock: &*self.clock, seed: 0, limits: &limits, dry_run: false };
        match decide(&self.set(), &call, rules, &mut ()) {
            Decision::Inject(injection) => Ok(injection.effect.outcome.unwrap().label()),
            Decision::Skip(reason) => Err(reason),
        }
    }

    pub(crate) fn problems(&self) -> &[String] {
        &self.reader.snapshot().problems
    }
}

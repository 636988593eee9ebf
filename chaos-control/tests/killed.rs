//! The control service is killed at any moment: what it acknowledged is kept
//! and audited, and nothing is half done. `CHAOS_KILL_ROUNDS` asks for more
//! rounds, `CHAOS_KILL_SEED` for others.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use chaos_control::embedded::Engine;
use chaos_control::serve::EMBEDDED_TABLE;
use chaos_core::clock::{Clock, SystemClock};
use chaos_core::spec::Id;
use chaos_core::table::{AuditEntry, Consistency, Deed, Reader, ReaderOptions, Store};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};
use tokio::sync::Notify;
use tokio::task::JoinSet;

const WRITERS: usize = 4;

/// What is known of one writer's scenario, which nobody else touches.
#[derive(Clone, Debug, Default)]
struct Known {
    /// Its acts that the audit must tell, in their order: the deed, and the revision of an arming.
    acts: Vec<(Deed, Option<u64>)>,
    /// The act whose answer was not heard, which may have been done or not.
    unheard: Option<Deed>,
    /// The newest version that was acknowledged.
    version: u64,
    armed: bool,
}

/// Numbers that a seed gives again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }
}

fn set(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

/// The service as a process of its own, and where its API listens.
async fn serve(folder: &Path) -> (Child, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_monkeyless"));
    command.args([
        "serve",
        "-o",
        "json",
        "--listen",
        "127.0.0.1:0",
        "--table-listen",
        "127.0.0.1:0",
        "--data",
    ]);
    command.arg(folder).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    let (mut said, mut out) = (Vec::new(), child.stdout.take().unwrap());
    while !said.contains(&b'}') {
        let more = out.read_buf(&mut said).await.unwrap();
        assert!(more > 0, "the service did not start: {}", String::from_utf8_lossy(&said));
    }
    let said: Value = serde_json::from_slice(&said).unwrap();
    (child, format!("http://{}/v1/environments/test/scenarios", said["api"].as_str().unwrap()))
}

fn scenario(name: &str, edit: u64) -> Value {
    let spec = |n: u64| {
        json!({"id": format!("s{n}"), "target": {"service": "kinesis"},
            "fault": {"error": {"name": format!("Edit{edit}"), "status": 400}}, "when": {"rate": "100%"}})
    };
    json!({"id": name, "spec": (0..5).map(spec).collect::<Vec<_>>()})
}

struct Writer {
    name: String,
    api: String,
    client: Client,
    known: Known,
    dice: Dice,
}

impl Writer {
    /// One act; `None` where no answer came.
    async fn act(&mut self) -> Option<()> {
        let (edit, choice) = (self.dice.roll(1_000_000), self.dice.roll(3));
        let one = format!("{}/{}", self.api, self.name);
        let (method, url, body, deed) = match (self.known.version, self.known.armed, choice) {
            (0, ..) => (Method::PUT, one, scenario(&self.name, edit), None),
            (_, false, 0) => (Method::PUT, one, scenario(&self.name, edit), None),
            (_, true, 0) => {
                (Method::PUT, format!("{one}?rearm=again"), scenario(&self.name, edit), Some(Deed::Rearm))
            }
            (_, true, 1) => (Method::POST, format!("{one}/disarm"), json!({}), Some(Deed::Disarm)),
            _ => {
                (Method::POST, format!("{one}/arm"), json!({"for": "12h", "reason": "kill"}), Some(Deed::Arm))
            }
        };
        self.known.unheard = deed;
        let answer =
            self.client.request(method, url).header("if-match", "*").json(&body).send().await.ok()?;
        let status = answer.status();
        let answer: Value = answer.json().await.ok()?;
        assert!(status.is_success(), "{answer}");
        self.known.unheard = None;
        let revision = answer["revision"].as_u64().or_else(|| answer["rearmed"]["revision"].as_u64());
        self.known.acts.extend(deed.map(|deed| (deed, revision)));
        self.known.version = answer["version"].as_u64().unwrap_or(self.known.version);
        self.known.armed = deed.map_or(self.known.armed, |deed| deed != Deed::Disarm);
        Some(())
    }

    async fn write(mut self, left: Arc<AtomicU64>, now: Arc<Notify>) -> (String, Known) {
        while self.act().await.is_some() {
            if left.fetch_sub(1, Ordering::Relaxed) == 1 {
                now.notify_one();
            }
        }
        (self.name, self.known)
    }
}

/// Kills the service after so many acknowledged writes, while others are under way.
async fn round(folder: &Path, known: &mut BTreeMap<String, Known>, dice: &mut Dice) -> u64 {
    let (mut child, api) = serve(folder).await;
    let writes = 1 + dice.roll(60);
    let (left, now) = (Arc::new(AtomicU64::new(writes)), Arc::new(Notify::new()));
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let name = format!("w{writer}");
        let known = known.get(&name).cloned().unwrap_or_default();
        let (api, client, dice) = (api.clone(), Client::new(), Dice(dice.roll(u64::MAX)));
        writers.spawn(Writer { name, api, client, known, dice }.write(left.clone(), now.clone()));
    }
    now.notified().await;
    child.start_kill().unwrap();
    child.wait().await.unwrap();
    known.extend(writers.join_all().await);
    writes
}

/// Holds what lies in the folder against what was acknowledged.
async fn check(folder: &Path, known: &mut BTreeMap<String, Known>) {
    let engine = Engine::open(folder).unwrap();
    let store = Store::new(engine.client(), EMBEDDED_TABLE);
    let environment = Id::new("test").unwrap();
    let now = SystemClock::new().now();
    let mut audit = store.audit(&environment, now.wall - Duration::from_secs(6 * 3600)).await.unwrap();
    // A month may have ended meanwhile.
    let newest = audit.last().map_or(0, |act| act.generation);
    let later = store.audit(&environment, now.wall).await.unwrap();
    audit.extend(later.into_iter().filter(|act| act.generation > newest));
    let head = store.head(&environment, Consistency::Strong).await.unwrap().unwrap();
    assert!(head.problems.is_empty(), "{:?}", head.problems);
    assert_eq!(audit.last().unwrap().generation, head.generation, "every generation is audited");
    let outages = store.outages(&environment, jiff::Timestamp::MIN..=jiff::Timestamp::MAX).await.unwrap();
    for (name, known) in known.iter_mut() {
        let id = Id::new(name).unwrap();
        let told: Vec<_> = audit.iter().filter(|act| act.scenario.as_ref() == Some(&id)).collect();
        settle(name, known, &told);
        let entry = head.armed.get(&id);
        assert_eq!(entry.is_some(), known.armed, "{name}");
        let last = told.iter().rev().find(|act| act.deed != Deed::Disarm);
        assert!(entry.is_none_or(|entry| last.is_some_and(|act| act.revision == Some(entry.revision))));
        let open = outages.iter().filter(|outage| outage.scenario == id && outage.ended.is_none()).count();
        assert_eq!(open, usize::from(known.armed), "{name}: {outages:?}");
        if let Ok(definition) = store.definition(&environment, &id).await {
            assert!(definition.version >= known.version, "{name}: an edit was lost");
            known.version = definition.version;
        } else {
            assert_eq!(known.version, 0, "{name} was lost");
        }
    }
    whole(&store, &environment, head.armed.len()).await;
}

/// What was acknowledged, then at most what was under way, is in the audit, and nothing else.
fn settle(name: &str, known: &mut Known, told: &[&AuditEntry]) {
    let told: Vec<_> = told.iter().map(|act| (act.deed, act.revision)).collect();
    assert!(told.len() >= known.acts.len(), "{name}: an acknowledged act is not in the audit");
    for (act, told) in known.acts.iter().zip(&told) {
        assert!(act.0 == told.0 && (act.1.is_none() || act.1 == told.1), "{name}: {act:?} {told:?}");
    }
    let more: Vec<_> = told[known.acts.len()..].iter().map(|act| act.0).collect();
    assert!(
        more.is_empty() || known.unheard.take().as_slice() == more,
        "{name}: {more:?} was never asked for"
    );
    if let Some(deed) = more.first() {
        known.armed = *deed != Deed::Disarm;
    }
    known.unheard = None;
    known.acts = told;
}

/// What is armed can be loaded, every scenario as a whole.
async fn whole(store: &Store, environment: &Id, armed: usize) {
    let options = ReaderOptions {
        environment: environment.clone(),
        function: "checkout".to_owned(),
        poll: Duration::from_secs(1),
        lease: Duration::from_secs(30),
        instance: 7,
    };
    let mut reader = Reader::new(store.clone(), options);
    let clock = SystemClock::new();
    while reader.poll(clock.now()).await.wait.is_zero() {}
    let snapshot = reader.snapshot();
    assert!(snapshot.problems.is_empty(), "{:?}", snapshot.problems);
    assert_eq!(snapshot.specs.len(), armed * 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_a_kill() {
    let (rounds, seed) = (set("CHAOS_KILL_ROUNDS", 20), set("CHAOS_KILL_SEED", 1));
    println!("{rounds} rounds, CHAOS_KILL_SEED={seed}");
    let folder = tempfile::tempdir().unwrap();
    let (mut known, mut dice, mut writes) = (BTreeMap::new(), Dice(seed), 0);
    for _ in 0..rounds {
        writes += round(folder.path(), &mut known, &mut dice).await;
        check(folder.path(), &mut known).await;
    }
    println!("{writes} writes acknowledged before the kills, none lost");
}

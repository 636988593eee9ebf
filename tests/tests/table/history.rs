//! Several control processes at once, answers being lost: the history tells
//! whether anything was lost, or done that nobody asked for.

use crate::wire::Fate;
use crate::world::*;
use chaos_core::clock::Clock;
use chaos_core::table::{Consistency, Deed, Expected, Scope, Store, StoreError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::task::JoinSet;

const STORES: usize = 4;
const ACTS: usize = 24;
const NAMES: [&str; 3] = ["a", "b", "c"];

/// What one store was told: armings by revision, generations of the rest, versions of edits.
#[derive(Debug, Default)]
struct Told {
    armed: Vec<(u64, u64)>,
    disarmed: Vec<u64>,
    halted: Vec<u64>,
    versions: Vec<(&'static str, u64)>,
    unknown: usize,
}

/// Every fifth transaction is done, and its answer lost.
fn lose_answers(world: &World) {
    let sent = AtomicU32::new(0);
    world.wire.on(move |operation, _| match operation {
        "TransactWriteItems" if sent.fetch_add(1, Ordering::Relaxed) % 5 == 4 => Fate::AnswerLost,
        _ => Fate::Pass,
    });
}

/// A refusal is an answer; only what is neither done nor refused is counted.
fn done<T>(told: &mut Told, result: Result<T, StoreError>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(StoreError::Ambiguous { .. }) => {
            told.unknown += 1;
            None
        }
        Err(StoreError::Refused { .. } | StoreError::Conflict { .. } | StoreError::Busy) => None,
        Err(other) => panic!("{other}"),
    }
}

async fn act(world: &World, store: &Store, number: usize, told: &mut Told) {
    let name = NAMES[number / 5 % NAMES.len()];
    let (scenario, env, by) = (throttled(name), &world.env, &world.alice);
    match number % 7 {
        0..=2 => {
            let armed = store.arm(env, &scenario.id, &world.arm_for(LEASE)).await;
            let armed = done(told, armed);
            told.armed.extend(armed.map(|armed| (armed.generation, armed.revision)));
        }
        3 => {
            let rearmed = store.rearm(env, &scenario, Expected::Any, by, "again").await;
            let rearmed = done(told, rearmed);
            told.versions.extend(rearmed.iter().map(|armed| (name, armed.version)));
            told.armed.extend(rearmed.map(|armed| (armed.generation, armed.revision)));
        }
        4 => {
            let ended = done(told, store.disarm(env, &scenario.id, by, "enough").await);
            told.disarmed.extend(ended.filter(|ended| ended.was_armed).map(|ended| ended.generation));
        }
        5 => {
            let stored = store.put_definition(env, &scenario, Expected::Any, by).await;
            let stored = done(told, stored);
            told.versions.extend(stored.map(|stored| (name, stored.version)));
        }
        _ => {
            let report = store.halt(&Scope::Environment(env.clone()), "smoke", by).await.unwrap();
            let copies = report.copies.into_iter();
            told.halted.extend(copies.filter_map(|copy| copy.outcome.ok()));
            store.resume(&Scope::Environment(env.clone()), "over", by).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_several_control_processes_do_the_history_is_whole() {
    let world = Arc::new(World::new().await);
    for name in NAMES {
        let scenario = throttled(name);
        world.store.put_definition(&world.env, &scenario, Expected::Any, &world.alice).await.unwrap();
    }
    lose_answers(&world);
    let mut stores = JoinSet::new();
    for number in 0..STORES {
        let world = world.clone();
        stores.spawn(async move {
            let (store, mut told) = (world.wired(), Told::default());
            for turn in 0..ACTS {
                act(&world, &store, number * 11 + turn, &mut told).await;
            }
            told
        });
    }
    let told = stores.join_all().await;
    assert_eq!(told.iter().map(|told| told.unknown).sum::<usize>(), 0, "every lost answer was found out");
    check(&world, &told).await;
}

async fn check(world: &World, told: &[Told]) {
    let audit = world.store.audit(&world.env, world.clock.now().wall).await.unwrap();
    let head = world.store.head(&world.env, Consistency::Strong).await.unwrap().unwrap();
    assert_eq!(audit.last().unwrap().generation, head.generation);
    let by_generation: BTreeMap<_, _> = audit.iter().map(|act| (act.generation, act)).collect();
    let mut claimed = BTreeSet::new();
    for (generation, revision) in told.iter().flat_map(|told| &told.armed) {
        assert!(claimed.insert(*generation), "a generation is one act");
        assert_eq!(by_generation[generation].revision, Some(*revision));
    }
    for generation in told.iter().flat_map(|told| &told.disarmed) {
        assert!(claimed.insert(*generation), "a generation is one act");
        assert_eq!(by_generation[generation].deed, Deed::Disarm);
    }
    let armings =
        audit.iter().filter(|act| matches!(act.deed, Deed::Arm | Deed::Rearm | Deed::Disarm)).count();
    assert_eq!(claimed.len(), armings, "nothing was done that was not acknowledged, or twice");
    for generation in told.iter().flat_map(|told| &told.halted) {
        assert!(matches!(by_generation[generation].deed, Deed::Halt), "a halt that was told is recorded");
    }
    let mut armed = BTreeMap::new();
    let mut halted = false;
    for act in &audit {
        match (act.deed, &act.scenario) {
            (Deed::Arm | Deed::Rearm, Some(id)) => {
                assert!(!halted, "armed while halted, in generation {}", act.generation);
                assert!(act.deed == Deed::Arm || armed.contains_key(id), "rearmed what was not armed");
                armed.insert(id.clone(), act.revision.unwrap());
            }
            (Deed::Disarm, Some(id)) => assert_eq!(armed.remove(id), act.revision),
            (deed, _) => {
                halted = deed == Deed::Halt;
                armed.clear();
            }
        }
    }
    let now: BTreeMap<_, _> = head.armed.iter().map(|(id, entry)| (id.clone(), entry.revision)).collect();
    assert_eq!((now, head.halted.is_some()), (armed, halted), "the history leads to what is so");
    for name in NAMES {
        let versions = told.iter().flat_map(|told| &told.versions).filter(|(of, _)| *of == name);
        let versions: Vec<_> = versions.map(|(_, version)| *version).collect();
        assert_eq!(versions.iter().collect::<BTreeSet<_>>().len(), versions.len(), "an edit was lost");
        let stored = world.store.definition(&world.env, &id(name)).await.unwrap().version;
        assert!(versions.iter().all(|version| *version <= stored));
    }
    let outages = world.store.outages(&world.env, jiff::Timestamp::MIN..=jiff::Timestamp::MAX).await.unwrap();
    let open: BTreeSet<_> =
        outages.iter().filter(|outage| outage.ended.is_none()).map(|o| &o.scenario).collect();
    assert_eq!(
        open,
        head.armed.keys().collect(),
        "what is armed is an outage that goes on, and nothing else is"
    );
}

//! The live handle over a table: `CHAOS_TABLE` end to end.

use crate::backend::needs_engine_in_process;
use crate::wire::Fate;
use crate::world::*;
use aws_types::SdkConfig;
use chaos_core::clock::{Clock, SystemClock};
use chaos_core::context::CallContext;
use chaos_core::decide::Decision;
use chaos_core::settings::Settings;
use chaos_core::table::{Expected, Scope};
use chaos_core::{Chaos, StartError};
use std::time::Duration;
use tests::logs::Logs;

fn settings(more: &[(&str, &str)]) -> Settings {
    let lookup = |name: &str| {
        let set = [("CHAOS_TABLE", TABLE), ("CHAOS_ENVIRONMENT", "staging"), ("CHAOS_FUNCTION", "checkout")];
        let found = more.iter().chain(&set).find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    Settings::read(&lookup, "test").unwrap()
}

/// An application's config whose transport is the wire.
fn config(world: &World) -> SdkConfig {
    world.engine.sdk_config().into_builder().http_client(world.wire.clone()).build()
}

fn put_record(chaos: &Chaos) -> bool {
    let call =
        CallContext { service: Some("kinesis"), operation: Some("PutRecord"), ..CallContext::unknown() };
    matches!(chaos.decide(&call), Decision::Inject(_))
}

/// Waits, on tokio's own clock, for what the loop is to bring about.
async fn until(what: impl Fn() -> bool) {
    for _ in 0..2000 {
        if what() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it did not come about");
}

#[tokio::test(start_paused = true)]
async fn a_handle_follows_its_table() {
    if needs_engine_in_process("real answers take time, which paused time does not know") {
        return;
    }
    let world = World::new().await;
    world.clock.set_wall(SystemClock::new().now().wall);
    let chaos = Chaos::from_settings_with_table(&settings(&[]), &config(&world)).unwrap();
    assert!(!chaos.is_live(), "it does not wait for the table");
    assert!(chaos.health().to_string().contains("table chaos, environment staging: not heard yet"));

    let armed = world.armed(&throttled("orders")).await;
    until(|| put_record(&chaos)).await;
    let health = chaos.health();
    assert_eq!((health.live, health.armed, health.generation), (true, 1, armed.generation));
    let table = health.table.as_ref().unwrap();
    assert!(table.lease_left.is_some() && table.heard.is_some() && table.error.is_none(), "{table:?}");
    assert!(health.to_string().contains("ago, lease 2"), "{health}");

    world.store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    until(|| chaos.health().halted).await;
    assert!(!put_record(&chaos) && !chaos.is_live());
    world.store.resume(&Scope::Everywhere, "over", &world.alice).await.unwrap();
    world.arm("orders").await;
    until(|| put_record(&chaos)).await;

    world.wire.on(|_, _| Fate::Lost);
    until(|| chaos.health().table.unwrap().error.is_some()).await;
    assert!(put_record(&chaos), "silence is borne for a while");
    world.wire.pass();
    until(|| chaos.health().table.unwrap().error.is_none()).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_held_up_is_let_go_when_its_scenario_is_disarmed() {
    if needs_engine_in_process("real answers take time, which paused time does not know") {
        return;
    }
    let world = World::new().await;
    world.clock.set_wall(SystemClock::new().now().wall);
    let chaos = Chaos::from_settings_with_table(&settings(&[]), &config(&world)).unwrap();
    world.armed(&throttled("orders")).await;
    until(|| put_record(&chaos)).await;
    let call =
        CallContext { service: Some("kinesis"), operation: Some("PutRecord"), ..CallContext::unknown() };
    let Decision::Inject(injection) = chaos.decide(&call) else { panic!() };
    world.armed(&throttled("other")).await;
    until(|| chaos.health().armed == 2).await;
    let held = tokio::time::timeout(Duration::from_secs(5), chaos.no_longer(&injection.specs)).await;
    assert!(held.is_err(), "another scenario's arming is none of its business");
    world.store.disarm(&world.env, &id("orders"), &world.alice, "enough").await.unwrap();
    chaos.no_longer(&injection.specs).await;
}

#[tokio::test(start_paused = true)]
async fn polling_ends_with_the_handle() {
    if needs_engine_in_process("real answers take time, which paused time does not know") {
        return;
    }
    let world = World::new().await;
    let chaos = Chaos::from_settings_with_table(&settings(&[]), &config(&world)).unwrap();
    until(|| chaos.health().table.unwrap().heard.is_some()).await;
    drop(chaos);
    tokio::task::yield_now().await;
    world.wire.log();
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert!(world.wire.log().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_disabled_process_asks_for_nothing() {
    if needs_engine_in_process("real answers take time, which paused time does not know") {
        return;
    }
    let world = World::new().await;
    let chaos =
        Chaos::from_settings_with_table(&settings(&[("CHAOS_DISABLED", "1")]), &config(&world)).unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(world.wire.log().is_empty());
    assert!(chaos.health().disabled);
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_on_this_machine_needs_no_credentials_and_others_get_none_of_ours() {
    if needs_engine_in_process("real answers take time, which paused time does not know") {
        return;
    }
    let world = World::new().await;
    let bare = SdkConfig::builder().http_client(world.wire.clone()).build();
    let here = settings(&[("CHAOS_ENDPOINT", "http://127.0.0.1:7071")]);
    let chaos = Chaos::from_settings_with_table(&here, &bare).unwrap();
    until(|| chaos.health().table.unwrap().heard.is_some()).await;
    let asked = world.wire.log().remove(0);
    assert_eq!((asked.signed_by.as_str(), asked.uri.as_str()), ("test", "http://127.0.0.1:7071/"));

    let elsewhere = settings(&[("CHAOS_ENDPOINT", "http://table.example:7071")]);
    let chaos = Chaos::from_settings_with_table(&elsewhere, &bare).unwrap();
    until(|| chaos.health().table.unwrap().error.is_some()).await;
    drop(chaos);
    // The application's own credentials go before.
    let own = Chaos::from_settings_with_table(&here, &config(&world)).unwrap();
    world.wire.log();
    until(|| own.health().table.unwrap().heard.is_some()).await;
    assert!(world.wire.log().iter().any(|asked| asked.signed_by == "embedded"));
}

#[test]
fn without_a_runtime_there_is_nothing_to_follow_with() {
    let engine = chaos_control::embedded::Engine::memory().unwrap();
    let error = Chaos::from_settings_with_table(&settings(&[]), &engine.sdk_config()).unwrap_err();
    assert!(matches!(error, StartError::NoRuntime), "{error}");
}

#[tokio::test(start_paused = true)]
async fn each_change_of_health_is_one_line_in_the_log() {
    if needs_engine_in_process("real answers take time, which paused time does not know") {
        return;
    }
    let (logs, _guard) = Logs::capture();
    let world = World::new().await;
    world.store.put_definition(&world.env, &throttled("orders"), Expected::Any, &world.alice).await.unwrap();
    let chaos = Chaos::from_settings_with_table(&settings(&[]), &config(&world)).unwrap();
    let polls = async |count: usize| {
        world.wire.log();
        until(|| world.wire.asked() >= count).await;
    };
    polls(5).await;
    world.wire.on(|_, _| Fate::Lost);
    polls(8).await;
    world.wire.pass();
    polls(5).await;
    world.edit_head(|head| drop(head.remove("act"))).await;
    polls(5).await;
    drop(chaos);
    let lines = logs.of("chaos").into_iter().map(|line| format!("{} {}", line.level, line.text));
    let lines: Vec<_> = lines.collect();
    let expected = [
        "INFO message=following the table ",
        "WARN message=the table was not reached: ",
        "INFO message=following the table ",
        "WARN message=following the table; HEAD cannot be understood",
    ];
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected), "{line}");
    }
}

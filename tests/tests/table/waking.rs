//! A halt wakes the calls that are held up.

use crate::backend::needs_engine_in_process;
use crate::world::*;
use aws_sdk_kinesis::Client;
use chaos_core::Chaos;
use chaos_core::clock::{Clock, SystemClock};
use chaos_core::settings::Settings;
use chaos_core::spec::Scenario;
use chaos_core::table::Scope;
use chaos_sdk_interceptor::ChaosExt;
use std::time::Duration;
use tests::memory::Memory;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

const HELD: usize = 50;

fn followed(world: &World) -> Chaos {
    let set = [("CHAOS_TABLE", TABLE), ("CHAOS_ENVIRONMENT", "staging"), ("CHAOS_FUNCTION", "checkout")];
    let found =
        |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    let settings = Settings::read(&found, "test").unwrap();
    let config = world.engine.sdk_config().into_builder().http_client(world.wire.clone()).build();
    Chaos::from_settings_with_table(&settings, &config).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_halt_wakes_everybody_who_is_held_up() {
    if needs_engine_in_process("real answers take time, which paused time does not know") {
        return;
    }
    let world = World::new().await;
    world.clock.set_wall(SystemClock::new().now().wall);
    let chaos = followed(&world);
    let slow = "id = \"slow\"\ntarget.service = \"kinesis\"\nfault.latency = \"60s\"\nwhen.rate = \"100%\"\n";
    world.armed(&Scenario::from_toml(slow).unwrap()).await;
    while chaos.health().armed == 0 {
        sleep(Duration::from_millis(50)).await;
    }
    let memory = Memory::default();
    let client = Client::new(&tests::sdk::in_memory(memory.clone()).build().chaos(&chaos));
    let start = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..HELD {
        let call = client.list_streams();
        calls.spawn(async move { call.send().await.unwrap() });
    }
    sleep(Duration::from_secs(5)).await;
    assert_eq!((chaos.health().active, memory.hits()), (HELD, 0));
    world.store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    calls.join_all().await;
    // A poll later, which may have come when there was nothing yet to hear.
    let after = start.elapsed();
    assert!(after < Duration::from_secs(10), "{after:?}");
    assert_eq!((chaos.health().active, memory.hits()), (0, HELD));
}

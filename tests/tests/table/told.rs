//! What the log is told: one event per change of health, with fields.

use crate::virtual_clock::VirtualClock;
use crate::wire::Fate;
use crate::world::*;
use chaos_core::Chaos;
use chaos_core::clock::Clock;
use chaos_core::settings::Settings;
use chaos_core::table::Scope;
use std::sync::Arc;
use std::time::Duration;
use tests::logs::Logs;
use tokio::time::sleep;

pub(crate) fn settings() -> Settings {
    let set = [("CHAOS_TABLE", TABLE), ("CHAOS_ENVIRONMENT", "staging"), ("CHAOS_FUNCTION", "checkout")];
    let lookup = |name: &str| {
        let found = set.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    Settings::read(&lookup, "test").unwrap()
}

#[tokio::test(start_paused = true)]
async fn each_change_is_one_event_that_says_how_it_stands() {
    let (logs, _guard) = Logs::capture();
    let world = World::in_process().await;
    let clock = Arc::new(VirtualClock::at(world.clock.now().wall));
    let chaos = Chaos::following(&settings(), Some(world.wired()), clock).unwrap();
    sleep(Duration::from_secs(5)).await;
    world.armed(&throttled("orders")).await;
    sleep(Duration::from_secs(5)).await;
    world.wire.on(|_, _| Fate::Lost);
    sleep(Duration::from_secs(60)).await;
    world.wire.pass();
    sleep(Duration::from_secs(10)).await;
    world.store.halt(&Scope::Everywhere, "smoke", &world.alice).await.unwrap();
    sleep(Duration::from_secs(5)).await;
    drop(chaos);
    let lines = logs.of("chaos");
    let told: Vec<_> = lines.iter().map(|line| (line.level.as_str(), &*line.text)).collect();
    let expected = [
        ("WARN", "is not in the table", "nothing armed"),
        ("INFO", "following the table", "armed"),
        ("WARN", "the table was not reached: ", "armed"),
        ("WARN", "the lease is over, nothing is injected: the table was not reached", "lease over"),
        ("INFO", "following the table", "armed"),
        ("INFO", "following the table", "halted"),
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for ((level, text), (wanted, words, state)) in told.iter().zip(expected) {
        assert!(*level == wanted && text.contains(words), "{level} {text}");
        assert!(text.contains(&format!("chaos.state=\"{state}\"")), "{text}");
        assert!(text.contains("chaos.table=\"table chaos, environment staging\""), "{text}");
        let over = state == "lease over";
        assert_eq!(text.contains("chaos.lease_left_ms=0 "), over, "{text}");
        assert_eq!(text.contains("chaos.error="), words.contains("not reached"), "{text}");
        assert!(text.contains("chaos.generation=") && text.contains("chaos.specs="), "{text}");
    }
}

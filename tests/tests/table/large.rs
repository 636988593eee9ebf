//! As many specs as a process may hold: loaded beside everything else, and one
//! more is refused as a whole.

use crate::told::settings;
use crate::virtual_clock::VirtualClock;
use crate::wire::Fate;
use crate::world::*;
use chaos_core::Chaos;
use chaos_core::caps;
use chaos_core::clock::Clock;
use chaos_core::context::CallContext;
use chaos_core::decide::Decision;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const SCENARIOS: usize = 25;
const EACH: usize = caps::MAX_SPECS / SCENARIOS;

/// Of a bit less than 4 MiB together.
fn specs(scenario: usize) -> Value {
    let spec = |n: usize| {
        json!({"id": format!("s{n}"), "target": {"service": "kinesis", "operation": "PutRecords",
            "input": {"StreamName": format!("stream-{scenario}-{n}")}},
            "fault": {"status": {"code": 503, "body": "x".repeat(200)}}, "when": {"rate": "100%"}})
    };
    Value::Array((0..EACH).map(spec).collect())
}

fn injects(chaos: &Chaos) -> bool {
    let call =
        CallContext { service: Some("kinesis"), operation: Some("PutRecord"), ..CallContext::unknown() };
    matches!(chaos.decide(&call), Decision::Inject(_))
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_specs_are_loaded_beside_everything_and_no_more() {
    let world = World::in_process().await;
    let clock = Arc::new(VirtualClock::at(world.clock.now().wall));
    let chaos = Chaos::following(&settings(), Some(world.wired()), clock).unwrap();
    // The old set, which leaves room for all but one.
    world.armed(&throttled("orders")).await;
    sleep(POLL * 3).await;
    assert!(injects(&chaos));
    let mut bytes = 0;
    for number in 0..SCENARIOS {
        let mut specs = specs(number);
        if number == 0 {
            specs.as_array_mut().unwrap().pop();
        }
        bytes += specs.to_string().len();
        let scenario = scenario(&format!("many{number}"), specs);
        let expected = chaos_core::table::Expected::Any;
        world.store.put_definition(&world.env, &scenario, expected, &world.alice).await.unwrap();
    }
    assert!(bytes < caps::MAX_SPEC_BYTES && bytes > caps::MAX_SPEC_BYTES * 2 / 3, "{bytes}");

    // Each answer takes a while: longer than a poll altogether.
    world.wire.on(|operation, _| match operation {
        "Query" => Fate::Late(Duration::from_millis(390)),
        _ => Fate::Pass,
    });
    for number in 0..SCENARIOS {
        world.arm(&format!("many{number}")).await;
    }
    let start = Instant::now();
    while chaos.health().armed < caps::MAX_SPECS {
        assert!(injects(&chaos), "the old set stays until all is there");
        assert!(start.elapsed() < LEASE, "{}", chaos.health());
        sleep(Duration::from_millis(100)).await;
    }
    println!("{} specs after {:?}", chaos.health().armed, start.elapsed());
    assert!(chaos.health().problems.is_empty());

    // One more is refused as a whole, and what is there stays.
    world.wire.pass();
    let two = scenario("two", json!([spec("a", "X"), spec("b", "X")]));
    let store = &world.store;
    store.put_definition(&world.env, &two, chaos_core::table::Expected::Any, &world.alice).await.unwrap();
    let refused = store.arm(&world.env, &two.id, &world.arm_for(POLL)).await.unwrap_err();
    assert!(refused.to_string().contains("10002 specs would be armed"), "{refused}");
    // Written by someone who keeps to no cap.
    world.edit_head(|head| *member(entry(head, "many0"), "n") = number(1)).await;
    world.arm("two").await;
    world.edit_head(|head| *member(entry(head, "many0"), "n") = number(EACH - 1)).await;
    sleep(POLL * 5).await;
    let health = chaos.health();
    assert_eq!(health.armed, caps::MAX_SPECS, "{health}");
    assert!(health.problems[0].contains("`two` is left out as a whole: 10002 specs"), "{health}");
    assert!(injects(&chaos));
}

//! How a small service lives through outages: a test per kind of failure.
//! Copy what you need, with `support/mod.rs` if you have nothing like it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use chaos_core::spec::{CorruptFault, NetworkFault, PartialFault, Rate};
use chaos_core::{Chaos, FaultBuilder, fault, http_fault, inherit};
use examples::orders::{Error, Orders, Price, Settings};
use std::time::Duration;
use support::World;
use tokio::time::Instant;

const PATIENCE: Duration = Duration::from_millis(500);

/// A service with its world, and the handle by which its calls are made to fail.
struct Shop {
    orders: Orders,
    world: World,
    chaos: Chaos,
}

/// One for each test, so that tests in parallel do not meet.
async fn shop() -> Shop {
    shop_with(Chaos::builder().seed(7).build().unwrap()).await
}

async fn shop_with(chaos: Chaos) -> Shop {
    let world = World::start().await;
    let settings =
        Settings { payments: world.url("payments.example"), patience: PATIENCE, backoff: Duration::ZERO };
    let orders = Orders::new(&world.aws_config(), world.http_client(PATIENCE), &settings, &chaos);
    Shop { orders, world, chaos }
}

/// Tenths of a second since then; tokio's timers have ticks of a millisecond.
fn tenths(start: Instant) -> u128 {
    start.elapsed().as_millis() / 100
}

const FRESH: Price = Price { cents: 450, fresh: true };
const LAST_KNOWN: Price = Price { cents: 450, fresh: false };

#[tokio::test]
async fn nothing_is_armed_and_an_order_is_placed() {
    let shop = shop().await;
    let receipt = shop.orders.place("order-1", "tea").await.unwrap();
    assert_eq!(receipt.charge, "charge-1");
    assert_eq!(shop.world.arrived().batches, [["order-1 paid"]]);
}

// Prices: the SDK's retries, and the fallback.

#[tokio::test]
async fn throttling_is_retried() {
    let shop = shop().await;
    let throttled = fault("dynamodb", "GetItem").error("ThrottlingException").times(2);
    let outage = shop.chaos.scope(throttled);

    assert_eq!(shop.orders.prices.of("tea").await.unwrap(), FRESH);
    outage.assert_injected(2);
}

#[tokio::test]
async fn while_dynamodb_is_down_the_last_known_price_will_do() {
    let shop = shop().await;
    assert_eq!(shop.orders.prices.of("tea").await.unwrap(), FRESH);

    let outage = shop.chaos.scope(fault("dynamodb", "*").error("InternalServerError"));
    assert_eq!(shop.orders.prices.of("tea").await.unwrap(), LAST_KNOWN);
    assert!(matches!(shop.orders.prices.of("coffee").await, Err(Error::Price(_))));
    drop(outage); // the outage is over

    assert_eq!(shop.orders.prices.of("tea").await.unwrap(), FRESH);
}

#[tokio::test]
async fn each_error_is_treated_as_it_should_be() {
    let cases = [
        // (the error, how often the SDK tries, whether the last known price will do)
        ("ThrottlingException", 3, true),
        ("ProvisionedThroughputExceededException", 3, true),
        ("RequestLimitExceeded", 3, true),
        ("InternalServerError", 3, true),
        ("AccessDeniedException", 1, false),
        ("ResourceNotFoundException", 1, false),
        ("ValidationException", 1, false),
    ];
    for (error, tries, will_do) in cases {
        let shop = shop().await;
        shop.orders.prices.of("tea").await.unwrap();
        let outage = shop.chaos.scope(fault("dynamodb", "GetItem").error(error));

        let price = shop.orders.prices.of("tea").await;
        assert_eq!(price.is_ok_and(|price| price == LAST_KNOWN), will_do, "{error}");
        assert_eq!(outage.injected(), tries, "{error}");
    }
}

// Tokio's clock stands still and jumps to the next timer: no test waits. Pause
// it when the real calls of a test are made, for their timers would jump too.
#[tokio::test]
async fn a_hang_ends_with_our_patience() {
    let shop = shop().await;
    shop.orders.prices.of("tea").await.unwrap();
    let outage = shop.chaos.scope(fault("dynamodb", "GetItem").network(NetworkFault::Hang));

    tokio::time::pause();
    let start = Instant::now();
    assert_eq!(shop.orders.prices.of("tea").await.unwrap(), LAST_KNOWN);
    assert_eq!(tenths(start), 15); // three tries of half a second
    outage.assert_injected(3);
}

// Events: batches that fail in part, which is ours to retry.

#[tokio::test]
async fn what_kinesis_did_not_take_is_sent_again_and_nothing_else() {
    let shop = shop().await;
    let half = PartialFault { sent: false, ..PartialFault::of(Rate::new(0.5).unwrap()) };
    let outage = shop.chaos.scope(fault("kinesis", "PutRecords").partial(half).times(1));

    let events = ["a", "b", "c", "d"].map(str::to_owned);
    shop.orders.events.publish(&events).await.unwrap();

    outage.assert_injected(1);
    let batches = shop.world.arrived().batches;
    assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
    let mut taken = batches.concat();
    taken.sort();
    assert_eq!(taken, events);
}

#[tokio::test]
async fn a_stream_that_never_takes_all_of_it_is_told() {
    let shop = shop().await;
    let half = PartialFault::of(Rate::new(0.5).unwrap());
    let outage = shop.chaos.scope(fault("kinesis", "PutRecords").partial(half));

    let events = ["a", "b", "c", "d"].map(str::to_owned);
    assert!(matches!(shop.orders.events.publish(&events).await, Err(Error::EventsLeft(1))));
    outage.assert_injected(4); // 4 sent, 2 left, 1 left, 1 left
}

// Payments: a web service, by reqwest with reqwest-retry.

/// Calls to the payment provider.
fn payments() -> FaultBuilder {
    http_fault("payments.example").method("POST").path("/charges")
}

#[tokio::test]
async fn a_503_of_the_payment_provider_is_retried() {
    let shop = shop().await;
    let outage = shop.chaos.scope(payments().status(503).times(2));

    assert!(shop.orders.payments.charge("order-1", 450).await.is_ok());
    outage.assert_injected(2);
    assert_eq!(shop.world.arrived().charge_requests, 1);
}

#[tokio::test]
async fn a_lost_answer_does_not_charge_twice() {
    let shop = shop().await;
    let outage = shop.chaos.scope(payments().network(NetworkFault::ResponseLost).times(1));

    shop.orders.payments.charge("order-1", 450).await.unwrap();

    outage.assert_injected(1);
    let arrived = shop.world.arrived();
    assert_eq!(arrived.charge_requests, 2); // the provider did get both ...
    assert_eq!(arrived.charges.len(), 1); // ... and without `idempotency-key` this is 2
}

#[tokio::test]
async fn an_unreadable_receipt_can_be_asked_for_again() {
    let shop = shop().await;
    let outage = shop.chaos.scope(payments().corrupt(CorruptFault::Garbage));
    let charged = shop.orders.payments.charge("order-1", 450).await;
    assert!(matches!(charged, Err(Error::Payment(error)) if error.is_decode()));
    outage.assert_injected(1);
    drop(outage);

    assert_eq!(shop.orders.payments.charge("order-1", 450).await.unwrap().charge, "charge-1");
    assert_eq!(shop.world.arrived().charges.len(), 1);
}

#[tokio::test]
async fn a_provider_that_hangs_ends_with_our_patience() {
    let shop = shop().await;
    let outage = shop.chaos.scope(payments().network(NetworkFault::Hang));

    tokio::time::pause();
    let start = Instant::now();
    let charged = shop.orders.payments.charge("order-1", 450).await;
    assert!(matches!(charged, Err(Error::PaymentsDown(_))), "{charged:?}");
    assert_eq!(tenths(start), 15); // three tries of half a second
    outage.assert_injected(3);
}

// Tests at the same time on one service.

#[tokio::test]
async fn customers_at_the_same_time_each_with_an_outage_of_their_own() {
    let shop = shop().await;
    shop.orders.prices.of("tea").await.unwrap();
    let down = shop.chaos.isolated(fault("dynamodb", "GetItem").status(500));
    let slow = shop.chaos.isolated(fault("dynamodb", "GetItem").error("ThrottlingException").times(1));

    // `isolated` hits what its `run` runs and nothing else, on one client.
    let (during_outage, throttled, lucky) = tokio::join!(
        down.run(shop.orders.prices.of("tea")),
        slow.run(shop.orders.prices.of("tea")),
        shop.orders.prices.of("tea"),
    );
    assert_eq!((during_outage.unwrap(), throttled.unwrap(), lucky.unwrap()), (LAST_KNOWN, FRESH, FRESH));
    down.assert_injected(3);
    slow.assert_injected(1);
}

#[tokio::test]
async fn a_spawned_task_is_hit_where_it_inherits() {
    let shop = shop().await;
    let down = shop.chaos.isolated(fault("dynamodb", "GetItem").status(500));
    let orders = std::sync::Arc::new(shop.orders);
    let price =
        async |orders: std::sync::Arc<Orders>| orders.prices.of("tea").await.is_ok_and(|price| price.fresh);

    let work = down.run(async {
        let hit = tokio::spawn(inherit(price(orders.clone())));
        let spared = tokio::spawn(price(orders.clone()));
        (hit.await.unwrap(), spared.await.unwrap())
    });
    assert_eq!(work.await, (false, true));
}

// All at once: every call of an order with every fault that is likely to meet it.

#[tokio::test]
async fn an_order_survives_whatever_happens_once() {
    let chaos = Chaos::builder().seed(7).build().unwrap();
    let place = || async {
        let shop = shop_with(chaos.clone()).await;
        let placed = shop.orders.place("order-1", "tea").await;
        let paid = shop.world.arrived().charges.len();
        assert!(paid <= 1, "paid twice"); // whatever happens
        placed.map(|_| assert_eq!(paid, 1, "not paid"))
    };
    let coverage = chaos.sweep(place).run().await.unwrap();
    println!("{coverage}"); // cargo test -p examples --test orders survives -- --nocapture
    coverage.assert_survived_but([
        "*, always", // there is one DynamoDB, one Kinesis, one provider
        "kinesis PutRecords: KMSThrottlingException, once", // a gap it found: the SDK does not retry this one
    ]);
}

// What to do where a test fails and nobody knows why.

#[tokio::test]
async fn the_journal_tells_what_was_decided_about_every_try() {
    let shop = shop().await;
    let _outage = shop.chaos.scope(fault("dynamodb", "GetItem").error("ThrottlingException").times(1));
    shop.orders.prices.of("tea").await.unwrap();

    let journal = shop.chaos.journal().to_string();
    println!("{journal}"); // cargo test -p examples --test orders journal -- --nocapture
    let lines: Vec<_> = journal.lines().collect();
    assert!(lines[0].starts_with("dynamodb GetItem (attempt 1): ThrottlingException"), "{journal}");
    assert!(lines[1].starts_with("dynamodb GetItem (attempt 2): passed"), "{journal}");
}

//! Which invocation it is in which news arrive.

use crate::host::{Host, Start};
use crate::table::Table;
use std::time::Duration;

/// Longer than a poll, so that the next one is due.
const FREEZE: Duration = Duration::from_millis(120);
/// Longer than an attempt of the table's client may take, and than a lease of 300 ms.
const LONG: Duration = Duration::from_millis(450);
const HIT: &str = "InternalServerError";

#[tokio::test]
async fn what_is_armed_or_disarmed_is_felt_by_the_next_invocation_but_one() {
    for form in ["lambda", "layer"] {
        let table = Table::new().await;
        let mut host = Host::start(&table, Start::new(form)).await;
        assert_eq!(host.invoke_after(FREEZE).await, "ok", "{form}");
        for round in 0..10 {
            table.arm().await;
            invoked_with_a_late_table(&table, &mut host, form).await;
            assert_eq!(host.invoke().await, HIT, "{form}, round {round}");
            table.disarm().await;
            invoked_with_a_late_table(&table, &mut host, form).await;
            assert_eq!(host.invoke().await, "ok", "{form}, round {round}");
        }
    }
}

/// An invocation in which the table answers no earlier than it is asked, or, for
/// the layer, than the response was sent.
async fn invoked_with_a_late_table(table: &Table, host: &mut Host, form: &str) {
    tokio::time::sleep(FREEZE).await;
    let asked = table.gate.asked();
    table.gate.close();
    host.begin().await;
    if form == "lambda" {
        table.gate.asked_more_than(asked).await;
        table.gate.open();
    }
    host.answer().await;
    table.gate.open();
    host.end().await;
}

#[tokio::test]
async fn told_of_nothing_an_invocation_takes_one_answer_further() {
    let table = Table::new().await;
    let mut host = Host::start(&table, Start::new("none")).await;
    until_asked_and_heard(&table, &mut host).await;
    table.arm().await;
    let mut outcomes = Vec::new();
    for _ in 0..5 {
        // Every answer comes while it is frozen, and longer ago than a timeout.
        table.gate.close();
        outcomes.push(host.invoke().await);
        table.gate.open();
        tokio::time::sleep(LONG).await;
    }
    // HEAD is asked for in the first and heard in the second, what it names is asked
    // for there and heard in the third, before its own call or after; a load that took
    // longer than a poll is taken over with the next answer. Where a question was on
    // its way when it was armed, one earlier.
    assert_eq!((outcomes[0].as_str(), outcomes[4].as_str()), ("ok", HIT), "{outcomes:?}");
}

#[tokio::test]
async fn a_question_is_not_given_up_for_a_freeze() {
    let table = Table::new().await;
    let mut host = Host::start(&table, Start::new("none")).await;
    until_asked_and_heard(&table, &mut host).await;
    table.arm().await;
    table.gate.close();
    let asked = table.gate.asked();
    for _ in 0..4 {
        assert_eq!(host.invoke_after(LONG).await, "ok");
    }
    assert_eq!(table.gate.asked(), asked + 1, "asked again, though no attempt took its time");
}

/// Invoked until the first load is done, and nothing is on the way.
async fn until_asked_and_heard(table: &Table, host: &mut Host) {
    let before = table.gate.asked();
    while table.gate.asked() < before + 2 {
        host.invoke_after(FREEZE).await;
    }
    host.invoke_after(FREEZE).await;
    tokio::time::sleep(FREEZE).await;
}

#[tokio::test]
async fn past_the_lease_nothing_is_injected_until_the_table_was_heard_again() {
    for form in ["lambda", "layer", "none"] {
        let table = Table::new().await;
        table.arm().await;
        let mut host = Host::start(&table, Start { lease: "300ms", ready: true, ..Start::new(form) }).await;
        until_hit(&mut host).await;
        table.gate.close();
        for invocation in 0..3 {
            assert_eq!(
                host.invoke_after(LONG).await,
                "ok",
                "{form}, invocation {invocation} of the lease's end"
            );
        }
        table.gate.open();
        let invocations = until_hit(&mut host).await;
        println!("{form}: hit again in invocation {invocations}");
    }
}

/// Invoked until it is hit, for the lease is short: how often.
async fn until_hit(host: &mut Host) -> usize {
    for invocation in 1..1000 {
        if host.invoke().await == HIT {
            return invocation;
        }
    }
    panic!("it is armed, and was never hit");
}

#[tokio::test]
async fn who_waits_until_it_is_ready_is_hit_in_the_first_invocation() {
    let table = Table::new().await;
    table.arm().await;
    let mut host = Host::start(&table, Start { ready: true, ..Start::new("none") }).await;
    assert_eq!(host.invoke().await, HIT);
}

#[tokio::test]
async fn a_thousand_short_invocations() {
    for form in ["lambda", "layer", "none"] {
        let table = Table::new().await;
        let mut host = Host::start(&table, Start::new(form)).await;
        let mut outcomes = Vec::new();
        for _ in 0..500 {
            outcomes.push(host.invoke().await);
        }
        assert!(outcomes.iter().all(|outcome| outcome == "ok"), "{form}");
        table.arm().await;
        let before = table.gate.asked();
        for _ in 500..1000 {
            outcomes.push(host.invoke().await);
        }
        let first = outcomes.iter().position(|outcome| outcome == HIT).unwrap_or(outcomes.len());
        println!("{form}: armed after 500, hit from {first} on; {} requests", table.gate.asked() - before);
        assert!(first < 1000, "{form}");
        assert!(outcomes[first..].iter().all(|outcome| outcome == HIT), "{form}");
    }
}

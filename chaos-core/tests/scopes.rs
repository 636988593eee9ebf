//! Scopes: whose calls they hit, how they end, and what they say of a test that
//! showed nothing.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use chaos_core::context::CallContext;
use chaos_core::decide::{Decision, SkipReason};
use chaos_core::spec::Scenario;
use chaos_core::{Chaos, fault, inherit, with_labels};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

fn chaos() -> Chaos {
    Chaos::builder().seed(7).build().unwrap()
}

fn call(operation: &'static str) -> CallContext<'static> {
    CallContext { service: Some("sqs"), operation: Some(operation), ..CallContext::unknown() }
}

fn hits(chaos: &Chaos) -> bool {
    matches!(chaos.decide(&call("SendMessage")), Decision::Inject(_))
}

fn send() -> chaos_core::FaultBuilder {
    fault("sqs", "SendMessage").status(503)
}

/// What a failed test says.
fn complaint(work: impl FnOnce()) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(work)).err()?;
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_tests_at_once_on_one_handle_never_meet() {
    let chaos = chaos();
    let tests = (0..1000u64).map(|number| {
        let chaos = chaos.clone();
        tokio::spawn(async move {
            let outage = chaos.isolated(send().times(number % 5));
            let hit = outage.run(async {
                let mut hit = 0;
                for _ in 0..10 {
                    hit += u64::from(hits(&chaos));
                    tokio::task::yield_now().await;
                }
                hit
            });
            assert_eq!(hit.await, number % 5);
            assert!(!hits(&chaos), "outside of it nothing is hit");
            outage.assert_injected(number % 5);
        })
    });
    for test in tests.collect::<Vec<_>>() {
        test.await.unwrap();
    }
    assert_eq!(chaos.health().active, 0);
}

#[tokio::test]
async fn inner_scopes_go_before_outer_ones_and_before_what_is_for_everyone() {
    let chaos = chaos();
    let (everyone, outer, inner) =
        (chaos.scope(send()), chaos.isolated(send().times(1)), chaos.isolated(send().times(1)));
    outer.run(inner.run(async { (0..3).for_each(|_| assert!(hits(&chaos))) })).await;
    for scope in [&*everyone, &*outer, &*inner] {
        scope.assert_injected(1);
    }
}

#[tokio::test]
async fn a_spawned_task_is_part_of_it_where_it_inherits() {
    let chaos = chaos();
    let outage = chaos.isolated(send());
    let labelled = |chaos: Chaos| async move { (hits(&chaos), chaos_core::label("user")) };
    let (bare, passed_on) = with_labels(
        [("user", "test-7")],
        outage.run(async {
            let passed_on = tokio::spawn(inherit(labelled(chaos.clone())));
            (tokio::spawn(labelled(chaos.clone())).await.unwrap(), passed_on.await.unwrap())
        }),
    )
    .await;
    assert_eq!(bare, (false, None));
    assert_eq!(passed_on, (true, Some("test-7".to_owned())));
    outage.assert_injected(1);
}

#[tokio::test]
async fn a_task_that_outlives_its_scope_is_left_alone_and_let_go() {
    let chaos = chaos();
    let outage = chaos.isolated(send());
    let hit = outage.run(async { chaos.decide(&call("SendMessage")) }).await;
    let Decision::Inject(injection) = hit else { panic!("{hit:?}") };
    let mut let_go = pin!(chaos.no_longer(&injection.specs));
    let mut context = Context::from_waker(Waker::noop());
    assert!(let_go.as_mut().poll(&mut context).is_pending());
    let late = outage.run(async { hits(&chaos) });
    drop(outage);
    assert_eq!(let_go.as_mut().poll(&mut context), Poll::Ready(()));
    assert!(!late.await, "it is over");
}

#[tokio::test]
async fn another_handle_is_not_part_of_it() {
    let (chaos, other) = (chaos(), self::chaos());
    let outage = chaos.isolated(send());
    assert_eq!(outage.run(async { (hits(&chaos), hits(&other)) }).await, (true, false));
}

#[test]
fn what_never_matched_fails_the_test_and_says_what_came_near() {
    let chaos = chaos();
    let told = complaint(|| {
        let _outage = chaos.scope(fault("sqs", "SendMessageBatch").status(503));
        chaos.decide(&call("SendMessage"));
        chaos.decide(&CallContext { service: Some("sns"), operation: Some("Publish"), ..call("Publish") });
    });
    let told = told.unwrap();
    assert!(told.contains("armed, and no call ever matched it"), "{told}");
    let near =
        "nearly: sqs SendMessage (attempt 1): operation wants `SendMessageBatch`, the call has `SendMessage`";
    assert!(told.contains(near) && !told.contains("nearly: sns"), "{told}");
}

#[test]
fn who_asked_or_said_so_is_not_failed() {
    let chaos = chaos();
    let quiet: [&dyn Fn(); 5] = [
        &|| drop(chaos.scope(send()).optional()),
        &|| drop(chaos.isolated(send()).optional()),
        &|| chaos.scope(send()).assert_not_injected(),
        &|| drop(Chaos::inert().scope(send())),
        &|| {
            let outage = chaos.scope(send());
            hits(&chaos);
            outage.assert_matched();
        },
    ];
    for quiet in quiet {
        assert_eq!(complaint(quiet), None);
    }
    assert!(complaint(|| drop(chaos.isolated(send()))).is_some());
    assert!(complaint(|| chaos.scope(send()).assert_matched()).is_some());
}

#[test]
fn the_first_failure_is_the_one_that_is_told() {
    let chaos = chaos();
    let told = complaint(|| {
        let _outage = chaos.scope(send());
        panic!("the test's own");
    });
    assert_eq!(told.as_deref(), Some("the test's own"));
}

#[tokio::test]
async fn a_test_that_is_given_up_is_not_said_to_have_shown_nothing() {
    let chaos = chaos();
    let outage = chaos.isolated(send());
    let mut work = Box::pin(outage.run(std::future::pending::<()>()));
    let mut context = Context::from_waker(Waker::noop());
    assert!(work.as_mut().poll(&mut context).is_pending());
    drop(work);
    assert_eq!(complaint(|| drop(outage)), None);
    let told = complaint(|| drop(chaos.isolated(send()))).unwrap();
    assert!(told.contains("a test that ends early, by `?`, comes here too"), "{told}");
}

#[test]
fn a_spec_that_never_had_its_turn_is_told_apart_from_one_that_nothing_matched() {
    let chaos = chaos();
    let _first = chaos.scope(send());
    let told = complaint(|| {
        let _never = chaos.scope(fault("sqs", "*").status(500));
        assert!(hits(&chaos));
    });
    assert!(told.unwrap().contains("sqs/sqs: a more specific spec fired already"));
    let told = complaint(|| {
        let _never = chaos.scope(Scenario::from_toml(UNKEYED).unwrap());
        assert!(hits(&chaos));
    });
    let told = told.unwrap();
    assert!(told.contains("had its turn at none of the attempts that it means (1)"), "{told}");
    assert!(told.contains("the label user, which `key` names, is not set"), "{told}");
}

const UNKEYED: &str = "id = 'unkeyed'\ntarget = { service = 'sqs', operation = 'SendMessage', attempt = '1' }\n\
                       fault.status = 500\nwhen = { rate = '100%', key = 'label:user' }";

#[tokio::test]
async fn tests_at_once_are_told_of_their_own_attempts_only() {
    let chaos = chaos();
    let (ours, theirs) = (chaos.isolated(send()), chaos.isolated(send()));
    ours.run(async { hits(&chaos) }).await;
    theirs.run(async { (0..4).for_each(|_| assert!(hits(&chaos))) }).await;
    theirs.assert_injected(4);
    let told = complaint(|| ours.assert_injected(2)).unwrap();
    assert_eq!(told.matches("SendMessage (attempt 1)").count(), 1, "{told}");
}

#[tokio::test]
async fn explaining_knows_what_is_around_and_that_a_halt_is_for_all() {
    let chaos = chaos();
    let _everyone = chaos.scope(send()).optional();
    let ours = chaos.isolated(send()).optional();
    let told = ours.run(async { chaos.explain(&call("SendMessage")) }).await;
    let fires: Vec<_> = told.iter().map(|spec| spec.fires).collect();
    assert_eq!(fires, [true, false], "{told:?}");
    assert!(told[1].why.contains("more specific and fires for every such call already"), "{told:?}");
}

#[test]
fn a_call_that_finds_no_place_is_counted_once() {
    let chaos = chaos();
    let _slow = chaos.scope(fault("sqs", "*").latency(Duration::from_secs(60)));
    let _busy = chaos.scope(send());
    let held: Vec<_> = (0..100).map(|_| chaos.decide(&call("SendMessage"))).collect();
    (0..10).for_each(|_| assert!(!hits(&chaos)));
    assert_eq!((chaos.health().active, chaos.health().overflow), (100, 10));
    drop(held);
}

#[test]
fn a_failed_count_tells_each_attempt_and_why() {
    let chaos = chaos();
    let told = complaint(|| {
        let outage = chaos.scope(send().times(1));
        (0..2).for_each(|_| drop(chaos.decide(&call("SendMessage"))));
        outage.assert_injected(2);
    });
    let told = told.unwrap();
    assert!(told.starts_with("expected 2 injections, saw 1 (2 matched)"), "{told}");
    assert!(told.contains("sqs SendMessage (attempt 1): 503; sqs-sendmessage"), "{told}");
    assert!(told.contains("it has injected as often as it may (`max`)"), "{told}");
}

#[test]
fn the_journal_has_every_attempt_with_its_reason_and_is_bounded() {
    let chaos = chaos();
    chaos.decide(&call("Other"));
    let outage = chaos.scope(send().times(1));
    (0..2).for_each(|_| drop(chaos.decide(&call("SendMessage"))));
    drop(outage);
    let journal = chaos.journal();
    let decisions: Vec<_> = journal.entries.iter().map(|entry| entry.decision.clone()).collect();
    assert_eq!(decisions, [Err(SkipReason::NoMatch), Ok("503".to_owned()), Err(SkipReason::MaxReached)]);
    assert_eq!(journal.entries[1].tried[0].refused, None);
    (0..1000).for_each(|_| drop(chaos.decide(&call("Other"))));
    assert_eq!((chaos.journal().entries.len(), chaos.journal().forgotten), (1000, 3));
    let quiet = Chaos::builder().journal(false).build().unwrap();
    quiet.decide(&call("Other"));
    assert!(quiet.is_idle() && quiet.journal().entries.is_empty());
}

/// Keeps the warnings that are logged.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

impl tracing::Subscriber for Warnings {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() == tracing::Level::WARN
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        struct Message(String);
        impl tracing::field::Visit for Message {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                if field.name() == "message" {
                    self.0 = format!("{value:?}");
                }
            }
        }
        let mut message = Message(String::new());
        event.record(&mut message);
        self.0.lock().unwrap().push(message.0);
    }
}

/// Two specs of one scope, the second of which is beside its calls.
const BESIDE: &str = r#"{"id": "two", "enabled": true, "spec": [
    {"id": "hit", "target": {"service": "sqs", "operation": "SendMessage"},
     "fault": {"status": 503}, "when": {"rate": "100%"}},
    {"id": "beside", "target": {"service": "sqs", "operation": "SendMessageBatch"},
     "fault": {"status": 503}, "when": {"rate": "100%"}},
    {"id": "other", "target": {"service": "sns", "operation": "Publish"},
     "fault": {"status": 503}, "when": {"rate": "100%"}}]}"#;

#[test]
fn one_of_several_specs_that_never_matched_is_told_with_what_came_near() {
    let scenario = chaos_core::spec::Scenario::from_json(BESIDE).unwrap();
    let logged = |work: &dyn Fn(&Chaos)| {
        let warnings = Warnings::default();
        tracing::subscriber::with_default(warnings.clone(), || work(&chaos()));

        warnings.0.lock().unwrap().clone()
    };
    let told = "chaos spec two/beside was armed, and no call ever matched it, as others of its scope\n  \
                nearly: sqs SendMessage (attempt 1): operation wants `SendMessageBatch`, the call has `SendMessage`";
    let dropped = logged(&|chaos| {
        let _scope = chaos.scope(scenario.clone());
        assert!(hits(chaos));
    });
    assert_eq!(dropped, [told], "what nothing came near to is not told");
    let asserted = logged(&|chaos| {
        let scope = chaos.scope(scenario.clone());
        assert!(hits(chaos));
        scope.assert_injected(1);
        let told = complaint(|| scope.assert_injected(2)).unwrap();
        assert!(told.contains("two/beside: 0 matched, 0 injected\n    nearly: sqs SendMessage"), "{told}");
    });
    assert_eq!(asserted, [told]);
    let optional = logged(&|chaos| {
        let _scope = chaos.scope(scenario.clone()).optional();
        assert!(hits(chaos));
    });
    assert_eq!(optional, <[&str; 0]>::default());
}

//! Damage that changes nothing is told, and counted apart.

use crate::support::{Chunks, damaged, data, read};
use bytes::Bytes;
use chaos_core::body::{Damage, Length};
use chaos_core::context::CallContext;
use chaos_core::decide::{Decision, Fired, NoEffect};
use chaos_core::spec::{CorruptFault, Ending, Flip, Truncate};
use chaos_core::{Chaos, FaultBuilder, Observed, Scope, fault};
use http_body::Body;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::time::Duration;

fn handle() -> Chaos {
    Chaos::builder().observe(true).build().unwrap()
}

fn get() -> FaultBuilder {
    fault("s3", "GetObject")
}

fn hit(chaos: &Chaos) -> Fired {
    let call = CallContext { service: Some("s3"), operation: Some("GetObject"), ..CallContext::unknown() };
    let Decision::Inject(injection) = chaos.decide(&call) else { panic!("it is hit") };
    injection.specs
}

fn truncate(after: i64, by: Ending) -> CorruptFault {
    CorruptFault::Truncate(Truncate { after, by })
}

/// Why the only injection so far changed nothing.
fn told(chaos: &Chaos, scope: &Scope) -> Option<String> {
    let entries = chaos.journal().entries;
    let why = entries[0].without_effect.as_ref().map(ToString::to_string);
    assert_eq!((entries.len(), scope.without_effect()), (1, u64::from(why.is_some())));
    assert_eq!((scope.injected(), scope.matched()), (1 - scope.without_effect(), 1));
    why
}

/// What becomes of an answer that is read to its end, with this damage.
async fn outcome(damage: &CorruptFault, chunks: &[&[u8]], is_told: bool) -> Option<String> {
    let chaos = handle();
    let scope = chaos.scope(get().corrupt(damage.clone())).optional();
    let specs = hit(&chaos);
    read(damaged(Chunks::of(chunks, is_told), damage, 1).while_in_force(&chaos, specs)).await;
    told(&chaos, &scope)
}

const EMPTY: Option<&str> = Some("the body of the answer is empty");
const SHORT: Option<&str> = Some("the body of the answer is too short for the damage");
const UNREAD: Option<&str> = Some("the body of the answer was not read as far as the damage");

#[tokio::test]
async fn damage_that_finds_nothing_to_change_says_so() {
    let eight: &[&[u8]] = &[b"0123", b"4567"];
    let cases = [
        (CorruptFault::Flip(Flip::At(vec![8])), eight, SHORT),
        (CorruptFault::Flip(Flip::At(vec![7])), eight, None),
        (CorruptFault::Flip(Flip::Bytes(1)), &[], EMPTY),
        (CorruptFault::Flip(Flip::Bytes(1)), eight, None),
        (CorruptFault::Garbage, &[], EMPTY),
        (CorruptFault::Garbage, eight, None),
        (truncate(8, Ending::Close), eight, SHORT),
        (truncate(7, Ending::Close), eight, None),
        (truncate(0, Ending::Reset), &[], EMPTY),
        (truncate(-9, Ending::Reset), eight, SHORT),
        (truncate(-8, Ending::Reset), eight, None),
        (truncate(9, Ending::End), eight, SHORT),
        (truncate(-8, Ending::End), eight, None),
    ];
    for (damage, chunks, why) in cases {
        for is_told in [true, false] {
            assert_eq!(outcome(&damage, chunks, is_told).await.as_deref(), why, "{damage:?} {is_told}");
        }
    }
    assert_eq!(outcome(&CorruptFault::WrongLength(3), eight, true).await, None);
    assert_eq!(outcome(&CorruptFault::WrongLength(-3), eight, true).await, None);
}

/// Readers stop where a body says that it is at its end, or before.
#[tokio::test]
async fn who_does_not_read_to_the_end_is_told_too() {
    let damage = CorruptFault::Flip(Flip::At(vec![6]));
    for (pieces, why) in [(0, UNREAD), (1, UNREAD), (2, None)] {
        let chaos = handle();
        let scope = chaos.scope(get().corrupt(damage.clone())).optional();
        let specs = hit(&chaos);
        let mut body = damaged(Chunks::of(&[b"0123", b"4567"], true), &damage, 1);
        body = body.while_in_force(&chaos, specs);
        for _ in 0..pieces {
            poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
        }
        assert_eq!(scope.without_effect(), 0, "nobody knows yet");
        drop(body);
        assert_eq!(told(&chaos, &scope).as_deref(), why, "{pieces}");
    }
    let chaos = handle();
    let scope = chaos.scope(get().corrupt(damage.clone())).optional();
    let specs = hit(&chaos);
    let mut body = damaged(Chunks::of(&[b"0123"], true), &damage, 1).while_in_force(&chaos, specs);
    poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
    assert!(body.is_end_stream());
    drop(body);
    assert_eq!(told(&chaos, &scope).as_deref(), SHORT);
}

#[tokio::test]
async fn a_body_that_breaks_off_or_outlives_the_fault_says_so() {
    let damage = CorruptFault::Flip(Flip::At(vec![6]));
    let chaos = handle();
    let scope = chaos.scope(get().corrupt(damage.clone())).optional();
    let broken = Chunks { frames: [data(b"0123"), Err("its own".into())].into(), told: false };
    read(damaged(broken, &damage, 1).while_in_force(&chaos, hit(&chaos))).await;
    assert_eq!(told(&chaos, &scope).as_deref(), Some("the body broke off by itself before the damage"));
    let chaos = handle();
    let scope = chaos.scope(get().corrupt(damage.clone())).optional();
    let body = damaged(Chunks::of(&[b"0123", b"4567"], true), &damage, 1);
    let body = body.while_in_force(&chaos, hit(&chaos));
    drop(scope);
    read(body).await;
    assert_eq!(chaos.journal().entries[0].without_effect, Some(NoEffect::Over));
}

#[test]
fn a_length_that_is_a_lie_is_an_effect_as_soon_as_it_is_told() {
    let told = Length { told: Some(8), exact: Some(8) };
    let lie = |fault| Damage::new(&fault, told, 1).unwrap().without_effect();
    assert_eq!(lie(CorruptFault::WrongLength(1)), None);
    assert_eq!(lie(truncate(3, Ending::End)), None);
    assert!(lie(truncate(30, Ending::End)).is_some());
}

/// What a failed test says.
fn complaint(work: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(work)).unwrap_err();
    panic.downcast_ref::<String>().cloned().unwrap()
}

#[test]
fn an_assertion_says_how_many_changed_nothing_and_why() {
    let chaos = handle();
    let scope = chaos.scope(get().corrupt(CorruptFault::Garbage).times(3));
    let hits = [hit(&chaos), hit(&chaos), hit(&chaos)];
    chaos.without_effect(&hits[0], "the answer has no member `Foo`");
    chaos.without_effect(&hits[2], "the answer has no member `Foo`");
    scope.assert_injected(1);
    let told = complaint(|| scope.assert_injected(3));
    let start = "expected 3 injections, saw 1: 3 injected, but 2 changed nothing: \
                 the answer has no member `Foo` (3 matched)";
    assert!(told.starts_with(start), "{told}");
    assert!(told.contains("changed nothing, 2 times: the answer has no member `Foo`"), "{told}");
    assert!(told.contains("garbage, which changed nothing: the answer has no member `Foo`"), "{told}");
    let call = CallContext { service: Some("s3"), operation: Some("GetObject"), ..CallContext::unknown() };
    assert!(matches!(chaos.decide(&call), Decision::Skip(_)), "`times` stays used up");
}

#[test]
fn a_scope_that_only_changed_nothing_has_shown_nothing() {
    let chaos = handle();
    let told = complaint(|| {
        let _scope = chaos.scope(get().corrupt(CorruptFault::Garbage));
        chaos.without_effect(&hit(&chaos), "it is empty");
    });
    assert!(told.contains("never struck: 1 injected, but 1 changed nothing: it is empty"), "{told}");
    // Some did.
    let scope = chaos.scope(get().corrupt(CorruptFault::Garbage));
    let hits = [hit(&chaos), hit(&chaos)];
    chaos.without_effect(&hits[0], "it is empty");
    drop(scope);
    let _ = chaos.scope(get().corrupt(CorruptFault::Garbage)).optional();
}

#[test]
fn a_call_that_was_late_was_hit_all_the_same() {
    let chaos = handle();
    let late = Duration::from_millis(1);
    let scope = chaos.scope(get().latency(late).corrupt(CorruptFault::Garbage));
    chaos.without_effect(&hit(&chaos), "it is empty");
    scope.assert_injected(1);
    drop(scope);
    let (slow, broken) =
        (chaos.scope(get().latency(late)), chaos.scope(get().corrupt(CorruptFault::Garbage)));
    chaos.without_effect(&hit(&chaos), "it is empty");
    slow.assert_injected(1);
    broken.assert_injected(0);
}

/// Whether the body's end or the attempt's comes first.
#[test]
fn what_changed_nothing_is_observed_as_what_it_was() {
    let chaos = handle();
    let _scope = chaos.scope(get().corrupt(CorruptFault::Garbage)).optional();
    let end = |hit: Option<&_>, was_success| {
        let attempt = Observed { service: "s3", operation: "GetObject", call: Some(7), hit };
        chaos.observe(&attempt, was_success);
    };
    for (was_success, told_first) in [(true, true), (true, false), (false, true), (false, false)] {
        let specs = hit(&chaos);
        if told_first {
            chaos.without_effect(&specs, "it is empty");
        }
        end(Some(&specs), was_success);
        if !told_first {
            chaos.without_effect(&specs, "it is empty");
        }
    }
    end(Some(&hit(&chaos)), true);
    end(None, true);
    let sum = chaos.observed_lately("s3", "GetObject");
    assert_eq!([sum.passed, sum.failed, sum.injected, sum.lost], [3, 3, 1, 3]);
}

#[test]
fn bytes_are_bytes() {
    let mut damage = Damage::new(&truncate(-9, Ending::Close), Length::default(), 1).unwrap();
    damage.push(Bytes::from_static(b"0123"));
    damage.finish();
    let why = damage.without_effect().map(|why| why.to_string());
    assert_eq!(why.as_deref(), SHORT, "what was held back is not nothing");
}

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use jiff::Timestamp;
use std::time::Duration;

const FAILED: Ended = Ended { passed: false, injected: false };
const PASSED: Ended = Ended { passed: true, injected: false };
const HIT: Ended = Ended { passed: false, injected: true };

fn at(second: i64) -> Now {
    Now { wall: Timestamp::from_second(second).unwrap(), steady: Duration::ZERO }
}

fn put(call: u64) -> Observed<'static> {
    Observed { service: "kinesis", operation: "PutRecord", call: Some(call), hit: None }
}

fn counts(passed: u32, failed: u32, injected: u32, lost: u32) -> Counts {
    Counts { passed, failed, injected, lost }
}

#[test]
fn a_call_is_lost_until_a_retry_begins() {
    let observer = Observer::default();
    let seen = |second| observer.counts("kinesis", "PutRecord", second);
    observer.count(&put(1), HIT, &at(100));
    observer.count(&put(2), FAILED, &at(100));
    assert_eq!(seen(100), counts(0, 2, 1, 2));
    observer.retry(1);
    assert_eq!(seen(100), counts(0, 2, 1, 1));
    observer.count(&put(1), PASSED, &at(102));
    assert_eq!((seen(100), seen(102)), (counts(0, 2, 1, 1), counts(1, 0, 0, 0)));
    // Of a call that never failed.
    observer.retry(3);
    observer.retry(1);
    assert_eq!(seen(100), counts(0, 2, 1, 1));
}

#[test]
fn attempts_that_nothing_ties_are_calls() {
    let observer = Observer::default();
    let nameless = Observed { call: None, ..put(0) };
    observer.count(&nameless, FAILED, &at(5));
    observer.count(&nameless, FAILED, &at(5));
    assert_eq!(observer.counts("kinesis", "PutRecord", 5), counts(0, 2, 0, 2));
}

#[test]
fn what_is_kept_is_bounded() {
    let observer = Observer::default();
    for call in 0..100_000 {
        observer.count(&put(call), FAILED, &at(7));
    }
    let kept: usize = (0..100_000).filter(|call| observer.failing.take(*call).is_some()).count();
    assert_eq!(kept, 512 * 8);
    let names: Vec<_> = (0..10_000).map(|name| format!("op{name}")).collect();
    for name in &names {
        observer.count(&Observed { operation: name, ..put(1) }, PASSED, &at(7));
    }
    let counted = names.iter().filter(|name| observer.counts("kinesis", name, 7).passed == 1).count();
    assert!((TARGETS / 2..TARGETS).contains(&counted), "{counted}");
    assert_eq!(observer.uncounted.load(Ordering::Relaxed), 10_000 - counted as u64);
}

#[test]
fn a_second_that_is_over_for_two_minutes_is_forgotten() {
    let observer = Observer::default();
    observer.count(&put(1), FAILED, &at(10));
    observer.count(&put(2), PASSED, &at(10 + SECONDS as i64));
    assert_eq!(observer.counts("kinesis", "PutRecord", 10), Counts::default());
    // Takes nothing from the second that has its place.
    observer.retry(1);
    assert_eq!(observer.counts("kinesis", "PutRecord", 138), counts(1, 0, 0, 0));
}

#[test]
fn newer_calls_take_the_places_of_older_ones() {
    let failing = Failing::default();
    // Hashes spread; these are dealt out evenly.
    (0..10_000).for_each(|call| failing.put(call, 0, 10));
    assert_eq!((failing.take(0), failing.take(9_999)), (None, Some((0, 10))));
    assert_eq!(failing.take(9_999), None, "once");
    let kept = (0..10_000).filter(|call| failing.take(*call).is_some()).count();
    assert_eq!(kept, 512 * 8 - 1);
}

#[test]
fn what_turns_out_to_have_changed_nothing_is_counted_anew() {
    let observer = Observer::default();
    let seen = || observer.counts("kinesis", "PutRecord", 3);
    for (call, damaged) in [(1, true), (2, false), (3, true)] {
        let ended = Ended { passed: !damaged, injected: true };
        let (slot, at) = observer.count(&put(call), ended, &at(3)).unwrap();
        if call == 3 {
            // Tried again, it was taken out of the lost ones then.
            observer.retry(call);
        }
        observer.recount(&Counted { slot, at, call: Some(call), damaged });
    }
    assert_eq!(seen(), counts(3, 0, 0, 0));
}

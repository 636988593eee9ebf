//! What a roll hangs on, and calls whose attempts all meet the same.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use chaos_core::clock::TestClock;
use chaos_core::context::{CallContext, Details};
use chaos_core::decide::{Decision, SkipReason};
use chaos_core::input::Places;
use chaos_core::spec::Scenario;
use chaos_core::{Chaos, door::read_json};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// One attempt: its call, what it asks for, and who it is for.
#[derive(Clone, Copy, Debug)]
struct Attempt {
    call: Option<&'static str>,
    input: Option<u64>,
    user: Option<&'static str>,
    number: u32,
}

const CALLS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

impl Attempt {
    fn of(call: &'static str) -> Self {
        Self { call: Some(call), input: None, user: None, number: 1 }
    }
}

impl Details for Attempt {
    fn header(&self, _name: &str) -> Option<&str> {
        None
    }

    fn input(&self, _path: &str, _places: &Places) -> Option<Cow<'_, str>> {
        None
    }

    fn label(&self, name: &str) -> Option<Cow<'_, str>> {
        self.user.filter(|_| name == "user").map(Cow::Borrowed)
    }

    fn call_id(&self) -> Option<&str> {
        self.call
    }

    fn input_key(&self) -> Option<u64> {
        self.input
    }
}

fn chaos(when: &str) -> Chaos {
    let text = format!(
        r#"{{"id": "a", "target": {{"everything": true}}, "fault": {{"status": 503}}, "when": {when}}}"#
    );
    let scenario = Scenario::from_stored(&read_json(&text).unwrap()).unwrap();
    let clock = Arc::new(TestClock::at("2026-11-23T12:00:00Z".parse().unwrap()));
    Chaos::builder().seed(7).clock(clock).spec(scenario).build().unwrap()
}

fn decide(chaos: &Chaos, attempt: &Attempt) -> Decision {
    chaos.decide(&CallContext { attempt: attempt.number, details: attempt, ..CallContext::unknown() })
}

fn hits(chaos: &Chaos, attempt: &Attempt) -> bool {
    matches!(decide(chaos, attempt), Decision::Inject(_))
}

fn skipped(chaos: &Chaos, attempt: &Attempt) -> SkipReason {
    let Decision::Skip(reason) = decide(chaos, attempt) else { panic!("injected") };
    reason
}

#[test]
fn with_per_call_all_tries_of_a_call_meet_the_same() {
    let chaos = chaos(r#"{"rate": "50%", "per": "call"}"#);
    let first: Vec<bool> = CALLS.iter().map(|call| hits(&chaos, &Attempt::of(call))).collect();
    assert!(first.contains(&true) && first.contains(&false), "{first:?}");
    for number in 2..5 {
        let again: Vec<_> =
            CALLS.iter().rev().map(|call| hits(&chaos, &Attempt { number, ..Attempt::of(call) })).collect();
        assert_eq!(again.into_iter().rev().collect::<Vec<_>>(), first);
    }
}

#[test]
fn with_per_attempt_every_try_is_rolled_for() {
    let chaos = chaos(r#"{"rate": "50%"}"#);
    let tries: BTreeSet<bool> = (0..20).map(|_| hits(&chaos, &Attempt::of("a"))).collect();
    assert_eq!(tries.len(), 2);
}

#[test]
fn skip_every_and_max_count_calls_with_per_call() {
    let chaos = chaos(r#"{"rate": "100%", "per": "call", "skip": 1, "every": 2, "max": 2}"#);
    for _try in 0..3 {
        let hit: Vec<_> = CALLS.into_iter().filter(|call| hits(&chaos, &Attempt::of(call))).collect();
        assert_eq!(hit, ["c", "e"], "after the first every second, and two of them");
    }
    assert_eq!(skipped(&chaos, &Attempt::of("g")), SkipReason::MaxReached);
}

#[test]
fn a_ramp_does_not_change_the_fate_of_a_call_that_began() {
    let clock = Arc::new(TestClock::at("2026-11-23T12:00:00Z".parse().unwrap()));
    let text = "id = 'a'\ntarget.everything = true\nfault.status = 503\n\
                when = { rate = '100%', per = 'call', ramp = '10s' }";
    let chaos = Chaos::builder().clock(Arc::clone(&clock) as _).toml(text).build().unwrap();
    let mut tries = Vec::new();
    for number in 1..=12 {
        tries.push(hits(&chaos, &Attempt { number, ..Attempt::of("a") }));
        clock.advance(Duration::from_secs(1));
    }
    assert_eq!(tries, [false; 12]);
    assert!(hits(&chaos, &Attempt::of("b")), "a call that begins later");
}

#[test]
fn attempts_without_a_call_are_not_hit_with_per_call() {
    let chaos = chaos(r#"{"rate": "100%", "per": "call"}"#);
    let told = skipped(&chaos, &Attempt { call: None, ..Attempt::of("a") }).to_string();
    assert_eq!(told, "attempts that nothing ties to their call, which `per` = \"call\" takes");
}

/// Which of the inputs are hit, asked in this order.
fn hit_inputs(chaos: &Chaos, order: impl Iterator<Item = u64>) -> BTreeSet<u64> {
    order.filter(|input| hits(chaos, &Attempt { input: Some(*input), ..Attempt::of("a") })).collect()
}

#[test]
fn with_the_input_as_key_the_order_of_calls_changes_nothing() {
    let when = r#"{"rate": "50%", "key": "input"}"#;
    let forth = hit_inputs(&chaos(when), 0..100);
    assert_eq!(forth, hit_inputs(&chaos(when), (0..100).rev()));
    assert!(forth.len() > 20 && forth.len() < 80, "{forth:?}");
    let again = chaos(when);
    assert_eq!(hit_inputs(&again, 0..100), hit_inputs(&again, 0..100), "a repeated call meets the same");
    let unread = skipped(&again, &Attempt::of("a")).to_string();
    assert_eq!(unread, "its input, which `key` names, cannot be read");
}

#[test]
fn a_key_with_per_attempt_is_rolled_anew_for_each_try_and_with_per_call_once() {
    let all_tries = |per: &str| -> Vec<Vec<bool>> {
        let chaos = chaos(&format!(r#"{{"rate": "50%", "key": "input", "per": "{per}"}}"#));
        let tries = |input| {
            (1..9)
                .map(|number| hits(&chaos, &Attempt { input: Some(input), number, ..Attempt::of("a") }))
                .collect()
        };
        (0..8).map(tries).collect()
    };
    let is_mixed = |tries: &Vec<bool>| tries.contains(&true) && tries.contains(&false);
    assert!(all_tries("attempt").iter().any(is_mixed));
    let once = all_tries("call");
    assert!(!once.iter().any(is_mixed));
    assert!(once.iter().any(|tries| tries[0]) && once.iter().any(|tries| !tries[0]));
}

#[test]
fn with_a_label_as_key_its_value_decides() {
    let chaos = chaos(r#"{"rate": "50%", "key": "label:user"}"#);
    let of = |user| Attempt { user: Some(user), ..Attempt::of("a") };
    let first: Vec<bool> = CALLS.iter().map(|user| hits(&chaos, &of(user))).collect();
    assert!(first.contains(&true) && first.contains(&false), "{first:?}");
    assert_eq!(CALLS.iter().map(|user| hits(&chaos, &of(user))).collect::<Vec<_>>(), first);
    let told = skipped(&chaos, &Attempt::of("a")).to_string();
    assert_eq!(told, "the label user, which `key` names, is not set");
    let details = Attempt::of("a");
    let explained = chaos.explain(&CallContext { details: &details, ..CallContext::unknown() });
    assert!(!explained[0].fires && explained[0].why == told, "{explained:?}");
}

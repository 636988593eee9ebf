//! Wall and steady clock, and what becomes of an arming when one of them jumps.

use crate::wire::Fate;
use crate::world::*;
use chaos_core::clock::{Clock, Now};
use chaos_core::decide::{Lease, SkipReason, Window};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;
use std::time::Duration;

const SECOND: i64 = 1000;
const HOUR: i64 = 3600 * SECOND;
/// What the clocks may disagree by.
const SKEW: i64 = 300 * SECOND;
/// How long the scenarios of these tests are armed.
const ARMED: i64 = 600 * SECOND;

fn start() -> Timestamp {
    "2026-11-23T12:00:00.123Z".parse().unwrap()
}

fn ms(milliseconds: i64) -> Duration {
    Duration::from_millis(milliseconds.unsigned_abs())
}

fn at(wall: i64, steady: i64) -> Now {
    let start = start().as_millisecond();
    Now { wall: Timestamp::from_millisecond(start + wall).unwrap(), steady: ms(HOUR + steady) }
}

/// What one clock reads while the other is at `other`: with it, standing, or far off.
fn others(other: i64) -> [i64; 9] {
    [other, 0, other - SECOND, other - SKEW, other - SKEW - 1, other + SKEW + 1, -24 * HOUR, 24 * HOUR, -HOUR]
}

#[test]
fn a_lease_ends_at_its_millisecond_on_the_worse_clock() {
    let length = 30 * SECOND;
    let lease = Lease::new(ms(length), &at(0, 0));
    let mut lasted = 0;
    for edge in length - 50..=length + 50 {
        for other in others(edge) {
            for (wall, steady) in [(edge, other.max(0)), (other, edge)] {
                let age = wall.max(steady).max(0);
                let agreed = (wall - steady).abs() <= SKEW;
                let left = lease.left(&at(wall, steady));
                let expected = (agreed && age < length).then(|| ms(length - age));
                assert_eq!(left, expected, "wall {wall}, steady {steady}");
                lasted += u32::from(left.is_some());
            }
        }
    }
    assert!(lasted > 100);
}

#[test]
fn a_deadline_ends_at_its_millisecond_on_the_worse_clock() {
    let window = Window::until(at(0, 0).wall, at(ARMED, 0).wall, at(0, 0));
    for edge in ARMED - 50..=ARMED + 50 {
        for other in others(edge) {
            for (wall, steady) in [(edge, other.max(0)), (other, edge)] {
                let open = window.is_open(&at(wall, steady));
                assert_eq!(open, wall < ARMED && steady < ARMED, "wall {wall}, steady {steady}");
            }
        }
    }
}

#[test]
fn no_clock_that_is_behind_lengthens_what_was_granted() {
    // Read while the wall clock is four minutes behind who armed it.
    let window = Window::until(at(0, 0).wall, at(ARMED, 0).wall, at(-240 * SECOND, 0));
    assert!(window.is_open(&at(ARMED - 241 * SECOND, ARMED - 1)));
    assert!(!window.is_open(&at(ARMED - 240 * SECOND, ARMED)));
    // Moved by a minute, when the wall clock had been set back by an hour.
    let window = Window::until(at(0, 0).wall, at(ARMED, 0).wall, at(0, 0));
    let until = at(ARMED + 60 * SECOND, 0).wall;
    let moved = window.moved(at(0, 0).wall, until, at(SECOND - HOUR, SECOND));
    assert!(moved.is_open(&at(-HOUR, ARMED + 60 * SECOND - 1)));
    assert!(!moved.is_open(&at(-HOUR, ARMED + 60 * SECOND)));
}

/// The life of a process with bad clocks.
#[derive(Clone, Debug)]
enum Step {
    /// Both clocks go on.
    Advance(i64),
    /// The wall clock is set.
    Jump(i64),
    /// The process was suspended: only the wall clock went on.
    Suspend(i64),
    Poll,
    /// A poll that is not answered.
    Lost,
    /// A poll that is refused, and one that is answered: all is loaded anew.
    Refused,
    /// HEAD's deadline is moved on by so much.
    Prolong(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let jump = prop_oneof![
        Just(24 * HOUR),
        Just(-24 * HOUR),
        Just(HOUR),
        Just(-HOUR),
        Just(SKEW + 1),
        Just(-SKEW - 1),
        Just(SKEW - SECOND),
        Just(SECOND - SKEW),
        -10 * SECOND..10 * SECOND,
    ];
    prop_oneof![
        3 => prop_oneof![0..SECOND, 0..40 * SECOND, ARMED - SECOND..ARMED + SECOND].prop_map(Step::Advance),
        3 => jump.prop_map(Step::Jump),
        1 => prop_oneof![0..SECOND, 0..40 * SECOND].prop_map(Step::Suspend),
        4 => Just(Step::Poll),
        1 => Just(Step::Lost),
        2 => Just(Step::Refused),
        1 => (0..60 * SECOND).prop_map(Step::Prolong),
    ]
}

/// A process, and what it was granted.
struct Life {
    world: World,
    reader: Follower,
    loaded: Now,
    sent: Now,
    until: Timestamp,
    granted: i64,
    injected: usize,
}

impl Life {
    async fn new() -> Self {
        let world = World::new().await;
        let armed = world.armed(&throttled("orders")).await;
        let mut reader = world.reader();
        reader.hear().await;
        let now = world.clock.now();
        Self { reader, loaded: now, sent: now, until: armed.until, granted: ARMED, injected: 0, world }
    }

    async fn poll(&mut self) {
        let now = self.world.clock.now();
        while self.reader.poll().await.wait.is_zero() {}
        self.sent = now;
    }

    async fn live(&mut self, step: &Step) {
        let clock = &self.world.clock;
        let wall = clock.now().wall.as_millisecond();
        match step {
            Step::Advance(by) => clock.advance(ms(*by)),
            Step::Jump(by) | Step::Suspend(by) => {
                clock.set_wall(Timestamp::from_millisecond(wall + by).unwrap());
            }
            Step::Poll => self.poll().await,
            Step::Lost => {
                self.world.wire.on(|_, _| Fate::Lost);
                self.reader.poll().await;
                self.world.wire.pass();
            }
            Step::Refused => {
                let denied = json!({"__type": "com.amazonaws.dynamodb.v20120810#AccessDeniedException"});
                self.world.wire.on(move |_, _| Fate::Answer(400, denied.clone()));
                self.reader.poll().await;
                self.world.wire.pass();
                assert!(self.reader.put_record().is_err());
                self.poll().await;
            }
            Step::Prolong(by) => {
                self.until += ms(*by);
                self.granted += by;
                let until = self.until.as_millisecond();
                let seconds = number(format!("{}.{:03}", until / 1000, until % 1000));
                self.world.edit_head(|head| *member(entry(head, "orders"), "x") = seconds).await;
            }
        }
    }

    fn check(&mut self) -> Result<(), TestCaseError> {
        if self.reader.put_record().is_err() {
            return Ok(());
        }
        self.injected += 1;
        let now = self.world.clock.now();
        let wall = |from: &Now| now.wall.as_millisecond() - from.wall.as_millisecond();
        let steady = |from: &Now| i64::try_from((now.steady - from.steady).as_millis()).unwrap();
        prop_assert!(steady(&self.loaded) < self.granted, "longer than granted");
        prop_assert!(now.wall < self.until, "past the deadline");
        let lease = i64::try_from(LEASE.as_millis()).unwrap();
        prop_assert!(steady(&self.sent) < lease && wall(&self.sent) < lease, "longer than the lease");
        prop_assert!((steady(&self.sent) - wall(&self.sent)).abs() <= SKEW, "with clocks that disagree");
        Ok(())
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_clocks_do_nothing_lasts_longer_than_granted(
        steps in proptest::collection::vec(step(), 1..24)
    ) {
        block_on(async {
            let mut life = Life::new().await;
            life.check()?;
            for step in &steps {
                life.live(step).await;
                life.check()?;
            }
            prop_assert!(life.injected > 0);
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn what_is_loaded_anew_after_the_clock_was_set_back_ends_when_it_would_have() {
    let mut life = Life::new().await;
    life.world.clock.advance(ms(ARMED - 10 * SECOND));
    life.live(&Step::Jump(-HOUR)).await;
    life.live(&Step::Refused).await;
    // Its start is an hour ahead by now: nobody knows what to make of it.
    assert_eq!(life.reader.put_record(), Err(SkipReason::NoMatch));
    assert!(life.reader.problems()[0].contains("compare the clocks"), "{:?}", life.reader.problems());

    let mut life = Life::new().await;
    life.world.clock.advance(ms(ARMED - 10 * SECOND));
    life.live(&Step::Jump(-240 * SECOND)).await;
    life.live(&Step::Refused).await;
    life.reader.put_record().unwrap();
    life.world.clock.advance(ms(10 * SECOND - 1));
    life.reader.put_record().unwrap();
    life.world.clock.advance(ms(1));
    assert!(matches!(life.reader.put_record(), Err(SkipReason::Expired { .. })));
}

#[tokio::test]
async fn what_was_over_when_it_was_heard_of_stays_over() {
    let world = World::new().await;
    world.armed(&throttled("orders")).await;
    let now = world.clock.now().wall;
    world.clock.set_wall(now + ms(ARMED));
    let mut reader = world.reader();
    assert!(reader.hear().await.specs().is_empty());
    assert!(reader.problems().is_empty(), "that is as it should be");
    world.clock.set_wall(now);
    world.armed(&throttled("other")).await;
    assert_eq!(reader.hear().await.specs(), ["other/throttled"]);
    assert!(reader.problems()[0].contains("its deadline had passed here"), "{:?}", reader.problems());
}

//! Delays and ramps, exactly: every draw hangs on seed, spec and the number of
//! the match, so that figures over many of them are always the same.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use chaos_core::Chaos;
use chaos_core::caps::MAX_DELAY;
use chaos_core::clock::TestClock;
use chaos_core::context::CallContext;
use chaos_core::decide::Decision;
use chaos_core::spec::Latency;
use std::sync::Arc;
use std::time::Duration;

const DRAWS: usize = 20_000;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn put_record() -> CallContext<'static> {
    CallContext { service: Some("kinesis"), operation: Some("PutRecord"), ..CallContext::unknown() }
}

fn armed(seed: u64, clock: &Arc<TestClock>, fault: &str, when: &str) -> Chaos {
    let spec = format!(
        "id = \"slow\"\nenabled = true\ntarget.service = \"kinesis\"\n[fault]\n{fault}\n[when]\n{when}\n"
    );
    Chaos::builder().seed(seed).clock(Arc::clone(clock) as _).toml(&spec).build().unwrap()
}

fn clock() -> Arc<TestClock> {
    Arc::new(TestClock::at("2026-11-23T12:00:00Z".parse().unwrap()))
}

/// The delays of so many calls.
fn drawn(seed: u64, latency: &str, calls: usize) -> Vec<Duration> {
    let chaos = armed(seed, &clock(), &format!("latency = {latency}"), "rate = \"100%\"");
    let delay = |_| match chaos.decide(&put_record()) {
        Decision::Inject(injection) => injection.effect.delay.unwrap(),
        Decision::Skip(reason) => panic!("{reason}"),
    };
    (0..calls).map(delay).collect()
}

fn seconds(delays: &[Duration]) -> Vec<f64> {
    let mut seconds: Vec<_> = delays.iter().map(Duration::as_secs_f64).collect();
    seconds.sort_by(f64::total_cmp);
    seconds
}

/// Mean, standard deviation and skewness.
fn moments(values: &[f64]) -> [f64; 3] {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let central = |power: i32| values.iter().map(|value| (value - mean).powi(power)).sum::<f64>() / count;
    let deviation = central(2).sqrt();
    [mean, deviation, central(3) / deviation.powi(3)]
}

fn assert_near(found: f64, expected: f64, share: f64, what: &str) {
    assert!((found / expected - 1.0).abs() <= share, "{what}: {found}, and not about {expected}");
}

#[test]
fn a_fixed_delay_is_always_the_same() {
    assert!(drawn(7, "\"200ms\"", 100).iter().all(|delay| *delay == ms(200)));
    assert_eq!(Latency::Fixed(MAX_DELAY * 2).draw(0), MAX_DELAY);
}

#[test]
fn a_uniform_delay_is_as_far_up_as_its_roll() {
    let uniform = Latency::Uniform(ms(100), ms(2_100));
    let at = |share: u64| uniform.draw(share << 60);
    assert_eq!([at(0), at(4), at(8), at(12)], [ms(100), ms(600), ms(1_100), ms(1_600)]);
    let most = uniform.draw(u64::MAX);
    assert!(most <= ms(2_100) && ms(2_100) - most < Duration::from_nanos(2), "{most:?}");
    assert_eq!(Latency::Uniform(ms(5), ms(5)).draw(u64::MAX), ms(5));
}

#[test]
fn uniform_delays_fill_their_range_evenly() {
    let drawn = seconds(&drawn(7, "{ uniform = [\"100ms\", \"2100ms\"] }", DRAWS));
    assert!(drawn[0] >= 0.1 && drawn[DRAWS - 1] <= 2.1);
    for tenth in 1..10 {
        let expected = 0.1 + 2.0 * tenth as f64 / 10.0;
        assert_near(drawn[DRAWS * tenth / 10], expected, 0.03, &format!("quantile {tenth}"));
    }
    let [mean, deviation, skewness] = moments(&drawn);
    assert_near(mean, 1.1, 0.01, "mean");
    assert_near(deviation, 2.0 / 12f64.sqrt(), 0.01, "deviation");
    assert!(skewness.abs() < 0.03, "{skewness}");
}

#[test]
fn log_normal_delays_have_their_median_and_their_p99() {
    let drawn = seconds(&drawn(7, "{ median = \"80ms\", p99 = \"2s\" }", DRAWS));
    let sigma = (2.0f64 / 0.08).ln() / 2.326_347_874;
    // The quantiles of the standard normal distribution.
    let quantiles = [
        (0.1, -1.281_552),
        (0.25, -0.674_490),
        (0.5, 0.0),
        (0.75, 0.674_490),
        (0.9, 1.281_552),
        (0.99, 2.326_348),
    ];
    for (share, z) in quantiles {
        let expected = 0.08 * (sigma * z).exp();
        assert_near(drawn[(DRAWS as f64 * share) as usize], expected, 0.06, &format!("quantile {share}"));
    }
    let logs: Vec<_> = drawn.iter().map(|seconds| seconds.ln()).collect();
    let [mean, deviation, skewness] = moments(&logs);
    assert_near(mean, 0.08f64.ln(), 0.01, "mean of the logarithms");
    assert_near(deviation, sigma, 0.02, "deviation of the logarithms");
    assert!(skewness.abs() < 0.05, "{skewness}");
}

#[test]
fn log_normal_delays_stop_at_the_cap() {
    let drawn = drawn(7, "{ median = \"30s\", p99 = \"60s\" }", DRAWS);
    let capped = drawn.iter().filter(|delay| **delay == MAX_DELAY).count();
    assert!(drawn.iter().all(|delay| *delay <= MAX_DELAY));
    // One in a hundred would be longer; of these draws a few more.
    assert_eq!(capped, 222);
}

/// Whoever relies on a seed relies on these.
#[test]
fn a_seed_draws_the_same_delays_for_ever() {
    let uniform = drawn(7, "{ uniform = [\"100ms\", \"2s\"] }", 4);
    let log_normal = drawn(7, "{ median = \"80ms\", p99 = \"2s\" }", 4);
    let micros = |drawn: &[Duration]| drawn.iter().map(Duration::as_micros).collect::<Vec<_>>();
    assert_eq!(micros(&uniform), [1_015_011, 354_173, 832_919, 1_843_305]);
    assert_eq!(micros(&log_normal), [760_563, 17_935, 219_848, 4_950]);
    assert_ne!(uniform, drawn(8, "{ uniform = [\"100ms\", \"2s\"] }", 4));
}

/// Which of a thousand calls are hit.
fn hit(chaos: &Chaos) -> Vec<bool> {
    (0..1_000).map(|_| matches!(chaos.decide(&put_record()), Decision::Inject(_))).collect()
}

/// On its way up a ramp hits the very calls that a spec of that rate does.
#[test]
fn a_ramp_is_at_every_moment_a_rate() {
    const NEVER: &str = "0%";
    let steps =
        [(0, NEVER), (1, "0.8%"), (25, "20%"), (50, "40%"), (99, "79.2%"), (100, "80%"), (4_000, "80%")];
    for (after, rate) in steps {
        let clock = clock();
        let ramp = armed(7, &clock, "status = 503", "rate = \"80%\"\nramp = \"100s\"");
        clock.advance(Duration::from_secs(after));
        let steady = armed(7, &clock, "status = 503", &format!("rate = \"{rate}\""));
        let hit_by_ramp = hit(&ramp);
        assert_eq!(hit_by_ramp, hit(&steady), "after {after} s");
        assert_eq!(hit_by_ramp.contains(&true), rate != NEVER, "after {after} s");
    }
}

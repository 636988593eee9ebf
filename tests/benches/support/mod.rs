//! A small harness for ratios: subjects take turns in short rounds, so that a
//! machine whose speed drifts slows all of them alike, and medians are compared.

#![allow(
    unreachable_pub,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a benchmark measures time"
)]

use std::thread;
use std::time::Instant;

/// One thing to time: its name, and a function that does it once.
pub struct Subject<'a> {
    pub name: &'a str,
    pub work: Box<dyn FnMut() + 'a>,
}

pub fn subject<'a>(name: &'a str, work: impl FnMut() + 'a) -> Subject<'a> {
    Subject { name, work: Box::new(work) }
}

/// The same work on so many threads at a time: long enough that starting them counts for little.
#[allow(dead_code, reason = "not every benchmark has several threads")]
pub fn on(threads: usize, work: impl Fn(usize) + Sync) {
    thread::scope(|scope| {
        for turn in 1..threads {
            let work = &work;
            scope.spawn(move || work(turn));
        }
        work(0);
    });
}

const ROUNDS: usize = 41;
const ROUND_NS: u128 = 2_000_000;

/// Nanoseconds per turn of each subject: the median of interleaved rounds.
pub fn medians(subjects: &mut [Subject<'_>]) -> Vec<f64> {
    let turns: Vec<u32> = subjects.iter_mut().map(turns_per_round).collect();
    let mut samples = vec![Vec::with_capacity(ROUNDS); subjects.len()];
    for _ in 0..ROUNDS {
        for ((subject, turns), samples) in subjects.iter_mut().zip(&turns).zip(&mut samples) {
            samples.push(time(subject, *turns));
        }
    }
    samples.into_iter().map(median).collect()
}

/// Prints the medians, each as a multiple of the subject named `unit`.
pub fn table(title: &str, unit: &str, mut subjects: Vec<Subject<'_>>) -> Vec<f64> {
    let medians = medians(&mut subjects);
    let base =
        subjects.iter().zip(&medians).find(|(subject, _)| subject.name == unit).map_or(1.0, |(_, ns)| *ns);
    println!("\n{title}");
    for (subject, ns) in subjects.iter().zip(&medians) {
        println!("  {:<58} {ns:>10.1} ns  {:>8.2} x", subject.name, ns / base);
    }
    medians
}

fn turns_per_round(subject: &mut Subject<'_>) -> u32 {
    let mut turns = 1;
    loop {
        let ns = time(subject, turns) * f64::from(turns);
        if ns as u128 > ROUND_NS / 4 || turns > 1 << 24 {
            return turns.saturating_mul((ROUND_NS as f64 / ns.max(1.0)).ceil() as u32).max(1);
        }
        turns *= 4;
    }
}

fn time(subject: &mut Subject<'_>, turns: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..turns {
        (subject.work)();
    }
    start.elapsed().as_nanos() as f64 / f64::from(turns)
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

//! What the day was like, and whether all was as it must be.

use crate::args::Role;
use crate::ledger::{Ledger, sum};
use crate::line::Lost;
use crate::play::GIVE_UP;
use crate::recovery::Condition;
use crate::watch::Watch;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// When what happened.
pub(crate) struct Day {
    pub(crate) began: Instant,
    pub(crate) armed: Instant,
    pub(crate) disarmed: Instant,
    /// `None` where there was too little traffic to tell.
    pub(crate) normal: Option<Condition>,
    pub(crate) recovered_after: Option<Duration>,
}

/// The report, as `--json` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) calls: u64,
    pub(crate) attempts: u64,
    pub(crate) injected: u64,
    pub(crate) calls_lost: u64,
    pub(crate) injected_by_function: BTreeMap<&'static str, u64>,
    pub(crate) outage_ms: u64,
    /// How long after the outage `checkout` was well again.
    pub(crate) recovered_after_ms: Option<u64>,
    pub(crate) functions: BTreeMap<&'static str, FunctionReport>,
    /// What must not be so; empty on a good day.
    pub(crate) problems: Vec<String>,
}

/// What one function experienced.
#[derive(Debug, Serialize)]
pub(crate) struct FunctionReport {
    pub(crate) process: u32,
    pub(crate) calls: u64,
    pub(crate) attempts: u64,
    pub(crate) retries: u64,
    pub(crate) injected: u64,
    pub(crate) calls_rescued_by_retries: u64,
    pub(crate) calls_lost: u64,
    pub(crate) first_lost: Option<Lost>,
}

impl Report {
    pub(crate) fn new(day: &Day, watch: &Watch<'_>) -> Self {
        let function = |role: Role| {
            let process = watch.stage.process(role);
            (role.name(), FunctionReport::new(process, watch.of(role), day.began))
        };
        let functions: BTreeMap<_, _> = Role::ALL.map(function).into();
        let total = |count: fn(&FunctionReport) -> u64| functions.values().map(count).sum();
        Self {
            calls: total(|function| function.calls),
            attempts: total(|function| function.attempts),
            injected: total(|function| function.injected),
            calls_lost: total(|function| function.calls_lost),
            injected_by_function: functions.iter().map(|(name, told)| (*name, told.injected)).collect(),
            outage_ms: milliseconds(day.disarmed.duration_since(day.armed)),
            recovered_after_ms: day.recovered_after.map(milliseconds),
            problems: problems(day, &functions),
            functions,
        }
    }
}

impl FunctionReport {
    fn new(process: u32, ledger: &Ledger, began: Instant) -> Self {
        let counts = sum(ledger.since(began));
        Self {
            process,
            calls: counts.calls(),
            attempts: counts.attempts,
            retries: counts.retries,
            injected: counts.injected,
            calls_rescued_by_retries: counts.rescued,
            calls_lost: counts.lost,
            first_lost: ledger.first_lost().cloned(),
        }
    }
}

fn problems(day: &Day, functions: &BTreeMap<&str, FunctionReport>) -> Vec<String> {
    let injected = |role: Role| functions.get(role.name()).map_or(0, |function| function.injected);
    let mut problems = Vec::new();
    if injected(Role::Checkout) == 0 {
        problems.push("checkout was never hit, though the scenario was armed".to_owned());
    }
    if injected(Role::Reports) > 0 {
        problems.push("reports was hit, though the scenario is about checkout".to_owned());
    }
    match (day.normal, day.recovered_after) {
        (None, _) => problems.push("checkout made too few calls to tell what is normal".to_owned()),
        (_, None) => problems.push(format!("checkout did not recover within {} s", GIVE_UP.as_secs())),
        _ => {}
    }
    problems
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

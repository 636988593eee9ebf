//! Which runs there are, and in which order.

use super::call::{Call, Heard};
use super::choose::{fits, likely};
use super::coverage::{Coverage, Outside, Row, Verdict};
use super::fault::{Fault, How};
use super::{SCENARIO, Sweep, SweepError};
use crate::spec::{Id, Scenario};

/// The runs, in order.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
}

/// One run.
#[derive(Debug)]
pub(super) struct Step {
    /// The number of its row.
    pub(super) row: usize,
    /// What is in force for it.
    pub(super) scenario: Scenario,
}

impl Plan {
    /// The plan for what the clean run asked for, and the report that it fills.
    pub(super) fn of<T>(
        sweep: &Sweep<T>,
        heard: &Heard,
        outside: &Heard,
    ) -> Result<(Self, Coverage), SweepError> {
        let (calls, left_out) = heard.calls();
        if calls.is_empty() {
            return Err(SweepError::of_none(&outside.outside()));
        }
        let chosen: Vec<_> = calls.keys().filter(|call| (sweep.chosen)(call)).collect();
        let faults: Vec<_> = chosen.iter().map(|call| faults_of(sweep, call)).collect();
        all_fit(sweep, &chosen)?;
        let hows: &[How] = if sweep.only_once { &[How::Once] } else { &[How::Once, How::Always] };
        let mut rows = Vec::new();
        let mut steps = Vec::new();
        for (call, faults) in chosen.iter().zip(faults) {
            for (rank, fault) in faults.iter().enumerate() {
                for how in hows {
                    steps.push((
                        (rank, *how),
                        Step { row: rows.len(), scenario: scenario(call, fault, *how) },
                    ));
                    rows.push(row(call, fault, *how));
                }
            }
        }
        // Stable: of the same rank, in the order of the calls.
        steps.sort_by_key(|(rank, _)| *rank);
        let steps = steps.into_iter().map(|(_, step)| step).collect();
        let not_chosen = calls.len() - chosen.len();
        let generic = sweep.faults.is_none() && cfg!(not(feature = "catalogue"));
        let coverage = Coverage {
            calls,
            rows,
            left_out,
            outside: Outside::default(),
            not_chosen,
            cut: None,
            cut_allowed: sweep.cut_allowed,
            dry: Vec::new(),
            generic,
        };
        Ok((Self { steps }, coverage))
    }
}

fn faults_of<T>(sweep: &Sweep<T>, call: &Call) -> Vec<Fault> {
    let Some(given) = &sweep.faults else { return likely(call) };
    given.iter().filter(|fault| fits(fault, call)).cloned().collect()
}

/// A misspelt error must not look like one that is survived.
fn all_fit<T>(sweep: &Sweep<T>, chosen: &[&Call]) -> Result<(), SweepError> {
    let unfit = |fault: &&Fault| !chosen.iter().any(|call| fits(fault, call));
    let unfit: Vec<_> = sweep.faults.iter().flatten().filter(unfit).map(ToString::to_string).collect();
    if unfit.is_empty() || chosen.is_empty() { Ok(()) } else { Err(SweepError::Unfit(unfit)) }
}

fn row(call: &Call, fault: &Fault, how: How) -> Row {
    Row { call: call.clone(), fault: fault.clone(), how, verdict: Verdict::NotRun, hits: 0 }
}

fn scenario(call: &Call, fault: &Fault, how: How) -> Scenario {
    Scenario {
        id: Id::new(SCENARIO).unwrap_or_else(Id::fault),
        description: String::new(),
        hypothesis: String::new(),
        enabled: true,
        until: None,
        spec: vec![fault.spec(call.target(), how)],
    }
}

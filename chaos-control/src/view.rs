//! What the control service shows: the bodies of the API and of `-o json`.

use chaos_core::spec::Scenario;
use chaos_core::table::{ArmedStatus, CopyTaken, Definition, HaltReport, Halted, Status};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A stored scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScenarioView {
    /// Its version, which an edit must name.
    pub version: u64,
    /// Who edited it last.
    pub by: String,
    /// When.
    pub at: String,
    /// Its armed period, if it is armed.
    pub armed: Option<ArmedView>,
    /// The scenario, in the spec format.
    pub scenario: serde_json::Value,
}

/// The stored scenarios of an environment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScenariosView {
    /// By id.
    pub scenarios: Vec<ScenarioView>,
    /// What is wrong with items that were edited by hand.
    pub problems: Vec<String>,
}

/// An armed period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArmedView {
    /// The scenario's id.
    pub scenario: String,
    /// The published revision that is in force.
    pub revision: u64,
    /// Since when.
    pub since: String,
    /// Until when, at the latest.
    pub until: String,
    /// For how many seconds still, at the latest.
    pub left_s: u64,
    /// Whether it ends when no control service watches any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guarded: bool,
    /// How many specs were published.
    pub specs: usize,
}

/// What an edit led to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppliedView {
    /// The scenario's id.
    pub id: String,
    /// The version that is now stored.
    pub version: u64,
    /// Whether there was none before.
    pub created: bool,
    /// The new armed period, where it was armed anew.
    pub rearmed: Option<ArmedView>,
}

/// What disarming led to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DisarmedView {
    /// The scenario's id.
    pub id: String,
    /// Whether it was armed.
    pub was_armed: bool,
}

/// The state of an environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusView {
    /// The environment.
    pub environment: String,
    /// Grows with every change.
    pub generation: u64,
    /// The halt, where there is one.
    pub halted: Option<HaltedView>,
    /// What is armed.
    pub armed: Vec<ArmedView>,
    /// When it was last changed.
    pub at: String,
    /// By whom.
    pub by: String,
    /// What is wrong with items that were edited by hand.
    pub problems: Vec<String>,
}

/// A halt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HaltedView {
    /// Why.
    pub why: String,
    /// By whom.
    pub by: String,
    /// When.
    pub at: String,
}

/// Which copies of HEAD have taken a halt, or its lifting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HaltView {
    /// Whether every copy has.
    pub complete: bool,
    /// Copy by copy.
    pub copies: Vec<CopyView>,
}

/// One copy of HEAD.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CopyView {
    /// The environment.
    pub environment: String,
    /// The copy's number.
    pub copy: u32,
    /// The generation that it has now.
    pub generation: Option<u64>,
    /// Why it did not take it.
    pub error: Option<String>,
}

impl ScenarioView {
    pub(crate) fn new(definition: &Definition, armed: Option<ArmedView>) -> Self {
        Self {
            version: definition.version,
            by: definition.by.clone(),
            at: definition.at.to_string(),
            armed,
            scenario: definition.scenario.to_json(),
        }
    }

    /// The scenario's id.
    pub fn id(&self) -> &str {
        self.scenario.get("id").and_then(|id| id.as_str()).unwrap_or_default()
    }

    /// The scenario itself, read through the door.
    pub fn parse(&self) -> Option<Scenario> {
        Scenario::from_json(&self.scenario.to_string()).ok()
    }
}

impl ArmedView {
    pub(crate) fn new(armed: &ArmedStatus, now: Timestamp) -> Self {
        Self {
            scenario: armed.scenario.to_string(),
            revision: armed.revision,
            since: armed.since.to_string(),
            until: armed.guarded.unwrap_or(armed.until).to_string(),
            left_s: seconds_left(armed.guarded.unwrap_or(armed.until), now),
            guarded: armed.guarded.is_some(),
            specs: armed.specs,
        }
    }
}

pub(crate) fn seconds_left(until: Timestamp, now: Timestamp) -> u64 {
    // Rounded up: what is still armed does not show 0.
    let left = until.duration_since(now).as_millis().max(0);
    u64::try_from((left + 999) / 1000).unwrap_or(0)
}

impl StatusView {
    pub(crate) fn new(status: &Status, now: Timestamp) -> Self {
        Self {
            environment: status.environment.to_string(),
            generation: status.generation,
            halted: status.halted.as_ref().map(HaltedView::new),
            armed: status.armed.iter().map(|armed| ArmedView::new(armed, now)).collect(),
            at: status.at.clone(),
            by: status.by.clone(),
            problems: status.problems.clone(),
        }
    }
}

impl HaltedView {
    fn new(halted: &Halted) -> Self {
        Self { why: halted.why.clone(), by: halted.by.clone(), at: halted.at.clone() }
    }
}

impl From<&HaltReport> for HaltView {
    fn from(report: &HaltReport) -> Self {
        Self { complete: report.is_complete(), copies: report.copies.iter().map(CopyView::from).collect() }
    }
}

impl From<&CopyTaken> for CopyView {
    fn from(taken: &CopyTaken) -> Self {
        Self {
            environment: taken.environment.to_string(),
            copy: taken.copy,
            generation: taken.outcome.as_ref().ok().copied(),
            error: taken.outcome.as_ref().err().map(ToString::to_string),
        }
    }
}

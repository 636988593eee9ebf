//! Fault specs in code, for tests.

use crate::pill::PillFault;
use crate::spec::{
    Case, CorruptFault, ErrorFault, Fault, FaultSpec, Id, Latency, NetworkFault, Outcome, PartialFault,
    Patterns, Rate, Scenario, SlowBodyFault, StatusFault, Target, When, service_id,
};
use std::collections::BTreeMap;
use std::time::Duration;

/// Starts a fault spec for one operation of a service; both may hold wildcards.
/// It hits every call until told otherwise, and passes calls on after its
/// latency unless an outcome is given.
///
/// ```
/// use chaos_core::{Chaos, fault};
/// let chaos = Chaos::builder().build()?;
/// let outage = chaos.scope(fault("kinesis", "PutRecords").error("ProvisionedThroughputExceededException").times(2));
/// // ... exercise ...
/// outage.assert_injected(0);
/// # Ok::<(), chaos_core::door::Problems>(())
/// ```
pub fn fault(service: &str, operation: &str) -> FaultBuilder {
    FaultBuilder {
        target: Target {
            service: Some(Patterns::one(&service_id(service), Case::Ignored)),
            operation: Some(Patterns::one(operation, Case::Ignored)),
            ..Target::default()
        },
        fault: Fault { latency: None, outcome: None },
        when: When::always(),
    }
}

/// A fault spec in the making.
#[derive(Clone, Debug)]
#[must_use = "give it to `Chaos::scope` or to the builder"]
pub struct FaultBuilder {
    target: Target,
    fault: Fault,
    when: When,
}

impl FaultBuilder {
    /// The service's own error, by shape name or wire code.
    pub fn error(mut self, name: &str) -> Self {
        let error =
            ErrorFault { name: name.to_owned(), message: None, status: None, fields: serde_json::Map::new() };
        self.fault.outcome = Some(Outcome::Error(error));
        self
    }

    /// An HTTP answer with this status code and no body; brought into 200 to 599.
    pub fn status(mut self, code: u16) -> Self {
        let status =
            StatusFault { code: code.clamp(200, 599), headers: BTreeMap::new(), body: String::new() };
        self.fault.outcome = Some(Outcome::Status(status));
        self
    }

    /// A failure of the network.
    pub fn network(mut self, fault: NetworkFault) -> Self {
        self.fault.outcome = Some(Outcome::Network(fault));
        self
    }

    /// Recorded answers, in turn; see [`PillFault::read`]. The operation must be
    /// named exactly, here or in the pills.
    pub fn pill(mut self, pills: PillFault) -> Self {
        self.fault.outcome = Some(Outcome::Pill(pills));
        self
    }

    /// Any outcome, such as an [`ErrorFault`] with members of its own.
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        self.fault.outcome = Some(outcome);
        self
    }

    /// A share of a batch's entries fails; see [`PartialFault::of`].
    pub fn partial(mut self, partial: PartialFault) -> Self {
        self.fault.outcome = Some(Outcome::Partial(partial));
        self
    }

    /// The real answer, damaged on its way.
    pub fn corrupt(mut self, damage: CorruptFault) -> Self {
        self.fault.outcome = Some(Outcome::Corrupt(damage));
        self
    }

    /// The real answer, slowly; see [`SlowBodyFault::rate`].
    pub fn slow_body(mut self, slow: SlowBodyFault) -> Self {
        self.fault.outcome = Some(Outcome::SlowBody(slow));
        self
    }

    /// Held up for so long; cut to [`crate::caps::MAX_DELAY`] when drawn.
    pub fn latency(mut self, delay: Duration) -> Self {
        self.fault.latency = Some(Latency::Fixed(delay));
        self
    }

    /// Only calls whose input has this value under this name or dotted path.
    pub fn input(mut self, name: &str, value: &str) -> Self {
        self.target.input.insert(name.to_owned(), Patterns::one(value, Case::Sensitive));
        self
    }

    /// The share of calls that is hit.
    pub fn rate(mut self, rate: Rate) -> Self {
        self.when.rate = rate;
        self
    }

    /// Hits every matching call until so many were hit, then none.
    pub fn times(mut self, times: u64) -> Self {
        self.when.max = Some(times);
        self
    }
}

impl From<FaultBuilder> for Scenario {
    fn from(builder: FaultBuilder) -> Self {
        let name = |patterns: &Option<Patterns>| {
            let text =
                patterns.as_ref().and_then(|patterns| patterns.iter().next()).map(|pattern| pattern.text());
            text.unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).take(28).collect::<String>()
        };
        let text = format!("{}-{}", name(&builder.target.service), name(&builder.target.operation));
        let id = Id::new(text.trim_matches('-')).unwrap_or_else(Id::fault);
        let FaultBuilder { target, fault, when } = builder;
        let spec = FaultSpec { id: id.clone(), description: String::new(), target, fault, when };
        Scenario {
            id,
            description: String::new(),
            hypothesis: String::new(),
            enabled: true,
            until: None,
            spec: vec![spec],
        }
    }
}

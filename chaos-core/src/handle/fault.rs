//! Fault specs in code, for tests.

use super::in_code::InCode;
use crate::door::{Path, Problem, Problems};
use crate::pill::PillFault;
use crate::spec::{
    AskedRate, Attempts, Case, CorruptFault, ErrorFault, Fault, FaultSpec, Id, Key, Latency, NetworkFault,
    Outcome, PartialFault, Patterns, Per, Rate, Scenario, SlowBodyFault, StatusFault, Target, When,
    service_id,
};
use std::collections::BTreeMap;
use std::ops::RangeBounds;

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
    FaultBuilder::of(Target {
        service: Some(Patterns::one(&service_id(service), Case::Ignored)),
        operation: Some(Patterns::one(operation, Case::Ignored)),
        ..Target::default()
    })
}

/// Starts a fault spec for the calls to one host, which may hold wildcards: its
/// name or address alone, without scheme and port. Narrowed down by
/// [`method`](FaultBuilder::method), [`path`](FaultBuilder::path) and
/// [`header`](FaultBuilder::header). Like [`fault`] it hits every call until told
/// otherwise. Calls through AWS SDKs are HTTP calls too.
///
/// ```
/// use chaos_core::{Chaos, http_fault};
/// let chaos = Chaos::builder().build()?;
/// let outage = chaos.scope(http_fault("api.payments.example").method("POST").path("/v1/*").status(503).times(2));
/// // ... exercise ...
/// outage.assert_injected(0);
/// # Ok::<(), chaos_core::door::Problems>(())
/// ```
pub fn http_fault(host: &str) -> FaultBuilder {
    FaultBuilder::of(Target { host: Some(Patterns::one(host, Case::Ignored)), ..Target::default() })
}

/// A fault spec in the making.
#[derive(Clone, Debug)]
#[must_use = "give it to `Chaos::scope` or to the builder"]
pub struct FaultBuilder {
    target: Target,
    fault: Fault,
    when: When,
    name: Option<String>,
    problems: Vec<Problem>,
}

impl FaultBuilder {
    fn of(target: Target) -> Self {
        let fault = Fault { latency: None, outcome: None };
        Self { target, fault, when: When::always(), name: None, problems: Vec::new() }
    }

    /// Its name in the journal, in messages and in what it answers; 1 to 63
    /// lower-case letters, digits and hyphens. Without one it is called by what it
    /// is about, such as `sqs-sendmessage`.
    ///
    /// ```
    /// use chaos_core::{Chaos, fault};
    /// let lost = fault("sqs", "SendMessage").status(503).named("lost-orders");
    /// let chaos = Chaos::builder().spec(lost).build()?;
    /// # chaos.decide(&chaos_core::described::call("sqs", "SendMessage").context());
    /// // ... a call ...
    /// assert!(chaos.journal().to_string().contains("lost-orders/lost-orders fired"));
    /// # Ok::<(), chaos_core::door::Problems>(())
    /// ```
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// The service's own error, by shape name or wire code.
    pub fn error(mut self, name: &str) -> Self {
        let error =
            ErrorFault { name: name.to_owned(), message: None, status: None, fields: serde_json::Map::new() };
        self.fault.outcome = Some(Outcome::Error(error));
        self
    }

    /// An HTTP answer with this status code, 200 to 599, and no body.
    pub fn status(mut self, code: u16) -> Self {
        let status = StatusFault { code, headers: BTreeMap::new(), body: String::new() };
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

    /// The real answer, damaged on its way, within the bounds that spec files have.
    ///
    /// ```
    /// # use chaos_core::{fault, spec::CorruptFault};
    /// let cut = fault("s3", "GetObject").corrupt(CorruptFault::truncate(3));
    /// let odd = fault("dynamodb", "GetItem").corrupt(CorruptFault::drop("Item.price"));
    /// # let _ = (cut, odd);
    /// ```
    pub fn corrupt(mut self, damage: impl Into<CorruptFault>) -> Self {
        self.fault.outcome = Some(Outcome::Corrupt(damage.into()));
        self
    }

    /// The real answer, slowly; see [`SlowBodyFault::rate`].
    pub fn slow_body(mut self, slow: SlowBodyFault) -> Self {
        self.fault.outcome = Some(Outcome::SlowBody(slow));
        self
    }

    /// Held up for so long, a [`Duration`](std::time::Duration) or a distribution; at
    /// most [`crate::caps::MAX_DELAY`].
    ///
    /// ```
    /// use chaos_core::{fault, spec::Latency};
    /// use std::time::Duration;
    /// let (slow, slower) = (Duration::from_millis(100), Duration::from_secs(2));
    /// let outage = fault("dynamodb", "*").latency(Latency::Uniform(slow, slower));
    /// # let _ = (outage, fault("s3", "*").latency(slow));
    /// ```
    pub fn latency(mut self, delay: impl Into<Latency>) -> Self {
        self.fault.latency = Some(delay.into());
        self
    }

    /// Only calls signed for this region; may hold wildcards.
    pub fn region(mut self, region: &str) -> Self {
        self.target.region = Some(Patterns::one(region, Case::Ignored));
        self
    }

    /// Only calls of work that [`with_labels`](crate::with_labels) gave this label,
    /// whose value may hold wildcards. Of several labels all must be there.
    pub fn label(mut self, name: &str, value: &str) -> Self {
        self.target.label.insert(name.to_owned(), Patterns::one(value, Case::Sensitive));
        self
    }

    /// Only these tries of a call, counted from 1, both ends included.
    ///
    /// ```
    /// # use chaos_core::fault;
    /// let first_two = fault("sqs", "SendMessage").status(503).attempts(1..=2);
    /// let all_retries = fault("sqs", "SendMessage").status(503).attempts(2..);
    /// # let _ = (first_two, all_retries);
    /// ```
    pub fn attempts(mut self, attempts: impl RangeBounds<u32>) -> Self {
        self.target.attempt = Some(Attempts::of(&attempts));
        self
    }

    /// What the rolls hang on: see [`Key`].
    pub fn key(mut self, key: Key) -> Self {
        self.when.key = key;
        self
    }

    /// A call is rolled for once, and its retries meet the same.
    pub fn per_call(mut self) -> Self {
        self.when.per = Per::Call;
        self
    }

    /// Only calls whose input has this value under this name or dotted path.
    pub fn input(mut self, name: &str, value: &str) -> Self {
        self.target.input.insert(name.to_owned(), Patterns::one(value, Case::Sensitive));
        self
    }

    /// Only requests with this method, in either case; may hold wildcards.
    pub fn method(mut self, method: &str) -> Self {
        self.target.method = Some(Patterns::one(method, Case::Ignored));
        self
    }

    /// Only requests for this path, without query; may hold wildcards, as in
    /// `/v1/orders/*`.
    pub fn path(mut self, path: &str) -> Self {
        self.target.path = Some(Patterns::one(path, Case::Sensitive));
        self
    }

    /// Only requests whose header of this name, in either case, has this value,
    /// which may hold wildcards. Of several headers all must be there.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.target.header.insert(name.to_ascii_lowercase(), Patterns::one(value, Case::Sensitive));
        self
    }

    /// The share of calls that is hit: a [`Rate`], or a number from 0 to 1. What is
    /// neither is refused where the fault is put in force.
    ///
    /// ```
    /// use chaos_core::{Chaos, fault};
    /// assert!(Chaos::builder().spec(fault("sqs", "*").status(503).rate(0.5)).build().is_ok());
    /// let refused = Chaos::builder().spec(fault("sqs", "*").status(503).rate(50.0)).build().unwrap_err();
    /// assert!(refused.to_string().starts_with("when.rate: 50 is not a share from 0% to 100%"));
    /// ```
    pub fn rate(self, share: impl Into<AskedRate>) -> Self {
        let asked = share.into().checked();
        self.rated(asked.map_err(|share| share.to_string()))
    }

    /// The same in percent, 0 to 100: `.percent(60)`, `.percent(12.5)`.
    pub fn percent(self, percent: impl Into<f64>) -> Self {
        let percent = percent.into();
        self.rated(Rate::new(percent / 100.0).ok_or_else(|| format!("\"{percent}%\"")))
    }

    /// With what was asked instead, where it is no rate.
    fn rated(mut self, rate: Result<Rate, String>) -> Self {
        match rate {
            Ok(rate) => self.when.rate = rate,
            Err(asked) => {
                let remedy = "write a share such as 0.6, or `.percent(60)`";
                self.problems.push(problem(
                    &["when", "rate"],
                    asked,
                    "is not a share from 0% to 100%",
                    remedy,
                ));
            }
        }
        self
    }

    /// Hits every matching call until so many were hit, then none.
    pub fn times(mut self, times: u64) -> Self {
        self.when.max = Some(times);
        self
    }
}

impl FaultBuilder {
    pub(super) fn in_code(mut self) -> InCode {
        let named = self.name.as_deref().map(|name| Id::new(name).ok_or(name));
        if let Some(Err(name)) = named {
            let remedy = "write 1 to 63 lower-case letters, digits and hyphens, not starting with a hyphen";
            self.problems.push(problem(&["id"], format!("{name:?}"), "is not an id", remedy));
        }
        let named = named.and_then(Result::ok);
        let unnamed = named.is_none();
        let id = named.unwrap_or_else(|| id_of(&self.target));
        let Self { target, fault, when, problems, .. } = self;
        let spec = FaultSpec { id: id.clone(), description: String::new(), target, fault, when };
        let scenario = Scenario {
            id,
            description: String::new(),
            hypothesis: String::new(),
            enabled: true,
            until: None,
            spec: vec![spec],
        };
        InCode { scenario, problems, unnamed }
    }
}

impl TryFrom<FaultBuilder> for Scenario {
    type Error = Problems;

    /// # Errors
    /// A name or a rate that is none.
    fn try_from(builder: FaultBuilder) -> Result<Self, Problems> {
        let InCode { scenario, problems, .. } = builder.in_code();
        if problems.is_empty() { Ok(scenario) } else { Err(Problems(problems)) }
    }
}

fn problem(path: &[&str], value: String, problem: &str, remedy: &str) -> Problem {
    Problem {
        path: path.iter().fold(Path::root(), |path, key| path.key(key)),
        value: Some(value),
        problem: problem.to_owned(),
        remedy: remedy.to_owned(),
        line: None,
    }
}

/// A name that tells what it is about: service and operation, or the host.
fn id_of(target: &Target) -> Id {
    let text = match &target.service {
        Some(_) => format!("{}-{}", word(target.service.as_ref(), 28), word(target.operation.as_ref(), 28)),
        None => word(target.host.as_ref(), 59),
    };
    Id::new(text.trim_matches('-')).unwrap_or_else(Id::fault)
}

/// The first of the patterns, as far as it can stand in an id.
fn word(patterns: Option<&Patterns>, most: usize) -> String {
    let text = patterns.and_then(|patterns| patterns.iter().next()).map(|pattern| pattern.text());
    let letters = text.unwrap_or_default().chars().filter_map(|letter| match letter {
        '.' | '-' => Some('-'),
        letter => letter.is_ascii_alphanumeric().then_some(letter),
    });
    letters.skip_while(|letter| *letter == '-').take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::{fault, http_fault};

    #[test]
    fn ids_tell_what_it_is_about() {
        let cases = [
            (fault("DynamoDB", "GetItem").status(503), "dynamodb-getitem"),
            (fault("s3", "*").status(503), "s3"),
            (http_fault("API.payments.example").status(503), "api-payments-example"),
            (http_fault("*.my-shop.example").status(503), "my-shop-example"),
            (http_fault("::1").status(503), "1"),
            (http_fault("*").status(503), "fault"),
        ];
        for (builder, id) in cases {
            assert_eq!(builder.in_code().scenario.id.as_str(), id);
        }
        let long = http_fault(&"a".repeat(300)).status(503).in_code().scenario;
        assert_eq!(long.id.as_str(), "a".repeat(59));
    }
}

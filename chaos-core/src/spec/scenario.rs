//! Fault specs, and the scenarios that hold them.

use super::doubts;
use super::fault::Fault;
use super::id::Id;
use super::outcome::{Outcome, prose};
use super::target::Target;
use super::time::{timestamp, write_timestamp};
use super::when::When;
use crate::caps;
use crate::door::{At, Door, Fields, Known, Node, Problem, Problems, read_json, read_toml};
use crate::names;
use jiff::Timestamp;
use serde::Serialize;

/// What was asked: which calls, what happens to them, and when.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct FaultSpec {
    /// Its name within the scenario.
    pub id: Id,
    /// For people.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub description: String,
    /// Which calls.
    pub target: Target,
    /// What happens to them.
    #[cfg_attr(feature = "schema", schemars(with = "super::schema::FaultShape"))]
    pub fault: Fault,
    /// Which of the matching calls.
    #[cfg_attr(feature = "schema", schemars(with = "super::schema::WhenShape"))]
    pub when: When,
}

/// One or more fault specs under one id: the unit that is stored, armed,
/// disarmed and reported, always as a whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Scenario {
    /// Its name.
    pub id: Id,
    /// For people.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub description: String,
    /// What its authors expect of the system while it is armed.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub hypothesis: String,
    /// Armed, where files, the environment and tests say so; the table arms by an act of its own.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub enabled: bool,
    /// The latest end, where files and the environment arm.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write_timestamp")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub until: Option<Timestamp>,
    /// The fault specs, at least one, ids unique.
    pub spec: Vec<FaultSpec>,
}

const SPEC: Known = Known { now: &["id", "description", "target", "fault", "when"], later: &[] };
const SCENARIO: Known = Known {
    now: &["id", "description", "hypothesis", "enabled", "until", "spec"],
    later: &["guarded", "stop"],
};
const SINGLE: Known = Known {
    now: &["id", "description", "hypothesis", "enabled", "until", "target", "fault", "when"],
    later: &["guarded", "stop"],
};

impl FaultSpec {
    /// Reads one spec of a scenario, as the table holds it.
    ///
    /// # Errors
    /// Every problem at once.
    #[cfg(feature = "table")]
    pub(crate) fn from_node(node: &Node) -> Result<Self, Problems> {
        let mut door = Door::for_published();
        let body = named_body(&mut door, &At::root(node), &mut std::collections::HashSet::new());
        let spec = body.and_then(|body| {
            let id = body.id.clone()?;
            Some(body.named(&id))
        });
        door.close(spec)
    }
}

impl Scenario {
    /// Reads a scenario, or a single spec, which is a scenario of one.
    ///
    /// # Errors
    /// Every problem at once, each with its path, its value and what would be
    /// right. With the feature `catalogue`, services, operations and errors that
    /// there are not are among them.
    pub fn from_node(node: &Node) -> Result<Self, Problems> {
        Self::through(Door::default(), node)
    }

    /// As [`Scenario::from_node`], for what went through a door before, maybe of
    /// a newer build: names are not held against the catalogue.
    ///
    /// # Errors
    /// As there, but for names.
    pub fn from_stored(node: &Node) -> Result<Self, Problems> {
        Self::through(Door::for_published(), node)
    }

    /// As [`Scenario::from_node`], with what is let in and can hardly have an effect: a
    /// rate of 0%, members that no answer of the operation has (with the feature
    /// `shapes`), a service's error for a host that is none of AWS.
    ///
    /// # Errors
    /// As there.
    ///
    /// ```
    /// use chaos_core::{door::read_toml, spec::Scenario};
    /// let node = read_toml(r#"
    ///     id = "never"
    ///     target.host = "api.payments.example"
    ///     fault.status = 503
    ///     when.rate = "0%"
    /// "#)?;
    /// let (_, warnings) = Scenario::from_node_warned(&node)?;
    /// assert!(warnings[0].to_string().starts_with("when.rate: \"0%\" hits no call ever"));
    /// # Ok::<(), chaos_core::door::Problems>(())
    /// ```
    pub fn from_node_warned(node: &Node) -> Result<(Self, Vec<Problem>), Problems> {
        let mut door = Door::default();
        let scenario = Self::parse(&mut door, &At::root(node));
        door.close_warned(scenario)
    }

    fn through(mut door: Door, node: &Node) -> Result<Self, Problems> {
        let scenario = Self::parse(&mut door, &At::root(node));
        door.close(scenario)
    }

    /// As [`Scenario::from_node`], from a JSON text.
    ///
    /// # Errors
    /// As there, or where the text is not JSON.
    ///
    /// ```
    /// use chaos_core::spec::Scenario;
    /// let scenario = Scenario::from_json(r#"{
    ///     "id": "throttled",
    ///     "target": {"service": "kinesis"},
    ///     "fault": {"error": "ProvisionedThroughputExceededException"},
    ///     "when": {"rate": "60%"}
    /// }"#)?;
    /// assert_eq!(scenario.spec.len(), 1);
    /// # Ok::<(), chaos_core::door::Problems>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        Self::from_node(&read_json(text)?)
    }

    /// As [`Scenario::from_node`], from a TOML text; problems carry their lines.
    ///
    /// # Errors
    /// As there, or where the text is not TOML.
    pub fn from_toml(text: &str) -> Result<Self, Problems> {
        Self::from_node(&read_toml(text)?)
    }

    /// The scenario as JSON, as every door of this project reads it.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    pub(crate) fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        let many = at.members().is_some_and(|members| members.iter().any(|(name, _)| *name == "spec"));
        let fields = door.object(at, if many { SCENARIO } else { SINGLE })?;
        let head = head(door, &fields);
        let spec = if many { specs(door, &fields) } else { body(door, &fields).map(|body| vec![body]) };
        let (id, hypothesis, enabled, until) = head;
        let (id, spec) = (id?, spec?);
        let spec: Vec<_> = spec.into_iter().map(|body| body.named(&id)).collect();
        // In a single spec the description is the scenario's, and not said twice.
        let description = text_of(door, &fields, "description");
        Some(Self { id, description, hypothesis, enabled, until, spec })
    }
}

type Head = (Option<Id>, String, bool, Option<Timestamp>);

fn head(door: &mut Door, fields: &Fields<'_>) -> Head {
    let id = door.required(fields, "id", "give it a name, such as \"orders-throttled\"");
    (
        id.and_then(|at| Id::parse(door, &at)),
        text_of(door, fields, "hypothesis"),
        fields.get("enabled").and_then(|at| door.bool(&at)).unwrap_or(false),
        fields.get("until").and_then(|at| timestamp(door, &at)),
    )
}

fn text_of(door: &mut Door, fields: &Fields<'_>, name: &str) -> String {
    fields.get(name).and_then(|at| prose(door, &at)).unwrap_or_default()
}

/// A spec whose name may be its scenario's.
struct Body {
    id: Option<Id>,
    description: String,
    target: Target,
    fault: Fault,
    when: When,
}

impl Body {
    fn named(self, scenario: &Id) -> FaultSpec {
        FaultSpec {
            id: self.id.unwrap_or_else(|| scenario.clone()),
            description: self.description,
            target: self.target,
            fault: self.fault,
            when: self.when,
        }
    }
}

fn body(door: &mut Door, fields: &Fields<'_>) -> Option<Body> {
    let target = door.required(fields, "target", "say which calls, such as { service = \"kinesis\" }");
    let fault = door.required(fields, "fault", "say what happens, such as { latency = \"200ms\" }");
    let when = door.required(fields, "when", "say how often, such as { rate = \"60%\" }");
    let target = target.and_then(|at| Some((Target::parse(door, &at)?, at)));
    let fault = fault.and_then(|at| Some((Fault::parse(door, &at)?, at)));
    if let (Some((target, target_at)), Some((fault, fault_at)), true) = (&target, &fault, door.knows_names())
    {
        names::check(door, target_at, target, fault_at, fault);
        names::check_batches(door, target, fault_at, fault);
    }
    if let (Some((target, _)), Some((fault, at))) = (&target, &fault) {
        only_s3_says_ok(door, target, fault, at);
    }
    let when = when.and_then(|at| When::parse(door, &at));
    let (target, fault, when) = (target?.0, fault?.0, when?);
    if door.knows_names() {
        doubts::check(door, fields, &target, &fault, &when);
    }
    Some(Body { id: None, description: String::new(), target, fault, when })
}

/// The operations of S3 that answer 200 before they are done, and then maybe an
/// error (source: their pages in the S3 API reference).
const SAY_OK_FIRST: [&str; 3] = ["copyobject", "uploadpartcopy", "completemultipartupload"];

/// Elsewhere an answer with 200 is no error to the SDK.
fn only_s3_says_ok(door: &mut Door, target: &Target, fault: &Fault, at: &At<'_>) {
    let Some(Outcome::Error(asked)) = &fault.outcome else { return };
    let says_ok = |name: &str| SAY_OK_FIRST.contains(&name);
    let operation = target.operation.as_ref().filter(|patterns| patterns.all_exact());
    let fits = names::exact_services(target).is_some_and(|mut services| services.all(|id| id == "s3"))
        && operation.is_some_and(|patterns| patterns.iter().all(|pattern| says_ok(pattern.text())));
    if asked.status == Some(200) && !fits {
        let problem = "gives an error the status 200, which S3 alone sends, for CopyObject, UploadPartCopy and CompleteMultipartUpload";
        door.refuse_whole(
            at,
            problem,
            "name service and operation in the target, or write a status from 400 to 599",
        );
    }
}

fn specs(door: &mut Door, fields: &Fields<'_>) -> Option<Vec<Body>> {
    let at = fields.get("spec")?;
    let items = at.one_or_many();
    if items.is_empty() || items.len() > caps::MAX_SPECS {
        door.refuse_whole(
            &at,
            format!("holds {} specs", items.len()),
            format!("give 1 to {}", caps::MAX_SPECS),
        );
        return None;
    }
    let mut seen = std::collections::HashSet::new();
    let mut bodies = Vec::with_capacity(items.len());
    for item in &items {
        bodies.push(named_body(door, item, &mut seen));
    }
    bodies.into_iter().collect()
}

fn named_body(door: &mut Door, at: &At<'_>, seen: &mut std::collections::HashSet<Id>) -> Option<Body> {
    let fields = door.object(at, SPEC)?;
    let id_at = door.required(&fields, "id", "give it a name of its own within the scenario");
    let id = id_at.as_ref().and_then(|at| Id::parse(door, at));
    if let (Some(id), Some(at)) = (&id, &id_at)
        && !seen.insert(id.clone())
    {
        door.refuse(at, "names two specs of this scenario", "give each spec a name of its own");
    }
    let description = text_of(door, &fields, "description");
    let body = body(door, &fields)?;
    Some(Body { id: Some(id?), description, ..body })
}

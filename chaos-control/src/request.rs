//! What an act needs to be told, parsed at the door.

use chaos_core::caps;
use chaos_core::door::{At, Door, Fields, Known, Node, Problems, Value};
use chaos_core::spec::{Id, parse_duration};
use std::time::Duration;

/// The body of an arming: `{"for": "10m", "reason": "...", "guarded": true}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArmRequest {
    /// For how long; at most [`caps::MAX_ARMED`].
    pub for_: Duration,
    /// Why.
    pub reason: String,
    /// Only as long as a control service watches; false where it is left out.
    pub guarded: bool,
}

/// The body of a disarming: `{"reason": "..."}`, which may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DisarmRequest {
    /// Why; empty where nobody said.
    pub reason: String,
}

/// The body of a halt and of its lifting: `{"reason": "...", "environment": "..."}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HaltRequest {
    /// Why.
    pub reason: String,
    /// Which environment; every one of the table where it is left out.
    pub environment: Option<Id>,
}

impl ArmRequest {
    /// Reads the body.
    ///
    /// # Errors
    /// Every mistake at once.
    pub fn from_node(node: &Node) -> Result<Self, Problems> {
        const KNOWN: Known = Known { now: &["for", "reason", "guarded"], later: &[] };
        through_door(node, KNOWN, |door, fields| {
            let time = door.required(fields, "for", FOR).and_then(|at| armed_time(door, &at));
            let reason = door.required(fields, "reason", REASON).and_then(|at| reason(door, &at));
            let guarded = fields.get("guarded").map_or(Some(false), |at| guarded(door, &at));
            Some(Self { for_: time?, reason: reason?, guarded: guarded? })
        })
    }
}

impl DisarmRequest {
    /// Reads the body.
    ///
    /// # Errors
    /// Every mistake at once.
    pub fn from_node(node: &Node) -> Result<Self, Problems> {
        through_door(node, Known { now: &["reason"], later: &[] }, |door, fields| {
            match fields.get("reason") {
                Some(at) => reason(door, &at).map(|reason| Self { reason }),
                None => Some(Self::default()),
            }
        })
    }
}

impl HaltRequest {
    /// Reads the body.
    ///
    /// # Errors
    /// Every mistake at once.
    pub fn from_node(node: &Node) -> Result<Self, Problems> {
        through_door(node, Known { now: &["reason", "environment"], later: &[] }, |door, fields| {
            let environment = fields.get("environment").map(|at| id(door, &at));
            let reason = door.required(fields, "reason", REASON).and_then(|at| reason(door, &at));
            Some(Self { reason: reason?, environment: environment.flatten() })
        })
    }
}

const FOR: &str = "write a duration such as \"10m\", at most \"12h\"";
const REASON: &str = "say why, in 1 byte to 4 KiB";

fn through_door<T>(
    node: &Node,
    known: Known,
    read: impl FnOnce(&mut Door, &Fields<'_>) -> Option<T>,
) -> Result<T, Problems> {
    let mut door = Door::default();
    let value = door.object(&At::root(node), known).and_then(|fields| read(&mut door, &fields));
    door.close(value)
}

fn armed_time(door: &mut Door, at: &At<'_>) -> Option<Duration> {
    match parse_duration(door.text(at, FOR)?) {
        Some(time) if (Duration::from_secs(1)..=caps::MAX_ARMED).contains(&time) => return Some(time),
        Some(_) => door.refuse(at, "is not from 1 s to 12 h", FOR),
        None => door.refuse(at, "is not a duration with a unit", FOR),
    }
    None
}

fn guarded(door: &mut Door, at: &At<'_>) -> Option<bool> {
    if let Value::Bool(guarded) = at.node.value {
        return Some(guarded);
    }
    door.refuse(
        at,
        "is neither true nor false",
        "write true to arm it only as long as a control service watches",
    );
    None
}

fn reason(door: &mut Door, at: &At<'_>) -> Option<String> {
    let text = door.text(at, REASON)?;
    if text.trim().is_empty() || text.len() > caps::MAX_PROSE_BYTES {
        door.refuse(at, format!("has {} bytes", text.len()), REASON);
        return None;
    }
    Some(text.to_owned())
}

fn id(door: &mut Door, at: &At<'_>) -> Option<Id> {
    const RIGHT: &str = "write the environment's name, such as \"staging\"";
    let id = Id::new(door.text(at, RIGHT)?);
    if id.is_none() {
        door.refuse(at, "is not an environment's name", RIGHT);
    }
    id
}

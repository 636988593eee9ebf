//! Describing a call as JSON, through the door.

use super::{DescribedCall, names, url};
use crate::caps;
use crate::door::{At, Door, Fields, Known, Node, Problems, Value, read_json};
use std::collections::BTreeMap;

const KNOWN: Known = Known {
    now: &[
        "service",
        "operation",
        "region",
        "host",
        "method",
        "path",
        "header",
        "input",
        "label",
        "attempt",
        "function",
    ],
    later: &[],
};
/// Members of one kind: a batch that was copied whole has some thousands.
const MAX_MEMBERS: usize = 10_000;
const CALL: &str = "name a `service` and its `operation`, or for plain HTTP a `method`, `host` and `path`";
const TEXT: &str = "write a text of 1 to 4096 bytes";
const NAMED: &str = "write names with values, such as { \"StreamName\": \"orders\" }";
const SCALAR: &str = "write a text, a number, true or false; members within members may stand as such";

impl DescribedCall {
    /// Reads a JSON text with the fields of a target, and values for patterns.
    /// `attempt` is 1 where it is left out; `input` may nest, as the operation's
    /// own does.
    ///
    /// # Errors
    /// Every mistake at once; with the feature `catalogue`, services, operations
    /// and members of inputs that there are not are among them.
    ///
    /// ```
    /// use chaos_core::described::{DescribedCall, call};
    /// let put = DescribedCall::from_json(
    ///     r#"{"service": "DynamoDB", "operation": "PutItem", "input": {"Item": {"pk": {"S": "7"}}}}"#,
    /// )?;
    /// assert_eq!(put, call("dynamodb", "PutItem").input("Item.pk.S", 7));
    /// # Ok::<(), chaos_core::door::Problems>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        Self::from_node(&read_json(text)?)
    }

    /// As [`DescribedCall::from_json`], from what was read already.
    ///
    /// # Errors
    /// As there.
    pub fn from_node(node: &Node) -> Result<Self, Problems> {
        let mut door = Door::default();
        let call = door.object(&At::root(node), KNOWN).and_then(|fields| read(&mut door, &fields));
        door.close(call)
    }
}

impl DescribedCall {
    /// The same call, if its names are any: a call that is described in code is
    /// held against the catalogue as one that is read. Without the feature
    /// `catalogue` every name may be one.
    ///
    /// # Errors
    /// Those of [`DescribedCall::from_json`].
    ///
    /// ```
    /// # #[cfg(feature = "catalogue")] {
    /// use chaos_core::described::call;
    /// let wrong = call("kinesis", "PutRecords").input("StreamNam", "orders").checked().unwrap_err();
    /// assert!(wrong.to_string().contains("did you mean `StreamName`"));
    /// # }
    /// ```
    pub fn checked(self) -> Result<Self, Problems> {
        Self::from_json(&self.to_json().to_string())
    }
}

fn read(door: &mut Door, fields: &Fields<'_>) -> Option<DescribedCall> {
    if fields.get("service").is_none() && fields.get("host").is_none() {
        let (at, problem) = match fields.get("operation") {
            Some(at) => (at, "stands without its service"),
            None => (fields.at().clone(), "says neither service nor host"),
        };
        door.refuse_whole(&at, problem, CALL);
    }
    let (service, operation) = service_and_operation(door, fields);
    let mut text = |name| text_of(door, &fields.get(name)?).map(str::to_owned);
    let (region, host, method) = (text("region"), text("host"), text("method"));
    let (path, function) = (text("path"), text("function"));
    let attempt = fields.get("attempt").and_then(|at| door.int(&at, 1, i64::from(u32::MAX)));
    let header = members(door, fields, "header").into_iter();
    Some(DescribedCall {
        service,
        operation,
        region,
        host: host.map(|host| url::host(&host)),
        method: method.map(|method| method.to_ascii_uppercase()),
        path,
        header: header.map(|(name, value)| (name.to_ascii_lowercase(), value)).collect(),
        input: members(door, fields, "input"),
        label: members(door, fields, "label"),
        attempt: attempt.and_then(|attempt| u32::try_from(attempt).ok()).unwrap_or(1),
        function,
    })
}

fn service_and_operation(door: &mut Door, fields: &Fields<'_>) -> (Option<String>, Option<String>) {
    let service = fields.get("service").and_then(|at| {
        let name = text_of(door, &at)?;
        names::read_service(door, &at, name)
    });
    let operation = fields.get("operation").and_then(|at| {
        let name = text_of(door, &at)?;
        names::read_operation(door, &at, service.as_deref()?, name)
    });
    if let (Some(service), Some(operation)) = (&service, &operation) {
        names::check_input(door, fields, service, operation);
    }
    (service, operation)
}

fn text_of<'a>(door: &mut Door, at: &At<'a>) -> Option<&'a str> {
    let text = door.text(at, TEXT)?;
    if text.is_empty() || text.len() > caps::MAX_PROSE_BYTES {
        door.refuse(at, format!("has {} bytes", text.len()), TEXT);
        return None;
    }
    Some(text)
}

/// Scalars by dotted path.
fn members(door: &mut Door, fields: &Fields<'_>, name: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let Some(at) = fields.get(name) else { return found };
    if at.members().is_none() {
        door.refuse(&at, format!("is {}, not an object", at.node.kind()), NAMED);
        return found;
    }
    // Headers and labels have no members; their names may hold dots.
    gather(door, &at, "", name == "input", &mut found);
    if found.len() > MAX_MEMBERS {
        let right = format!("keep it to {MAX_MEMBERS}: only what targets name counts");
        door.refuse_whole(&at, format!("has {} values", found.len()), right);
    }
    found
}

/// No deeper than what JSON is read to.
fn gather(door: &mut Door, at: &At<'_>, outer: &str, deep: bool, found: &mut BTreeMap<String, String>) {
    let inner = |name: &str| if outer.is_empty() { name.to_owned() } else { format!("{outer}.{name}") };
    match &at.node.value {
        Value::Object(_) if deep || outer.is_empty() => {
            for (name, at) in at.members().unwrap_or_default() {
                gather(door, &at, &inner(name), deep, found);
            }
        }
        Value::List(items) if deep => {
            for (index, item) in items.iter().enumerate() {
                let at = At { node: item, path: at.path.index(index) };
                gather(door, &at, &inner(&index.to_string()), deep, found);
            }
        }
        Value::Text(text) => drop(found.insert(outer.to_owned(), text.clone())),
        Value::Bool(value) => drop(found.insert(outer.to_owned(), value.to_string())),
        Value::Int(_) | Value::Float(_) => {
            drop(found.insert(outer.to_owned(), at.node.to_json().to_string()));
        }
        // What is not there meets no constraint.
        Value::Null if deep => {}
        Value::Null | Value::List(_) | Value::Object(_) => {
            door.refuse(at, format!("is {}, not a value", at.node.kind()), SCALAR);
        }
    }
}

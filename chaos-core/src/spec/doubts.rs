//! Specs that are well formed, and can hardly ever fire: worth a warning, and no
//! refusal, because some such are meant.

use super::{Fault, Outcome, Patterns, Target, When};
use crate::door::{At, Door, Fields};
use crate::names;

/// Warns of what `target`, `fault` and `when` come to together.
pub(super) fn check(door: &mut Door, fields: &Fields<'_>, target: &Target, fault: &Fault, when: &When) {
    let inner = |outer: &str, name: &str| {
        let members = fields.get(outer)?.members()?;
        members.into_iter().find(|(member, _)| *member == name).map(|(_, at)| at)
    };
    if let (Some(at), Some(name)) = (inner("target", "host"), of_sdk_calls(fault))
        && is_lone_host(target)
    {
        let problem =
            format!("is all that is said of the calls, and only calls of the AWS SDK can have `{name}`");
        door.warn(&at, problem, "name the `service`; for plain HTTP calls there is `status`");
    }
    if let (Some(at), Some(Outcome::Corrupt(_))) = (inner("fault", "corrupt"), &fault.outcome) {
        members(door, &at, target);
    }
    if let Some(at) = inner("when", "fleet_max") {
        let right = "store the scenario in the table and arm it there";
        door.warn(&at, "is counted in the table: from a file or a variable this spec never fires", right);
    }
    if let (Some(at), true) = (inner("when", "rate"), when.rate.share() == 0.0) {
        door.warn(&at, "hits no call ever", "write a share above 0%, or leave the spec out");
    }
}

/// Warns of members that no answer of the targeted operations has.
fn members(door: &mut Door, corrupt: &At<'_>, target: &Target) {
    let of =
        |name: &str| corrupt.members()?.into_iter().find(|(member, _)| *member == name).map(|(_, at)| at);
    for at in of("drop").iter().flat_map(At::one_or_many) {
        if let crate::door::Value::Text(path) = &at.node.value {
            member(door, &at, path, target);
        }
    }
    for (path, at) in of("replace").and_then(|at| at.members()).into_iter().flatten() {
        member(door, &at, path, target);
    }
}

fn member(door: &mut Door, at: &At<'_>, path: &str, target: &Target) {
    if let Err(why) = names::is_output(path, target) {
        door.warn_whole(at, format!("`{path}` {}", why.problem), why.remedy);
    }
}

/// The fault's name, where plain HTTP calls cannot have it.
fn of_sdk_calls(fault: &Fault) -> Option<&'static str> {
    match fault.outcome {
        Some(Outcome::Error(_)) => Some("error"),
        Some(Outcome::Pill(_)) => Some("pill"),
        Some(Outcome::Partial(_)) => Some("partial"),
        _ => None,
    }
}

/// A host that is none of AWS, with nothing beside it that calls of the SDK alone have.
fn is_lone_host(target: &Target) -> bool {
    let of_sdk = target.service.is_some() || target.operation.is_some() || target.region.is_some();
    let may_be_aws = |host: &Patterns| {
        host.iter().any(|pattern| match pattern.exact() {
            Some(host) => {
                ["amazonaws.com", "amazonaws.com.cn", "api.aws"].iter().any(|end| host.ends_with(end))
            }
            None => true,
        })
    };
    !of_sdk && target.input.is_empty() && target.host.as_ref().is_some_and(|host| !may_be_aws(host))
}

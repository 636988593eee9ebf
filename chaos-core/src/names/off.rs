//! Without the catalogue nothing is known of any service: a name is an error
//! only where the spec says what there is to know.

use super::as_written;
use crate::door::{At, Door};
use crate::effect::{Place, Unresolved};
use crate::pill::PillEntry;
use crate::spec::{ErrorFault, Fault, Outcome, Target};
use crate::wire::ServiceError;

pub(crate) fn find(asked: &ErrorFault, _service: &str) -> Result<Option<ServiceError>, Unresolved> {
    asked.status.map(|status| as_written(asked, status)).transpose()
}

#[cfg_attr(not(any(feature = "inject", feature = "table")), allow(dead_code, reason = "asked by those"))]
pub(crate) fn is_resolvable(asked: &ErrorFault, _target: &Target) -> Result<(), Unresolved> {
    match find(asked, "")? {
        Some(_) => Ok(()),
        None => Err(Unresolved {
            problem: "cannot be looked up: this build has no catalogue".to_owned(),
            remedy: "turn on the feature `catalogue`, or give `status` too, which takes the name as it is"
                .to_owned(),
        }),
    }
}

#[cfg(feature = "table")]
pub(crate) fn all_of(asked: &ErrorFault, target: &Target) -> Result<Vec<crate::effect::Known>, Unresolved> {
    is_resolvable(asked, target)?;
    Ok(vec![crate::effect::Known { only: None, error: find(asked, "")? }])
}

/// Nothing is known of inputs here: only members of bodies are found, by their
/// names on the wire.
#[cfg(feature = "table")]
pub(crate) fn places(_: &Target) -> Vec<crate::input::Group> {
    Vec::new()
}

/// Refuses errors that cannot be looked up here.
pub(crate) fn check(door: &mut Door, _target: &At<'_>, _: &Target, fault_at: &At<'_>, fault: &Fault) {
    match &fault.outcome {
        Some(Outcome::Error(asked)) => {
            if let Err(why) = is_resolvable(asked, &Target::default()) {
                door.refuse_whole(fault_at, format!("`{}` {}", asked.name, why.problem), why.remedy);
            }
        }
        Some(Outcome::Pill(_)) => {
            let why = super::does_not_fit(&[NO_SHAPES.to_owned()]);
            door.refuse_whole(fault_at, why.problem, why.remedy);
        }
        _ => {}
    }
}

const NO_SHAPES: &str = "this build knows no shapes of outputs: turn on the feature `shapes`";

pub(crate) fn playable(_: &PillEntry, _: &Target) -> Result<Vec<Place>, Vec<String>> {
    Err(vec![NO_SHAPES.to_owned()])
}

/// A service's name in the form of the SDK's user agent: lower case without
/// spaces, hyphens and underscores. Common names of botocore and of endpoints
/// are known; the catalogue knows all.
pub(crate) fn service_id(text: &str) -> String {
    let id = super::plain_id(text);
    let known = match id.as_str() {
        "elasticfilesystem" => "efs",
        "events" => "eventbridge",
        "logs" => "cloudwatchlogs",
        "monitoring" => "cloudwatch",
        "states" | "stepfunctions" => "sfn",
        "tagging" => "resourcegroupstaggingapi",
        _ => return id,
    };
    known.to_owned()
}

/// Without the catalogue everything may be one: a file's name has no prefix then.
pub(crate) fn is_endpoint_prefix(_: &str) -> bool {
    true
}

/// Nothing is known of services and operations here.
#[cfg(feature = "inject")]
pub(crate) fn is_target(_: &Target) -> Result<(), Unresolved> {
    Ok(())
}

/// Nothing is known of inputs here.
pub(crate) fn is_input(_: &str, _: &Target) -> Result<(), Unresolved> {
    Ok(())
}

/// Nor of outputs.
pub(crate) fn is_output(_: &str, _: &Target) -> Result<(), Unresolved> {
    Ok(())
}

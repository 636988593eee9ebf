//! Which of the errors that the catalogue knows a call is likely to meet.

use crate::catalogue::{Catalogue, ErrorShape, Retry, Service, unmodelled};

/// Why an error is likely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// It was too much at once, or more than is allowed.
    Throttling,
    /// The service is at fault.
    Server,
    /// Others are at work on the same, or it took too long.
    Busy,
}

/// What names of errors hold that are about haste.
const HASTE: &[&str] = &["throttl", "toomanyrequests", "throughputexceeded", "slowdown"];
/// The same for other limits.
const LIMITS: &[&str] = &["limitexceeded", "quotaexceeded"];
/// What names of errors hold that pass by themselves.
const PASSING: &[&str] = &["conflict", "inprogress", "timeout", "timedout", "unavailable", "notready"];
/// What names of errors hold that no waiting mends, though some come with 502.
const LASTING: &[&str] = &["invalid", "denied", "notfound", "disabled"];
/// How names of errors begin that are of a service behind the service.
const BEHIND: &[&str] = &["kms", "ec2", "efs", "eni", "s3"];
/// How names of errors begin that are the service's own fault, of no special kind.
const PLAIN: &[&str] = &["internal", "service"];
/// What services send without modelling it, the usual first.
const USUAL: [(Kind, &[&str]); 2] = [
    (Kind::Throttling, &["SlowDown", "ThrottlingException", "Throttling"]),
    (Kind::Server, &["ServiceUnavailable", "InternalFailure"]),
];

/// The errors of the operation that pass, or that throttle; and what its service
/// usually sends of a kind of which the operation models none. First one of each
/// kind, then the others. `None` where there is no such service.
pub(super) fn errors(service: &str, operation: Option<&str>) -> Option<Vec<&'static str>> {
    let service = Catalogue::embedded().service(service)?;
    let modelled = operation.and_then(|name| service.operation(name));
    let modelled = modelled.iter().flat_map(|operation| operation.errors());
    let mut likely: Vec<_> = modelled.filter_map(|error| Some((kind(&error)?, error.name()))).collect();
    likely.sort_unstable_by_key(|(kind, name)| {
        (*kind, !holds(name, HASTE), begins(name, BEHIND), !begins(name, PLAIN), *name)
    });
    likely.dedup();
    for (kind, names) in USUAL {
        if !likely.iter().any(|(other, _)| *other == kind) {
            likely.extend(usual(service, names).map(|name| (kind, name)));
        }
    }
    Some(one_of_each_first(likely))
}

fn kind(error: &ErrorShape<'_>) -> Option<Kind> {
    let name = error.name();
    match error.retry() {
        Retry::Throttling => Some(Kind::Throttling),
        _ if holds(name, HASTE) || holds(name, LIMITS) => Some(Kind::Throttling),
        _ if holds(name, LASTING) => None,
        _ if error.status() >= 500 => Some(Kind::Server),
        Retry::Retryable => Some(Kind::Busy),
        Retry::None => holds(name, PASSING).then_some(Kind::Busy),
    }
}

fn holds(name: &str, parts: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    parts.iter().any(|part| name.contains(part))
}

fn begins(name: &str, starts: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    starts.iter().any(|start| name.starts_with(start))
}

fn usual(service: Service<'static>, names: &'static [&'static str]) -> impl Iterator<Item = &'static str> {
    let sends = move |name: &&&str| service.error(name).is_some() || unmodelled(service, name).is_some();
    names.iter().filter(sends).take(1).copied()
}

fn one_of_each_first(likely: Vec<(Kind, &'static str)>) -> Vec<&'static str> {
    let (mut first, mut rest) = (Vec::<(Kind, &str)>::new(), Vec::new());
    for (kind, name) in likely {
        match first.iter().any(|(other, _)| *other == kind) {
            true => rest.push(name),
            false => first.push((kind, name)),
        }
    }
    first.sort_unstable();
    first.into_iter().map(|(_, name)| name).chain(rest).collect()
}

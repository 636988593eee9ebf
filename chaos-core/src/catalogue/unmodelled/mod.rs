//! Names that AWS sends without modelling them: a third of the errors that
//! people have recorded.

mod common;
mod ec2;
mod s3;

use super::Service;
use super::find::find;
use crate::wire::{Protocol, Rest};

/// Statuses, each with the names that it comes with, which are in order of their
/// lower case.
type Names = &'static [(u16, &'static [&'static str])];

/// An error that AWS sends without modelling it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unmodelled {
    /// What the service puts on the wire.
    pub code: &'static str,
    /// The HTTP status, 400 to 599.
    pub status: u16,
}

/// The error of this name, in either case, where this service sends it without
/// modelling it. What it does model comes first: see [`Service::error`].
pub fn unmodelled(service: Service<'_>, name: &str) -> Option<Unmodelled> {
    let found = families(service).into_iter().flatten();
    found.flatten().find_map(|(status, codes)| {
        let found = find(codes.len(), name, |number| codes.get(number).copied())?;
        Some(Unmodelled { code: codes.get(found)?, status: *status })
    })
}

/// What this service sends without modelling it, each name once.
pub fn unmodelled_names(service: Service<'_>) -> impl Iterator<Item = Unmodelled> {
    let mut seen = std::collections::HashSet::new();
    let each = families(service).into_iter().flatten().flatten();
    let each = each.flat_map(|(status, codes)| codes.iter().map(|code| Unmodelled { code, status: *status }));
    each.filter(move |name| service.error(name.code).is_none() && seen.insert(name.code.to_ascii_lowercase()))
}

/// The names of those that this service sends.
pub(super) fn names(service: Service<'_>) -> impl Iterator<Item = &'static str> {
    let groups = families(service).into_iter().flatten().flatten();
    groups.flat_map(|(_, codes)| codes.iter().copied())
}

/// What a service sends, its own before what all send: one name may have several statuses.
fn families(service: Service<'_>) -> [Option<Names>; 3] {
    let own = match service.id() {
        "ec2" => Some(ec2::EC2),
        "s3" | "s3control" => Some(s3::S3),
        _ => None,
    };
    let by_protocol = match (service.rest(), service.protocols().next()) {
        (Some(Rest::Json), _) => common::REST,
        (Some(Rest::Xml | Rest::S3), _) => common::QUERY,
        (None, Some(Protocol::AwsQuery | Protocol::Ec2Query)) => common::QUERY,
        (None, _) => common::RPC,
    };
    [own, Some(by_protocol), Some(common::ANY)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_statuses_are_of_errors() {
        for names in [ec2::EC2, s3::S3, common::ANY, common::RPC, common::REST, common::QUERY] {
            assert!(names.is_sorted_by_key(|(status, _)| status));
            for (status, names) in names {
                assert!((400..600).contains(status));
                assert!(names.is_sorted_by_key(|name| name.to_ascii_lowercase()), "{status}");
            }
        }
    }
}

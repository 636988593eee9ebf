//! Names that AWS sends without modelling them.

use super::Service;

/// An error that AWS sends without modelling it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unmodelled {
    /// What the service puts on the wire.
    pub code: &'static str,
    /// The HTTP status, 400 to 599.
    pub status: u16,
}

/// The error of this name, in either case, where this service sends it without
/// modelling it.
pub fn unmodelled(service: Service<'_>, name: &str) -> Option<Unmodelled> {
    let _ = (service, name);
    None
}

/// The names of those that this service sends.
pub(super) fn names(service: Service<'_>) -> impl Iterator<Item = &'static str> {
    let _ = service;
    std::iter::empty()
}

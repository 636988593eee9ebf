//! What AWS and the SDK crates say of errors: see `tools/conformance`.

use serde::Deserialize;
use std::collections::BTreeMap;

/// What botocore says of a service's errors.
#[derive(Clone, Debug, Deserialize)]
pub struct Modelled {
    /// Each by the name of its shape.
    pub errors: BTreeMap<String, ModelledError>,
    /// Each operation's, by the names of their shapes.
    pub operations: BTreeMap<String, Vec<String>>,
    /// Operations whose answers have no body.
    pub bodiless: Vec<String>,
}

/// What botocore says of an error.
#[derive(Clone, Debug, Deserialize)]
pub struct ModelledError {
    /// What stands on the wire.
    pub code: String,
    /// The HTTP status.
    pub status: u16,
}

/// What a crate's source says of errors.
#[derive(Clone, Debug, Deserialize)]
pub struct Sdk {
    /// The crate and its version.
    #[serde(rename = "crate")]
    pub package: String,
    /// The code that each variant is told by.
    pub codes: BTreeMap<String, String>,
    /// The variants of each operation's error.
    pub operations: BTreeMap<String, Vec<String>>,
    /// Operations that botocore has and the crate lacks.
    pub absent: Vec<String>,
    /// Operations that answer with a stream of events.
    pub event_streams: Vec<String>,
    /// Types that have exactly one of their members.
    pub unions: BTreeMap<String, Vec<String>>,
    /// Fields without which the client takes some outputs for damaged.
    pub needed: Vec<String>,
}

impl Sdk {
    /// The variant of `operation`'s error that stands for the shape `error`:
    /// Rust's names differ from AWS's in case only.
    pub fn variant(&self, operation: &str, error: &str) -> Option<&str> {
        let variants = self.operations.get(operation)?;
        variants.iter().map(String::as_str).find(|variant| variant.eq_ignore_ascii_case(error))
    }

    /// The code by which the crate tells this error, wherever it occurs.
    pub fn code(&self, error: &str) -> Option<&str> {
        let mut codes = self.codes.iter();
        codes.find(|(variant, _)| variant.eq_ignore_ascii_case(error)).map(|(_, code)| code.as_str())
    }
}

/// Every service by its name, from the botocore wheel.
///
/// # Panics
/// If the list is damaged.
pub fn modelled() -> BTreeMap<String, Modelled> {
    serde_json::from_str(include_str!("../modelled-errors.json")).expect("a list of modelled errors")
}

/// Every service by its name, from the sources of the crates.
///
/// # Panics
/// If the list is damaged.
pub fn sdk() -> BTreeMap<String, Sdk> {
    serde_json::from_str(include_str!("../sdk-variants.json")).expect("a list of variants")
}

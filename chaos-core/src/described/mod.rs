//! Calls that nobody makes: described in code, as JSON or on the command line,
//! to ask what would become of them.
//!
//! ```
//! # #[cfg(feature = "inject")] {
//! use chaos_core::Chaos;
//! use chaos_core::decide::verdict;
//! use chaos_core::described::call;
//!
//! let chaos = Chaos::builder()
//!     .toml(r#"
//!         id = "orders-lost"
//!         enabled = true
//!         target = { service = "kinesis", input = { StreamName = "orders" } }
//!         fault.network = "response_lost"
//!         when.rate = "60%"
//!     "#)
//!     .build()?;
//! let put = call("kinesis", "PutRecords").input("StreamName", "orders").attempt(2);
//! let told = chaos.explain_call(&put);
//! assert_eq!(
//!     verdict(&told),
//!     "would be hit by orders-lost/orders-lost (response_lost): hits 60% of such calls"
//! );
//! # }
//! # Ok::<(), chaos_core::door::Problems>(())
//! ```

mod adapter;
mod build;
#[cfg(feature = "inject")]
mod live;
mod names;
mod read;
mod url;

pub use build::{call, http_call};

use crate::context::CallContext;
use serde::Serialize;
use std::collections::BTreeMap;

/// One attempt of a call, owned: of the SDK where it has a service, else plain
/// HTTP. What is not said of it meets no constraint, as with real calls.
///
/// Made by [`call`] and [`http_call`] in code, by [`DescribedCall::from_json`]
/// from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DescribedCall {
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    header: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    input: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    label: BTreeMap<String, String>,
    attempt: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<String>,
}

impl DescribedCall {
    fn unknown() -> Self {
        Self {
            service: None,
            operation: None,
            region: None,
            host: None,
            method: None,
            path: None,
            header: BTreeMap::new(),
            input: BTreeMap::new(),
            label: BTreeMap::new(),
            attempt: 1,
            function: None,
        }
    }

    /// The call as adapters show theirs.
    pub fn context(&self) -> CallContext<'_> {
        CallContext {
            service: self.service.as_deref(),
            operation: self.operation.as_deref(),
            region: self.region.as_deref(),
            host: self.host.as_deref(),
            method: self.method.as_deref(),
            path: self.path.as_deref(),
            attempt: self.attempt,
            details: self,
        }
    }

    /// The function that makes the call, where it is said: `target.function` is
    /// held against it.
    pub fn function_name(&self) -> Option<&str> {
        self.function.as_deref()
    }

    /// The call as [`DescribedCall::from_json`] reads it.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

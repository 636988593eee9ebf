//! Real SDK clients, every operation of theirs, and what AWS and the crates say
//! of their errors: what the conformance tests play against each other.

#[macro_use]
mod macros;

mod calls;
mod client;
mod facts;
mod record;

pub use calls::services;
pub use client::{Canned, Refusing, config};
pub use facts::{Modelled, ModelledError, Sdk, modelled, sdk};
pub use record::{Failure, Record, record};

use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// A service with a client of its own.
#[derive(Debug)]
pub struct Service {
    /// botocore's name of it.
    pub name: &'static str,
    /// Its operations, sorted by name.
    pub calls: Vec<Call>,
}

/// One operation, called with no more than the SDK needs to build the request.
pub struct Call {
    /// Its name.
    pub operation: &'static str,
    call: Box<dyn Fn() -> Calling + Send + Sync>,
}

/// A call under way.
pub type Calling = Pin<Box<dyn Future<Output = Record> + Send>>;

impl Call {
    /// Calls, and tells what came of it.
    pub fn run(&self) -> Calling {
        (self.call)()
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &self.operation).finish_non_exhaustive()
    }
}

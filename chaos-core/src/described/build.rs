//! Describing a call in code.

use super::{DescribedCall, names, url};
use std::fmt::Display;

/// A first attempt of an SDK call. `service` goes by any of its names, as in
/// targets; nothing is held against the catalogue
/// before [`DescribedCall::checked`].
///
/// ```
/// use chaos_core::described::call;
/// let get = call("S3", "GetObject").input("Bucket", "invoices").region("eu-west-1");
/// assert_eq!(get.context().service, Some("s3"));
/// ```
pub fn call(service: &str, operation: &str) -> DescribedCall {
    let service = crate::spec::service_id(service);
    let operation = Some(names::operation(&service, operation));
    DescribedCall { service: Some(service), operation, ..DescribedCall::unknown() }
}

/// A first attempt of a plain HTTP call, such as reqwest makes. Of the URL, host
/// and path count: neither its port nor its query can be targeted.
///
/// ```
/// use chaos_core::described::http_call;
/// let charge = http_call("GET", "https://api.payments.example/v1/charge?id=7");
/// assert_eq!(charge.context().host, Some("api.payments.example"));
/// assert_eq!(charge.context().path, Some("/v1/charge"));
/// ```
pub fn http_call(method: &str, url: &str) -> DescribedCall {
    let (host, path) = url::host_and_path(url);
    let (host, path, method) = (Some(host), Some(path), Some(method.to_ascii_uppercase()));
    DescribedCall { host, path, method, ..DescribedCall::unknown() }
}

impl DescribedCall {
    /// A member of the operation's input, by name or dotted path
    /// (`Records.0.PartitionKey`), as text.
    #[must_use]
    pub fn input(mut self, path: &str, value: impl Display) -> Self {
        self.input.insert(path.to_owned(), value.to_string());
        self
    }

    /// A header, by its name in either case.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Display) -> Self {
        self.header.insert(name.to_ascii_lowercase(), value.to_string());
        self
    }

    /// A label that is set around the call.
    #[must_use]
    pub fn label(mut self, name: &str, value: impl Display) -> Self {
        self.label.insert(name.to_owned(), value.to_string());
        self
    }

    /// Which try of the call it is, from 1; 0 counts as 1.
    #[must_use]
    pub fn attempt(mut self, attempt: u32) -> Self {
        self.attempt = attempt.max(1);
        self
    }

    /// The region that the request is signed for.
    #[must_use]
    pub fn region(mut self, region: &str) -> Self {
        self.region = Some(region.to_owned());
        self
    }

    /// The host, without port.
    #[must_use]
    pub fn host(mut self, host: &str) -> Self {
        self.host = Some(url::host(host));
        self
    }

    /// The HTTP method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_ascii_uppercase());
        self
    }

    /// The path, without query.
    #[must_use]
    pub fn path(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// The name of the function that makes it; where it is not said, that of the
    /// handle that is asked.
    #[must_use]
    pub fn function(mut self, name: &str) -> Self {
        self.function = Some(name.to_owned());
        self
    }
}

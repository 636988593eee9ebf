//! Which operation a call is of, as far as an HTTP client can see.
//!
//! Every operation of a generated client registers an interceptor that is named
//! after it, and the connector is asked for with all interceptors in sight. The
//! name's form is no promise, so it is checked against the SDK's own word
//! wherever that is to be had, and the request itself is the fallback.

use crate::protocol::protocol;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use chaos_core::wire::Protocol;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// What follows the operation in the name of its interceptor.
const SUFFIX: &str = "EndpointParamsInterceptor";

/// Reads operations' names off their interceptors.
#[derive(Debug, Default)]
pub(crate) struct OperationNames {
    learned: OnceLock<&'static str>,
    misleading: AtomicBool,
    told: AtomicBool,
}

impl OperationNames {
    /// The operation of the call that `components` belong to; `None` where they
    /// do not show it.
    pub(crate) fn scan(&self, components: &RuntimeComponents) -> Option<&'static str> {
        if self.misleading.load(Ordering::Relaxed) {
            return None;
        }
        let suffix = self.learned.get().copied().unwrap_or(SUFFIX);
        components
            .interceptors()
            .find_map(|interceptor| interceptor.name().strip_suffix(suffix))
            .filter(|name| !name.is_empty())
    }

    /// Holds what [`scan`](Self::scan) finds against what the SDK says. Where
    /// they differ, learns the right form if there is one; if not, a name that
    /// misleads is worse than none.
    pub(crate) fn check(&self, components: &RuntimeComponents, operation: &str) {
        let agrees = |found: Option<&str>| found.is_some_and(|name| name.eq_ignore_ascii_case(operation));
        if self.misleading.load(Ordering::Relaxed) || agrees(self.scan(components)) {
            return;
        }
        let found = self.scan(components);
        let suffix = components.interceptors().find_map(|one| rest(one.name(), operation));
        if let Some(suffix) = suffix
            && self.learned.set(suffix).is_ok()
            && agrees(self.scan(components))
        {
            self.tell(operation, found, "its name has a new form, now learned");
        } else if found.is_some() {
            self.misleading.store(true, Ordering::Relaxed);
            self.tell(operation, found, "its requests are read instead");
        } else {
            self.tell(operation, found, "its request is read instead");
        }
    }

    fn tell(&self, operation: &str, found: Option<&str>, instead: &str) {
        if !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "chaos",
                operation,
                found,
                "an operation is not named as expected among the SDK's interceptors: {instead} (said once)"
            );
        }
    }
}

/// What follows `operation` in the name of an interceptor of it.
fn rest(name: &'static str, operation: &str) -> Option<&'static str> {
    let (start, rest) = name.split_at_checked(operation.len())?;
    (start.eq_ignore_ascii_case(operation) && !rest.is_empty()).then_some(rest)
}

/// The operation that a request names, where its protocol has it name one.
pub(crate) fn named_by<'a>(
    request: &'a HttpRequest,
    service: Option<&str>,
    path: &'a str,
) -> Option<&'a str> {
    if let Some(target) = request.headers().get("x-amz-target") {
        return target.rsplit_once('.').map(|(_, operation)| operation);
    }
    match protocol(request, service) {
        Protocol::AwsQuery | Protocol::Ec2Query => {
            let form = std::str::from_utf8(request.body().bytes()?).ok()?;
            form.split('&').find_map(|field| field.strip_prefix("Action="))
        }
        Protocol::RpcV2Cbor => path.rsplit_once("/operation/").map(|(_, operation)| operation),
        Protocol::AwsJson10 | Protocol::AwsJson11 | Protocol::Rest(_) => None,
    }
}

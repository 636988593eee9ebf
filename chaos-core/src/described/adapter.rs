//! What the adapters would say of a described call, as far as it can be told
//! without a request.

use super::DescribedCall;
use crate::context::Details;
use crate::effect::Answer;
use crate::input::Places;
use crate::partial::Batch;
use crate::spec::{Patterns, Target};
use crate::wire::{Protocol, Rest};
use std::borrow::Cow;
use std::net::IpAddr;

/// Services through which credentials are had: hit only by who names them.
const CREDENTIALS: [&str; 4] = ["sts", "sso", "ssooidc", "signin"];
/// One of each kind that batches are read in.
const PROTOCOLS: [Protocol; 3] = [Protocol::AwsJson10, Protocol::AwsQuery, Protocol::Rest(Rest::S3)];

impl Details for DescribedCall {
    fn header(&self, name: &str) -> Option<&str> {
        self.header.get(name).map(String::as_str)
    }

    fn input(&self, path: &str, _places: &Places) -> Option<Cow<'_, str>> {
        self.input.get(path).map(|value| Cow::Borrowed(value.as_str()))
    }

    fn label(&self, name: &str) -> Option<Cow<'_, str>> {
        self.label.get(name).map(|value| Cow::Borrowed(value.as_str()))
    }

    fn may_hit(&self, target: &Target) -> Result<(), &'static str> {
        if self.host.as_deref().is_some_and(is_of_the_platform) || self.service.as_deref() == Some("imds") {
            return Err("calls for metadata and credentials");
        }
        let named = target.service.as_ref().is_some_and(Patterns::all_exact);
        match self.service.as_deref() {
            Some(service) if CREDENTIALS.contains(&service) && !named => {
                Err("calls to credential services that the target does not name exactly")
            }
            _ => Ok(()),
        }
    }

    fn can_make(&self, answer: &Answer) -> Result<(), &'static str> {
        if matches!(answer, Answer::Corrupt(_) | Answer::SlowBody(_)) && self.is_head() {
            return Err("bodies of answers to HEAD requests: they have none");
        }
        match &self.service {
            Some(service) => self.as_sdk_call(service, answer),
            None => as_http_call(answer),
        }
    }
}

impl DescribedCall {
    /// Where no method is told, the operation may: `HeadObject`.
    fn is_head(&self) -> bool {
        match (&self.method, &self.service, &self.operation) {
            (Some(method), ..) => method == "HEAD",
            (None, Some(_), Some(operation)) => operation.starts_with("Head"),
            _ => false,
        }
    }

    fn as_sdk_call(&self, service: &str, answer: &Answer) -> Result<(), &'static str> {
        match answer {
            Answer::Error(error) => error.for_service(Some(service)).map(drop),
            Answer::Pill(pills) => pills.can_play(Some(service), self.operation.as_deref()),
            Answer::Partial(_) => can_be_batch(service, self.operation.as_deref().unwrap_or_default()),
            Answer::Status(_) | Answer::Network(_) | Answer::Corrupt(_) | Answer::SlowBody(_) => Ok(()),
        }
    }
}

/// In the protocol of its own: which one that is, a request would tell.
fn can_be_batch(service: &str, operation: &str) -> Result<(), &'static str> {
    let tries = PROTOCOLS.map(|protocol| Batch::can_be(service, operation, protocol));
    if tries.iter().any(Result::is_ok) { Ok(()) } else { tries.into_iter().collect() }
}

fn as_http_call(answer: &Answer) -> Result<(), &'static str> {
    match answer {
        Answer::Error(_) => Err("errors by name for plain HTTP calls: use `status`"),
        Answer::Pill(_) => Err("pills for plain HTTP calls: use `status`"),
        Answer::Partial(_) => Err("partial failures for plain HTTP calls: use `status` with a body"),
        Answer::Status(_) | Answer::Network(_) | Answer::Corrupt(_) | Answer::SlowBody(_) => Ok(()),
    }
}

/// Instance metadata and container credentials, which no spec can hit.
fn is_of_the_platform(host: &str) -> bool {
    match host.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => address.is_link_local(),
        Ok(IpAddr::V6(address)) => address.segments().starts_with(&[0xfd00, 0x0ec2]),
        Err(_) => false,
    }
}

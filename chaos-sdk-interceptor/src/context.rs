//! What an HTTP request of the SDK shows of its call: borrowed, and read only
//! as far as it is asked for.

use crate::act::{batch, can_fail_partly};
use crate::guard::CREDENTIALS;
use crate::input::Input;
use crate::operation::named_by;
use crate::uri::Uri;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, Metadata};
use chaos_core::context::{CallContext, Details};
use chaos_core::effect::Answer;
use chaos_core::input::Places;
use chaos_core::partial::Batch;
use chaos_core::spec::{Patterns, Target};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::net::IpAddr;

/// What the SDK itself says of a call, put there by the interceptor.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "interceptor"), allow(dead_code, reason = "the interceptor makes them"))]
pub(crate) struct Exact {
    /// The service id, in lower case without spaces.
    pub(crate) service: String,
    pub(crate) metadata: Metadata,
    pub(crate) attempt: u32,
}

/// One attempt, as its request shows it.
pub(crate) struct Call<'a> {
    pub(crate) request: &'a HttpRequest,
    exact: Option<&'a Exact>,
    /// The service id, in lower case without spaces.
    pub(crate) service: Option<&'a str>,
    pub(crate) operation: Option<&'a str>,
    pub(crate) uri: Uri<'a>,
    /// Whether the request can be signed anew.
    can_sign: bool,
    input: Input<'a>,
    /// Read once, for who decides and for who acts.
    batch: OnceCell<Result<Batch, &'static str>>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(request: &'a HttpRequest, scanned: Option<&'static str>) -> Self {
        let uri = Uri::of(request.uri());
        let exact = request.extension::<Exact>();
        let service = service_of(request);
        let operation = match exact {
            Some(exact) => Some(exact.metadata.name()),
            None => scanned.or_else(|| named_by(request, service, uri.path)),
        };
        let (input, batch) = (Input::of(request, uri.host, service, operation), OnceCell::new());
        Self { request, exact, service, operation, uri, can_sign: false, input, batch }
    }

    pub(crate) fn that_can_sign(self, can_sign: bool) -> Self {
        Self { can_sign, ..self }
    }

    /// The entries of the call, where deciding took them to be read.
    pub(crate) fn into_batch(self) -> Option<Batch> {
        self.batch.into_inner()?.ok()
    }

    pub(crate) fn context(&self) -> CallContext<'_> {
        CallContext {
            service: self.service,
            operation: self.operation,
            region: region_in_signature(self.request),
            host: Some(self.uri.host),
            method: Some(self.request.method()),
            path: Some(self.uri.path),
            attempt: self.exact.map_or_else(|| Tries::of(self.request).attempt, |exact| exact.attempt),
            details: self,
        }
    }
}

impl Details for Call<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name)
    }

    fn input(&self, path: &str, places: &Places) -> Option<Cow<'_, str>> {
        self.input.member(path, places)
    }

    fn label(&self, name: &str) -> Option<Cow<'_, str>> {
        chaos_core::label(name).map(Cow::Owned)
    }

    // Hosts that are addresses are those of test servers, and change from run to run.
    fn input_key(&self) -> Option<u64> {
        let body = self.request.body().bytes()?;
        let host = self.uri.host;
        let is_local = host == "localhost" || host.parse::<IpAddr>().is_ok();
        let uri = self.request.uri();
        let asked = uri.find("://").and_then(|at| uri.get(at + 3..)).and_then(|rest| rest.split_once('/'));
        let asked = asked.map_or("", |(_, asked)| asked);
        let host = if is_local { "" } else { host };
        Some(chaos_core::decide::input_key(&[self.request.method(), host, asked], body))
    }

    // A decorated config may serve a credentials provider after all: STS and its
    // like are hit only by who names them.
    fn may_hit(&self, target: &Target) -> Result<(), &'static str> {
        let named = target.service.as_ref().is_some_and(Patterns::all_exact);
        match self.service {
            Some(service) if CREDENTIALS.contains(&service) && !named => {
                Err("calls to credential services that the target does not name exactly")
            }
            _ => Ok(()),
        }
    }

    fn can_make(&self, answer: &Answer) -> Result<(), &'static str> {
        match answer {
            Answer::Error(error) => error.for_service(self.service).map(drop),
            Answer::Pill(pills) => pills.can_play(self.service, self.operation),
            Answer::Partial(partial) => can_fail_partly(self, self.can_sign, partial),
            Answer::Corrupt(_) | Answer::SlowBody(_) if self.request.method() == "HEAD" => {
                Err("bodies of answers to HEAD requests: they have none")
            }
            Answer::Corrupt(_) | Answer::SlowBody(_) | Answer::Status(_) | Answer::Network(_) => Ok(()),
        }
    }

    fn can_make_with_body(&self, answer: &Answer) -> Result<(), &'static str> {
        match answer {
            Answer::Partial(partial) => match self.batch.get_or_init(|| batch(self)) {
                Ok(batch) => batch.can_fail(partial),
                Err(why) => Err(why),
            },
            _ => Ok(()),
        }
    }
}

/// The service id, in lower case without spaces.
pub(crate) fn service_of(request: &HttpRequest) -> Option<&str> {
    match request.extension::<Exact>() {
        Some(exact) => Some(exact.service.as_str()),
        None => service_in_user_agent(request),
    }
}

/// `.. api/kinesis/1.130.0 ..`. Hosts and signing names differ from service
/// ids, and some requests have neither; every SDK client sends this.
fn service_in_user_agent(request: &HttpRequest) -> Option<&str> {
    let headers = request.headers();
    let agent = headers.get("x-amz-user-agent").or_else(|| headers.get("user-agent"))?;
    let api = agent.split_ascii_whitespace().find_map(|word| word.strip_prefix("api/"))?;
    api.split(['/', '#']).next().filter(|service| !service.is_empty())
}

/// Which try of its call a request is, as `amz-sdk-request: attempt=2; max=3` tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tries {
    /// From 1.
    pub(crate) attempt: u32,
    /// How many there may be; `None` where that is not told.
    max: Option<u32>,
}

impl Tries {
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let told = request.headers().get("amz-sdk-request").unwrap_or_default();
        // So most of them are.
        if let Some(max) = told.strip_prefix("attempt=1; max=").and_then(|max| max.parse().ok()) {
            return Self { attempt: 1, max: Some(max) };
        }
        let (mut attempt, mut max) = (1, None);
        for field in told.split(';') {
            match field.trim().split_once('=') {
                Some(("attempt", number)) => attempt = number.parse().unwrap_or(1),
                Some(("max", number)) => max = number.parse().ok(),
                _ => {}
            }
        }
        Self { attempt, max }
    }

    /// Whether no retry can follow.
    pub(crate) fn is_last(self) -> bool {
        self.max.is_some_and(|max| self.attempt >= max)
    }
}

/// `Credential=<key>/<date>/<region>/<service>/aws4_request`. SigV4a signs for
/// a set of regions and names none here.
fn region_in_signature(request: &HttpRequest) -> Option<&str> {
    let signature = request.headers().get("authorization")?;
    let scope = signature.strip_prefix("AWS4-HMAC-SHA256 Credential=")?;
    // Access keys hold no slash.
    scope.split('/').nth(2)
}

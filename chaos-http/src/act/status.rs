//! Canned HTTP answers.

use chaos_core::spec::StatusFault;
use reqwest::{Method, Request, Response, ResponseBuilderExt};
use reqwest_middleware::{Error, Result};

/// What most services and proxies call it.
const REQUEST_ID: &str = "x-request-id";

/// The answer as it comes from the wire.
pub(super) fn response(fault: &StatusFault, request: &Request, request_id: &str) -> Result<Response> {
    let mut answer = http::Response::builder().status(fault.code).url(request.url().clone());
    // A request id among the spec's headers replaces ours.
    if !fault.headers.keys().any(|name| name.eq_ignore_ascii_case(REQUEST_ID)) {
        answer = answer.header(REQUEST_ID, request_id);
    }
    for (name, value) in &fault.headers {
        answer = answer.header(name, value);
    }
    let body = if has_body(fault.code, request.method()) { fault.body.clone() } else { String::new() };
    // Unreachable for what the door lets in.
    answer.body(body).map(Response::from).map_err(Error::middleware)
}

/// No peer sends one with these.
fn has_body(code: u16, method: &Method) -> bool {
    method != Method::HEAD && !matches!(code, 204 | 304)
}

//! Which protocol a request speaks.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use chaos_core::wire::{Protocol, Rest, Speech};

/// How the client of `service` wants to be answered.
pub(crate) fn speech(request: &HttpRequest, service: Option<&str>) -> Speech {
    Speech {
        protocol: protocol(request, service),
        query_mode: request.headers().get("x-amzn-query-mode").is_some(),
        bodiless: request.method() == "HEAD",
    }
}

/// The protocol, by what the SDK writes into each request of it. Only of REST
/// there are two, which requests do not tell apart, and services do.
pub(crate) fn protocol(request: &HttpRequest, service: Option<&str>) -> Protocol {
    let headers = request.headers();
    if headers.get("smithy-protocol") == Some("rpc-v2-cbor") {
        return Protocol::RpcV2Cbor;
    }
    match headers.get("content-type") {
        Some("application/x-amz-json-1.0") => Protocol::AwsJson10,
        Some("application/x-amz-json-1.1") => Protocol::AwsJson11,
        Some("application/x-www-form-urlencoded") if service == Some("ec2") => Protocol::Ec2Query,
        Some("application/x-www-form-urlencoded") => Protocol::AwsQuery,
        _ => Protocol::Rest(service.map(Rest::of).unwrap_or_default()),
    }
}

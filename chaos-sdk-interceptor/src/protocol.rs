//! Which protocol a request speaks.

use crate::uri::Uri;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use chaos_core::wire::{Protocol, Rest, Speech};

/// The media type of query requests.
const FORM: &str = "application/x-www-form-urlencoded";

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
///
/// A media type alone says nothing: with REST, applications may choose it.
pub(crate) fn protocol(request: &HttpRequest, service: Option<&str>) -> Protocol {
    match service.map(Rest::of).unwrap_or_default() {
        // The others speak nothing but one protocol, or one REST.
        Rest::Json => rpc(request, service).unwrap_or(Protocol::Rest(Rest::Json)),
        rest => Protocol::Rest(rest),
    }
}

/// The protocol, where the request is a remote procedure call.
fn rpc(request: &HttpRequest, service: Option<&str>) -> Option<Protocol> {
    let headers = request.headers();
    if request.method() != "POST" {
        return None;
    }
    match headers.get("content-type") {
        Some("application/x-amz-json-1.0") if headers.contains_key("x-amz-target") => {
            Some(Protocol::AwsJson10)
        }
        Some("application/x-amz-json-1.1") if headers.contains_key("x-amz-target") => {
            Some(Protocol::AwsJson11)
        }
        Some(FORM) if !is_query(request) => None,
        Some(FORM) if service == Some("ec2") => Some(Protocol::Ec2Query),
        Some(FORM) => Some(Protocol::AwsQuery),
        _ => is_cbor(request).then_some(Protocol::RpcV2Cbor),
    }
}

fn is_cbor(request: &HttpRequest) -> bool {
    request.headers().get("smithy-protocol") == Some("rpc-v2-cbor")
        && names_operation(Uri::of(request.uri()).path)
}

/// `/service/Granite/operation/PutMetricData`, behind the endpoint's own path.
fn names_operation(path: &str) -> bool {
    let operation = path.rsplit_once("/operation/").filter(|(_, operation)| !operation.is_empty());
    operation.is_some_and(|(service, _)| service.contains("/service/"))
}

/// Whether a form is sent to `/`, behind the endpoint's own path, and has an action.
fn is_query(request: &HttpRequest) -> bool {
    let path = Uri::of(request.uri()).path;
    let is_root = path.is_empty() || path.ends_with('/');
    // Of what the SDK compressed, nothing can be seen.
    is_root && (request.headers().contains_key("content-encoding") || has_action(request))
}

fn has_action(request: &HttpRequest) -> bool {
    let mut fields = request.body().bytes().unwrap_or_default().split(|byte| *byte == b'&');
    fields.any(|field| field.starts_with(b"Action="))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::{FORM, protocol};
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
    use aws_smithy_types::body::SdkBody;
    use chaos_core::wire::{Protocol, Rest};

    const JSON: &str = "application/x-amz-json-1.0";

    fn request(
        method: &str,
        path: &str,
        headers: &[(&'static str, &'static str)],
        body: &str,
    ) -> HttpRequest {
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method(method).unwrap();
        request.set_uri(format!("http://upstream.invalid{path}")).unwrap();
        headers.iter().for_each(|(name, value)| drop(request.headers_mut().insert(*name, *value)));
        request
    }

    #[test]
    fn each_protocol_is_told_by_what_it_always_has() {
        let form = [("content-type", FORM)];
        let gzip = [("content-type", FORM), ("content-encoding", "gzip")];
        let json = |version| [("content-type", version), ("x-amz-target", "Service.Operation")];
        let cbor = [("smithy-protocol", "rpc-v2-cbor"), ("content-type", "application/cbor")];
        let granite = "/service/Granite/operation/PutMetricData";
        let post = |path, headers: &[_], body| request("POST", path, headers, body);
        let cases = [
            ("sns", post("/", &form, "Action=Publish&Version=1"), Protocol::AwsQuery),
            ("sns", post("", &form, "Version=1&Action=Publish"), Protocol::AwsQuery),
            ("sns", post("/behind/a/proxy/", &form, "Action=Publish"), Protocol::AwsQuery),
            ("cloudwatch", post("/", &gzip, "\u{1f}\u{8b}"), Protocol::AwsQuery),
            ("ec2", post("/", &form, "Action=RunInstances"), Protocol::Ec2Query),
            ("dynamodb", post("/", &json(JSON), "{}"), Protocol::AwsJson10),
            ("kinesis", post("/", &json("application/x-amz-json-1.1"), "{}"), Protocol::AwsJson11),
            ("cloudwatch", post(granite, &cbor, ""), Protocol::RpcV2Cbor),
            ("cloudwatch", post(&format!("/proxy{granite}"), &cbor, ""), Protocol::RpcV2Cbor),
        ];
        for (service, request, expected) in cases {
            assert_eq!(protocol(&request, Some(service)), expected, "{service} {request:?}");
        }
    }

    #[test]
    fn nothing_that_an_application_may_set_makes_rest_another_protocol() {
        let settable = [
            vec![("content-type", FORM)],
            vec![("content-type", FORM), ("content-encoding", "gzip")],
            vec![("content-type", JSON)],
            vec![("content-type", "application/x-amz-json-1.1")],
            vec![("content-type", "application/cbor")],
        ];
        let calls = [
            ("s3", "PUT", "/bucket/key", Rest::S3),
            ("s3", "PUT", "/bucket/folder/", Rest::S3),
            ("s3", "POST", "/", Rest::S3),
            ("s3", "HEAD", "/", Rest::S3),
            ("s3control", "POST", "/", Rest::Xml),
            ("cloudfront", "POST", "/", Rest::Xml),
            ("route53", "POST", "/", Rest::Xml),
            ("lambda", "POST", "/2015-03-31/functions/f/invocations", Rest::Json),
            ("sagemakerruntime", "POST", "/endpoints/e/invocations", Rest::Json),
            ("mediastoredata", "PUT", "/folder/", Rest::Json),
        ];
        for headers in settable {
            for (service, method, path, rest) in calls {
                let request = request(method, path, &headers, "Action=Publish&x=y");
                assert_eq!(protocol(&request, Some(service)), Protocol::Rest(rest), "{service} {request:?}");
            }
        }
    }
}

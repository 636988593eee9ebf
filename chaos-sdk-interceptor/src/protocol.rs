//! Which protocol a request speaks.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

/// What tells answers apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// awsJson 1.0 and 1.1, with the media type of both ways.
    AwsJson(&'static str),
    /// awsQuery and ec2Query: a form in, XML out.
    Query,
    /// rpcv2Cbor.
    RpcV2Cbor,
    /// restJson, restXml, or none of AWS.
    Other,
}

impl Protocol {
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let headers = request.headers();
        if headers.get("smithy-protocol") == Some("rpc-v2-cbor") {
            return Self::RpcV2Cbor;
        }
        match headers.get("content-type") {
            Some("application/x-amz-json-1.0") => Self::AwsJson("application/x-amz-json-1.0"),
            Some("application/x-amz-json-1.1") => Self::AwsJson("application/x-amz-json-1.1"),
            Some("application/x-www-form-urlencoded") => Self::Query,
            _ => Self::Other,
        }
    }
}

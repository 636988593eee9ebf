//! An answer as it grows, and what every answer ends with.

use super::headers::Headers;
use super::{Encoded, Protocol, Rest, Speech};

/// S3's second request id.
pub(super) const HOST_ID: &str = "x-amz-id-2";

#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Headers,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// A body that is no document; a media type that a member names holds.
    pub(super) fn raw(&mut self, body: &[u8], media_type: &str) {
        self.body = body.to_vec();
        self.headers.set_default("content-type", media_type);
    }

    /// Adds the request id as the service's family names it, and makes body and
    /// headers agree.
    pub(super) fn finish(mut self, speech: &Speech, request_id: &str) -> Encoded {
        self.headers.set_default("content-type", media_type(speech.protocol));
        match speech.protocol {
            Protocol::Rest(Rest::S3) => {
                self.headers.set("x-amz-request-id", request_id);
                self.headers.set_default(HOST_ID, request_id);
            }
            _ => self.headers.set("x-amzn-requestid", request_id),
        }
        if speech.protocol == Protocol::RpcV2Cbor {
            self.headers.set("smithy-protocol", "rpc-v2-cbor");
        }
        // To a HEAD, the length is that of what a GET would have got.
        if speech.bodiless || matches!(self.status, 204 | 304) {
            self.body.clear();
        } else if self.headers.has("content-length") {
            self.headers.set("content-length", &self.body.len().to_string());
        }
        Encoded { status: self.status, headers: self.headers.into_inner(), body: self.body }
    }
}

/// A successful answer that has this body.
pub fn success(body: Vec<u8>, speech: &Speech, request_id: &str) -> Encoded {
    Answer { status: 200, headers: Headers::default(), body }.finish(speech, request_id)
}

/// The media type of a protocol's answers.
pub(super) fn media_type(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::AwsJson10 => "application/x-amz-json-1.0",
        Protocol::AwsJson11 => "application/x-amz-json-1.1",
        Protocol::AwsQuery | Protocol::Ec2Query => "text/xml",
        Protocol::RpcV2Cbor => "application/cbor",
        Protocol::Rest(Rest::Json) => "application/json",
        Protocol::Rest(Rest::Xml | Rest::S3) => "application/xml",
    }
}

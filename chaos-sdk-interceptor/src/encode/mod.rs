//! A service's own errors, on the wire, in the protocol that a request speaks.

mod aws_json;

use crate::act::answer;
use crate::protocol::Protocol;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use chaos_core::effect::ServiceError;

/// Why errors by name pass by requests of other protocols.
pub(crate) const NOT_YET: &str = "this version makes errors by name for the awsJson protocols only";

/// Headers and body of an error answer.
struct Encoded {
    headers: Vec<(String, String)>,
    body: String,
}

/// Whether an error by name can be made for this request.
pub(crate) fn can_encode(request: &HttpRequest) -> bool {
    matches!(Protocol::of(request), Protocol::AwsJson(_))
}

/// The answer that the SDK reads as `error`.
///
/// # Errors
/// Where the protocol is one that [`can_encode`] says no to.
pub(crate) fn error(
    error: &ServiceError,
    request: &HttpRequest,
    request_id: &str,
) -> Result<HttpResponse, ConnectorError> {
    let encoded = match Protocol::of(request) {
        Protocol::AwsJson(media_type) => aws_json::encode(error, media_type, request),
        Protocol::Query | Protocol::RpcV2Cbor | Protocol::Other => {
            return Err(ConnectorError::user(NOT_YET.into()));
        }
    };
    answer(error.status, encoded.body, request_id, encoded.headers.into_iter())
}

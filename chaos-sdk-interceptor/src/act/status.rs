//! Canned HTTP answers.

use super::Ended;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::HttpError;
use aws_smithy_types::body::SdkBody;
use chaos_core::spec::StatusFault;
use chaos_core::wire::Encoded;

/// The request id, which the SDK shows with errors.
const REQUEST_ID: &str = "x-amzn-requestid";

pub(super) fn response(fault: &StatusFault, request_id: &str) -> Ended {
    let headers = fault.headers.iter().map(|(name, value)| (name.clone(), value.clone()));
    // A request id among the spec's headers replaces ours.
    let ours = (REQUEST_ID.to_owned(), request_id.to_owned());
    let headers = std::iter::once(ours).chain(headers).collect();
    answer(Encoded { status: fault.code, headers, body: fault.body.clone().into_bytes() })
}

/// An answer as it comes from the wire; of headers given twice the last counts.
pub(super) fn answer(encoded: Encoded) -> Ended {
    let build = || -> Result<HttpResponse, HttpError> {
        let mut response = HttpResponse::new(encoded.status.try_into()?, SdkBody::from(encoded.body));
        for (name, value) in encoded.headers {
            response.headers_mut().try_insert(name, value)?;
        }
        Ok(response)
    };
    // Unreachable for what the door lets in.
    build().map_err(|error| ConnectorError::user(error.into()))
}

//! Canned HTTP answers.

use super::Ended;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::HttpError;
use aws_smithy_types::body::SdkBody;
use chaos_core::spec::StatusFault;

/// The request id, which the SDK shows with errors.
const REQUEST_ID: &str = "x-amzn-requestid";

pub(super) fn response(fault: &StatusFault, request_id: &str) -> Ended {
    let headers = fault.headers.iter().map(|(name, value)| (name.clone(), value.clone()));
    answer(fault.code, fault.body.clone(), request_id, headers)
}

/// An answer as it comes from the wire. A request id among `headers` replaces ours.
pub(crate) fn answer(
    status: u16,
    body: String,
    request_id: &str,
    headers: impl Iterator<Item = (String, String)>,
) -> Ended {
    let build = || -> Result<HttpResponse, HttpError> {
        let mut response = HttpResponse::new(status.try_into()?, SdkBody::from(body));
        response.headers_mut().try_insert(REQUEST_ID, request_id.to_owned())?;
        for (name, value) in headers {
            response.headers_mut().try_insert(name, value)?;
        }
        Ok(response)
    };
    // Unreachable for what the door lets in.
    build().map_err(|error| ConnectorError::user(error.into()))
}

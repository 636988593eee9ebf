//! What a call is answered with, in the words of DynamoDB's wire protocol.

use dynoxide::DynoxideError;
use serde_json::json;

/// The media type of every request and answer.
pub(super) const MEDIA_TYPE: &str = "application/x-amz-json-1.0";

/// The header that names an answer, for logs and error messages.
pub(super) const REQUEST_ID: &str = "x-amzn-requestid";

/// The header that names the operation.
pub(super) const TARGET: &str = "x-amz-target";

/// The operation that a request's `x-amz-target` names; empty (which is no
/// operation) where it is absent or of another service.
pub(super) fn operation(target: Option<&str>) -> &str {
    target.and_then(|target| target.strip_prefix("DynamoDB_20120810.")).unwrap_or_default()
}

/// What one call is answered with.
///
/// Errors are answers too: their body has `__type` and a message, as DynamoDB
/// writes them, so that an SDK reads them as its modelled errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status: 200, 400 for what the caller did wrong, 500.
    pub status: u16,
    /// JSON.
    pub body: Vec<u8>,
}

impl Answer {
    /// A successful answer.
    pub(super) fn ok(body: Vec<u8>) -> Self {
        Self { status: 200, body }
    }

    /// An error named as DynamoDB's front door names its own.
    pub(super) fn error(status: u16, kind: &str, message: &str) -> Self {
        let kind = format!("com.amazon.coral.service#{kind}");
        let body = json!({ "__type": kind, "message": message });
        Self { status, body: body.to_string().into_bytes() }
    }

    /// The operation does not exist, or the engine does not have it.
    pub(super) fn unknown_operation() -> Self {
        let message = "The embedded engine does not know this operation.";
        Self::error(400, "UnknownOperationException", message)
    }

    /// The engine itself failed; SDKs retry this.
    pub(super) fn internal(message: &str) -> Self {
        Self::error(500, "InternalServerError", message)
    }
}

impl From<DynoxideError> for Answer {
    fn from(error: DynoxideError) -> Self {
        Self { status: error.status_code(), body: error.to_json().into_bytes() }
    }
}

#[cfg(test)]
mod tests {
    use super::operation;

    #[test]
    fn an_operation_is_taken_from_dynamodb_targets_only() {
        assert_eq!(operation(Some("DynamoDB_20120810.GetItem")), "GetItem");
        for none in [None, Some("GetItem"), Some("DynamoDBStreams_20120810.GetRecords")] {
            assert_eq!(operation(none), "", "{none:?}");
        }
    }
}

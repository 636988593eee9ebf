//! From the SDK's errors to ours.

use super::StoreError;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use std::error::Error;

/// Why a read, or a write that may be repeated without harm, failed.
pub(super) fn failure<E>(table: &str, error: &SdkError<E, HttpResponse>) -> StoreError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let message = message(error);
    let SdkError::ServiceError(service) = error else { return StoreError::Unreachable { message } };
    match service.err().code().unwrap_or_default() {
        "ResourceNotFoundException" | "TableNotFoundException" => {
            StoreError::TableMissing { table: table.to_owned() }
        }
        "AccessDeniedException"
        | "AccessDenied"
        | "UnrecognizedClientException"
        | "InvalidSignatureException"
        | "IncompleteSignature"
        | "MissingAuthenticationTokenException" => StoreError::Denied { message },
        "ProvisionedThroughputExceededException"
        | "ThrottlingException"
        | "Throttling"
        | "RequestLimitExceeded"
        | "RequestThrottledException" => StoreError::Throttled { message },
        // Credentials that have expired are renewed; nobody took the right away.
        "ExpiredTokenException" => StoreError::Unreachable { message },
        _ if service.raw().status().is_server_error() => StoreError::Unreachable { message },
        _ => StoreError::Invalid { message },
    }
}

/// Why a write failed of which it matters whether it was done.
pub(super) fn write_failure<E>(table: &str, error: &SdkError<E, HttpResponse>) -> StoreError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let never_sent = matches!(error, SdkError::ConstructionFailure(_))
        || matches!(error, SdkError::DispatchFailure(failure) if failure.is_user());
    match failure(table, error) {
        StoreError::Unreachable { message } if !never_sent => StoreError::Ambiguous { message },
        other => other,
    }
}

/// Why a transaction was cancelled, item by item: `None`, `ConditionalCheckFailed`, ...
pub(super) fn cancellation(error: &SdkError<TransactWriteItemsError, HttpResponse>) -> Option<Vec<String>> {
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error.as_service_error()? else {
        return None;
    };
    let code = |reason: &aws_sdk_dynamodb::types::CancellationReason| {
        let message = reason.message().map(|message| format!(": {message}")).unwrap_or_default();
        format!("{}{message}", reason.code().unwrap_or("None"))
    };
    Some(cancelled.cancellation_reasons().iter().map(code).collect())
}

/// The error with what caused it, in one line.
fn message(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let part = error.to_string();
        // Wrappers repeat what they wrap.
        if parts.last().is_none_or(|last| !last.contains(&part)) {
            parts.push(part);
        }
        next = error.source();
    }
    let text = parts.join(": ");
    match text.char_indices().nth(400) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

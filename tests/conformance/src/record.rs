//! What came of a call, with the SDK's types taken off.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::{ErrorMetadata, ProvideErrorMetadata};
use aws_types::request_id::RequestId;
use std::fmt::Debug;

/// The output as its `Debug` writes it, or the failure.
pub type Record = Result<String, Failure>;

/// A failed call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The error's code.
    pub code: Option<String>,
    /// Its message.
    pub message: Option<String>,
    /// The variant of the operation's error; `Unhandled` where it has none.
    pub variant: Option<String>,
    /// The id of the request.
    pub request_id: Option<String>,
    /// All of it, for people.
    pub debug: String,
}

/// Takes the types off.
pub fn record<T, E>(answer: Result<T, SdkError<E, HttpResponse>>) -> Record
where
    T: Debug,
    E: ProvideErrorMetadata + Debug,
{
    match answer {
        Ok(output) => Ok(format!("{output:?}")),
        Err(SdkError::ServiceError(error)) => {
            let error = error.into_err();
            Err(Failure::of(format!("{error:?}"), error.meta()))
        }
        Err(other) => Err(Failure { debug: format!("{other:?}"), ..Failure::default() }),
    }
}

impl Failure {
    fn of(debug: String, meta: &ErrorMetadata) -> Self {
        Self {
            code: meta.code().map(ToOwned::to_owned),
            message: meta.message().map(ToOwned::to_owned),
            variant: debug.split('(').next().map(ToOwned::to_owned),
            request_id: meta.request_id().map(ToOwned::to_owned),
            debug,
        }
    }
}

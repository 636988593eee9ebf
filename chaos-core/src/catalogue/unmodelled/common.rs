//! What any service may send: the common errors of the API references, and names of throttling.

use super::Names;

/// Whatever the protocol.
#[rustfmt::skip]
pub(super) const ANY: Names = &[
    (400, &[
        "InvalidAction", "MalformedHttpRequestException", "RequestAbortedException", "RequestExpired",
        "RequestThrottledException", "SerializationException", "ThrottledException", "Throttling",
        "ValidationError", "ValidationException",
    ]),
    (403, &[
        "AccessDenied", "ExpiredToken", "InvalidClientTokenId", "MissingAuthenticationToken",
        "OptInRequired", "RequestThrottled", "SignatureDoesNotMatch",
    ]),
    (408, &[
        "RequestTimeoutException",
    ]),
    (413, &[
        "RequestEntityTooLargeException",
    ]),
    (500, &[
        "InternalError", "InternalFailure", "InternalServerError", "InternalServerException",
        "InternalServiceError",
    ]),
    (503, &[
        "RequestLimitExceeded", "ServiceUnavailable", "ServiceUnavailableException",
    ]),
];

/// Services of awsJson and CBOR.
#[rustfmt::skip]
pub(super) const RPC: Names = &[
    (400, &[
        "AccessDeniedException", "ExpiredTokenException", "IncompleteSignature",
        "IncompleteSignatureException", "InvalidSignatureException", "MissingAuthenticationTokenException",
        "NotAuthorized", "ThrottlingException", "TooManyRequestsException", "UnknownOperationException",
        "UnrecognizedClientException",
    ]),
];

/// Services of restJson.
#[rustfmt::skip]
pub(super) const REST: Names = &[
    (401, &[
        "NotAuthorized",
    ]),
    (403, &[
        "AccessDeniedException", "ExpiredTokenException", "IncompleteSignature",
        "IncompleteSignatureException", "InvalidSignatureException", "MissingAuthenticationTokenException",
        "UnrecognizedClientException",
    ]),
    (404, &[
        "UnknownOperationException",
    ]),
    (429, &[
        "ThrottlingException", "TooManyRequestsException",
    ]),
];

/// Services of awsQuery, ec2Query and restXml.
#[rustfmt::skip]
pub(super) const QUERY: Names = &[
    (400, &[
        "IncompleteSignature", "InvalidParameterCombination", "InvalidParameterValue",
        "InvalidQueryParameter", "MissingAction", "MissingParameter", "NotAuthorized",
        "ThrottlingException", "TooManyRequestsException",
    ]),
    (403, &[
        "AccessDeniedException", "ExpiredTokenException",
    ]),
    (404, &[
        "MalformedQueryString",
    ]),
];

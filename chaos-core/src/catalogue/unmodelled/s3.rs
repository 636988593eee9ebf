//! S3: the codes of its API reference, most of which it does not model.

use super::Names;

/// Redirects are left out: they are no errors to a client.
#[rustfmt::skip]
pub(super) const S3: Names = &[
    (400, &[
        "AmbiguousGrantByEmailAddress", "AuthorizationHeaderMalformed", "AuthorizationQueryParametersError",
        "BadDigest", "ConnectionClosedByRequester", "CredentialsNotSupported", "EntityTooLarge",
        "EntityTooSmall", "ExpiredToken", "IllegalLocationConstraintException",
        "IllegalVersioningConfigurationException", "IncompleteBody", "IncorrectEndpoint",
        "IncorrectNumberOfFilesInPostRequest", "InlineDataTooLarge", "InvalidAccessPoint",
        "InvalidAccessPointAliasError", "InvalidArgument", "InvalidBucketAclWithObjectOwnership",
        "InvalidBucketName", "InvalidDigest", "InvalidEncryptionAlgorithmError", "InvalidHostHeader",
        "InvalidHttpMethod", "InvalidLocationConstraint", "InvalidPart", "InvalidPartOrder",
        "InvalidPolicyDocument", "InvalidRequest", "InvalidSessionException", "InvalidSignature",
        "InvalidSOAPRequest", "InvalidStorageClass", "InvalidTag", "InvalidTargetBucketForLogging",
        "InvalidToken", "InvalidURI", "KeyTooLongError", "KMS.DisabledException",
        "KMS.InvalidKeyUsageException", "KMS.KMSInvalidStateException", "KMS.NotFoundException",
        "MalformedACLError", "MalformedPolicy", "MalformedPOSTRequest", "MalformedXML",
        "MaxMessageLengthExceeded", "MaxPostPreDataLengthExceededError", "MetadataTooLarge",
        "MissingAttachment", "MissingRequestBodyError", "MissingSecurityElement", "MissingSecurityHeader",
        "NoLoggingStatusForKey", "RequestHeaderSectionTooLarge", "RequestIsNotMultiPartContent",
        "RequestTimeout", "RequestTorrentOfBucketError", "ServerSideEncryptionConfigurationMismatch",
        "TokenCodeInvalidError", "TokenRefreshRequired", "TooManyBuckets",
        "TooManyMultiRegionAccessPointregionsError", "UnexpectedContent", "UnresolvableGrantByEmailAddress",
        "UnsupportedArgument", "UnsupportedSignature", "UserKeyMustBeSpecified",
        "XAmzContentSHA256Mismatch",
    ]),
    (403, &[
        "AccessDenied", "AccountProblem", "AllAccessDisabled", "CrossLocationLoggingProhibited",
        "InvalidAccessKeyId", "InvalidObjectState", "InvalidPayer", "InvalidSecurity", "NotSignedUp",
        "RequestTimeTooSkewed", "SignatureDoesNotMatch", "UnauthorizedAccess", "UnauthorizedAccessError",
    ]),
    (404, &[
        "NoSuchAccessPoint", "NoSuchAccessPointPolicy", "NoSuchAsyncRequest", "NoSuchBucket",
        "NoSuchBucketPolicy", "NoSuchConfiguration", "NoSuchCORSConfiguration", "NoSuchKey",
        "NoSuchLifecycleConfiguration", "NoSuchMultiRegionAccessPoint", "NoSuchObjectLockConfiguration",
        "NoSuchPublicAccessBlockConfiguration", "NoSuchTagSet", "NoSuchUpload", "NoSuchVersion",
        "NoSuchWebsiteConfiguration", "ObjectLockConfigurationNotFoundError",
        "OwnershipControlsNotFoundError", "ReplicationConfigurationNotFoundError",
        "ServerSideEncryptionConfigurationNotFoundError",
    ]),
    (405, &[
        "MethodNotAllowed",
    ]),
    (409, &[
        "BucketAlreadyExists", "BucketAlreadyOwnedByYou", "BucketHasAccessPointsAttached", "BucketNotEmpty",
        "ClientTokenConflict", "ConditionalRequestConflict", "DeviceNotActiveError", "InvalidBucketState",
        "MultiRegionAccessPointAlreadyOwnedByYou", "MultiRegionAccessPointSameBucketRegion",
        "OperationAborted", "RestoreAlreadyInProgress",
    ]),
    (411, &[
        "MissingContentLength",
    ]),
    (412, &[
        "PreconditionFailed",
    ]),
    (416, &[
        "InvalidRange",
    ]),
    (500, &[
        "InternalError",
    ]),
    (501, &[
        "NotImplemented",
    ]),
    (503, &[
        "Busy", "ServiceUnavailable", "SlowDown",
    ]),
];

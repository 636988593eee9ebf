//! Names that AWS sends without modelling them.

use crate::service;
use chaos_core::catalogue::unmodelled;

#[test]
fn they_are_known_with_their_statuses() {
    let expected = [
        ("ec2", "InvalidInstanceID.NotFound", 400),
        ("ec2", "UnauthorizedOperation", 403),
        ("ec2", "RequestLimitExceeded", 503),
        ("ec2", "InsufficientInstanceCapacity", 500),
        ("ec2", "BandwidthLimitExceeded", 509),
        ("ec2", "Unavailable", 503),
        ("s3", "SlowDown", 503),
        ("s3", "NoSuchBucketPolicy", 404),
        ("s3", "NoSuchTagSet", 404),
        ("s3", "ReplicationConfigurationNotFoundError", 404),
        ("s3", "PreconditionFailed", 412),
        ("s3", "InternalError", 500),
        ("s3", "ExpiredToken", 400),
        ("cloudformation", "ValidationError", 400),
        ("sts", "AccessDenied", 403),
        ("sns", "Throttling", 400),
        ("kinesis", "AccessDeniedException", 400),
        ("kinesis", "ThrottlingException", 400),
        ("lambda", "AccessDeniedException", 403),
        ("lambda", "ThrottlingException", 429),
        ("dynamodb", "UnrecognizedClientException", 400),
        ("route53", "ExpiredToken", 403),
        ("sqs", "RequestThrottled", 403),
        ("glue", "InternalFailure", 500),
    ];
    for (id, name, status) in expected {
        let found = unmodelled(service(id), name).unwrap_or_else(|| panic!("{id} {name}"));
        assert_eq!((found.code, found.status), (name, status), "{id}");
        assert_eq!(unmodelled(service(id), &name.to_lowercase()), Some(found), "{id}");
    }
}

#[test]
fn names_of_others_and_invented_ones_are_not() {
    for (id, name) in [
        ("kinesis", "InvalidInstanceID.NotFound"),
        ("ec2", "NoSuchBucketPolicy"),
        ("kinesis", "ProvisionedThroughputExceded"),
        ("kinesis", ""),
    ] {
        assert_eq!(unmodelled(service(id), name), None, "{id} {name}");
    }
}

#[test]
fn they_are_offered_where_a_name_is_like_them() {
    assert_eq!(service("ec2").near_errors("InvalidInstanceId.NotFoun")[0], "InvalidInstanceID.NotFound");
    assert_eq!(service("s3").near_errors("SlowDwon")[0], "SlowDown");
}

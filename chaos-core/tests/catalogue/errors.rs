//! Errors as the services send them.

use crate::service;
use chaos_core::catalogue::{Catalogue, Retry};
use chaos_core::wire::{Place, Shape};

#[test]
fn everything_decodes() {
    for service in Catalogue::embedded().services() {
        assert!(!service.service_id().is_empty() && !service.signing_name().is_empty());
        assert!(service.protocols().next().is_some(), "{service:?}");
        for error in service.errors() {
            assert!(!error.name().is_empty(), "{service:?}");
            assert!(matches!(error.schema().unwrap().root(), Shape::Structure(_)), "{error:?}");
        }
        for operation in service.operations() {
            assert!(!operation.name().is_empty() && operation.errors().all(|error| !error.name().is_empty()));
        }
    }
}

#[test]
fn errors_are_as_the_services_send_them() {
    // (service, name, code, status, query code)
    let expected = [
        ("sns", "NotFoundException", "NotFound", 404, None),
        (
            "sqs",
            "QueueDoesNotExist",
            "QueueDoesNotExist",
            400,
            Some("AWS.SimpleQueueService.NonExistentQueue"),
        ),
        (
            "dynamodb",
            "ProvisionedThroughputExceededException",
            "ProvisionedThroughputExceededException",
            400,
            None,
        ),
        ("dynamodb", "InternalServerError", "InternalServerError", 500, None),
        ("lambda", "TooManyRequestsException", "TooManyRequestsException", 429, None),
        ("s3", "NoSuchKey", "NoSuchKey", 404, None),
        (
            "cloudwatch",
            "InvalidParameterValueException",
            "InvalidParameterValueException",
            400,
            Some("InvalidParameterValue"),
        ),
        ("kinesis", "ExpiredIteratorException", "ExpiredIteratorException", 400, None),
        ("iam", "NoSuchEntityException", "NoSuchEntity", 404, None),
    ];
    for (id, name, code, status, query_code) in expected {
        let error = service(id).error(name).unwrap_or_else(|| panic!("{id} {name}"));
        assert_eq!(
            (error.code(), error.status(), error.query_code()),
            (code, status, query_code),
            "{id} {name}"
        );
    }
}

#[test]
fn both_sides_of_an_error_are_known() {
    let throughput = service("kinesis").error("ProvisionedThroughputExceededException").unwrap();
    assert!(throughput.is_sender_fault());
    assert_eq!(throughput.retry(), Retry::None);
    assert!(!service("dynamodb").error("InternalServerError").unwrap().is_sender_fault());
    let throttled = service("accessanalyzer").error("ThrottlingException").unwrap();
    assert_eq!((throttled.status(), throttled.retry()), (429, Retry::Throttling));
}

#[test]
fn members_of_errors_say_where_they_go() {
    let error = service("lambda").error("TooManyRequestsException").unwrap();
    let schema = error.schema().unwrap();
    let Shape::Structure(members) = schema.root() else { panic!("{schema:?}") };
    let member = |name: &str| members.iter().find(|member| &*member.name == name).unwrap();
    assert_eq!(member("retryAfterSeconds").wire.as_deref(), Some("Retry-After"));
    assert_eq!(member("retryAfterSeconds").place, Place::Header);
    assert_eq!(member("message").place, Place::Body);
}

#[test]
fn operations_name_their_errors() {
    let of = |id: &str, operation: &str| -> Vec<_> {
        service(id).operation(operation).unwrap().errors().map(|error| error.name()).collect()
    };
    assert_eq!(
        of("kinesis", "PutRecords"),
        [
            "AccessDeniedException",
            "DryRunOperationException",
            "InternalFailureException",
            "InvalidArgumentException",
            "KMSAccessDeniedException",
            "KMSDisabledException",
            "KMSInvalidStateException",
            "KMSNotFoundException",
            "KMSOptInRequired",
            "KMSThrottlingException",
            "ProvisionedThroughputExceededException",
            "ResourceNotFoundException",
        ]
    );
    assert_eq!(of("s3", "HeadObject"), ["NoSuchKey"]);
    assert_eq!(service("ec2").errors().len(), 0);
}

#[test]
fn no_name_is_another_in_the_other_case() {
    for service in Catalogue::embedded().services() {
        let mut names: Vec<_> = service.errors().map(|error| error.name().to_lowercase()).collect();
        let codes = service.errors().map(|error| error.code().to_lowercase());
        let own: Vec<_> = codes.filter(|code| !names.contains(code)).collect();
        names.extend(own);
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "{service:?}");
    }
}

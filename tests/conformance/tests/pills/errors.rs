//! Recorded errors come out as the variant that the client has for them, with
//! the code, the message and the request id that were recorded.

use crate::{failed, play};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError as TransactError;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::operation::{RequestId, RequestIdExt};
use conformance::{Failure, services};
use serde_json::json;

/// Service and operation, status, recorded code, and the variant.
type Case = (&'static str, &'static str, u16, &'static str, &'static str);

const CASES: [Case; 14] = [
    ("dynamodb", "DescribeTable", 400, "ResourceNotFoundException", "ResourceNotFoundException"),
    ("kinesis", "PutRecords", 400, "KMSThrottlingException", "KmsThrottlingException"),
    ("secretsmanager", "GetSecretValue", 400, "DecryptionFailure", "DecryptionFailure"),
    ("iam", "GetUser", 404, "NoSuchEntity", "NoSuchEntityException"),
    ("sns", "GetTopicAttributes", 404, "NotFound", "NotFoundException"),
    ("sts", "AssumeRole", 403, "RegionDisabledException", "RegionDisabledException"),
    ("lambda", "GetFunction", 404, "ResourceNotFoundException", "ResourceNotFoundException"),
    ("route53", "GetHostedZone", 404, "NoSuchHostedZone", "NoSuchHostedZone"),
    ("s3", "GetObject", 404, "NoSuchKey", "NoSuchKey"),
    ("cloudwatch", "GetDashboard", 404, "ResourceNotFound", "DashboardNotFoundError"),
    // Recorders that spoke the query protocol, and such that did not.
    ("sqs", "GetQueueUrl", 400, QUERY_CODE, NO_QUEUE),
    ("sqs", "GetQueueUrl", 400, NO_QUEUE, NO_QUEUE),
    // Sent by the services, and not modelled.
    ("s3", "GetBucketPolicy", 404, "NoSuchBucketPolicy", "Unhandled"),
    ("iam", "GetUser", 403, "AccessDenied", "Unhandled"),
];

const NO_QUEUE: &str = "QueueDoesNotExist";
/// What the client calls it, whoever recorded it.
const QUERY_CODE: &str = "AWS.SimpleQueueService.NonExistentQueue";

#[tokio::test]
async fn recorded_errors_are_typed() {
    for (service, operation, status, recorded, variant) in CASES {
        let failure = fail(service, operation, status, recorded).await;
        let seen = (failure.code.as_deref(), failure.variant.as_deref(), failure.message.as_deref());
        let code = if recorded == NO_QUEUE { QUERY_CODE } else { recorded };
        let message = format!("recorded: {recorded}");
        assert_eq!(seen, (Some(code), Some(variant), Some(message.as_str())), "{service}: {failure:?}");
        assert_eq!(failure.request_id.as_deref(), Some("recorded-1"), "{service}: {failure:?}");
    }
}

async fn fail(service: &str, operation: &str, status: u16, code: &str) -> Failure {
    let played = play(service, operation, &failed(status, code));
    let mut services = services(&played.config).into_iter();
    let calls = services.find(|one| one.name == service).unwrap().calls;
    calls.into_iter().find(|call| call.operation == operation).unwrap().run().await.unwrap_err()
}

#[tokio::test]
async fn members_beside_the_error_come_along() {
    let mut pill = failed(400, "TransactionCanceledException");
    pill["data"]["CancellationReasons"] = json!([{"Code": "None"}, {"Code": "ConditionalCheckFailed"}]);
    let played = play("dynamodb", "TransactWriteItems", &pill);
    let dynamodb = aws_sdk_dynamodb::Client::new(&played.config);
    let error = dynamodb.transact_write_items().send().await.unwrap_err().into_service_error();
    let TransactError::TransactionCanceledException(error) = error else {
        panic!("another variant: {error:?}");
    };
    assert_eq!(error.cancellation_reasons()[1].code(), Some("ConditionalCheckFailed"));
}

#[tokio::test]
async fn both_request_ids_of_s3_come_along() {
    let mut pill = failed(404, "NoSuchKey");
    pill["data"]["ResponseMetadata"]["HostId"] = json!("recorded-2");
    let played = play("s3", "GetObject", &pill);
    let get = aws_sdk_s3::Client::new(&played.config).get_object().bucket("orders").key("k");
    let error = get.send().await.unwrap_err().into_service_error();
    assert!(error.is_no_such_key(), "{error:?}");
    assert_eq!(
        (error.meta().request_id(), error.meta().extended_request_id()),
        (Some("recorded-1"), Some("recorded-2"))
    );
}

#[tokio::test]
async fn a_media_type_of_the_applications_own_changes_no_protocol() {
    let played = play("s3", "PutObject", &failed(404, "NoSuchBucket"));
    let s3 = aws_sdk_s3::Client::new(&played.config);
    for media_type in ["application/x-www-form-urlencoded", "application/x-amz-json-1.0"] {
        let put = s3.put_object().bucket("orders").key("k").content_type(media_type);
        let error = put.body(b"Action=Publish".to_vec().into()).send().await.unwrap_err();
        assert_eq!(error.code(), Some("NoSuchBucket"), "{media_type}: {error:?}");
    }
}

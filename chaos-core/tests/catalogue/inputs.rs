//! The members of inputs, and where they lie in requests.

use crate::service;
use chaos_core::catalogue::Catalogue;
use chaos_core::input::{Place, Places};

fn place(of: &str, operation: &str, member: &str) -> Option<Place> {
    Places::default().of(Some(of), Some(operation), member)
}

#[test]
fn every_operation_has_the_members_of_its_definition() {
    let operations = || Catalogue::embedded().services().flat_map(|service| service.operations());
    assert_eq!(operations().flat_map(|operation| operation.inputs()).count(), 70_004);
    let put = service("kinesis").operation("PutRecord").unwrap();
    let names: Vec<_> = put.inputs().map(|input| input.name()).collect();
    let all = [
        "Data",
        "DryRun",
        "ExplicitHashKey",
        "PartitionKey",
        "SequenceNumberForOrdering",
        "StreamARN",
        "StreamId",
        "StreamName",
    ];
    assert_eq!(names, all);
    assert!(put.inputs().all(|input| input.place().is_none()), "all in the body");
}

#[test]
fn places_are_those_of_the_definitions() {
    let path = |segment, of, rest| Some(Place::Path { segment, of, rest });
    assert_eq!(place("s3", "GetObject", "Bucket"), path(0, 2, Some(1)));
    assert_eq!(place("s3", "getobject", "Key"), path(1, 2, Some(1)));
    assert_eq!(place("s3", "ListObjectsV2", "Bucket"), path(0, 1, None));
    assert_eq!(place("s3", "ListObjectsV2", "Prefix"), Some(Place::Query("prefix".into())));
    assert_eq!(place("s3", "PutObject", "ContentType"), Some(Place::Header("content-type".into())));
    assert_eq!(place("s3", "PutObject", "Metadata.color"), Some(Place::Headers("x-amz-meta-".into())));
    assert_eq!(place("s3", "PutBucketTagging", "Tagging.TagSet.0.Key"), Some(Place::Payload));
    assert_eq!(place("lambda", "Invoke", "FunctionName"), path(2, 4, None));
    assert_eq!(place("lambda", "Invoke", "Payload.id"), Some(Place::Payload));
    assert_eq!(place("route53", "ChangeResourceRecordSets", "HostedZoneId"), path(2, 4, None));
    assert_eq!(place("apigateway", "GetRestApi", "restApiId"), path(1, 2, None));
    assert_eq!(place("mq", "CreateBroker", "BrokerName"), Some(Place::Body("brokerName".into())));
    assert_eq!(place("ec2", "TerminateInstances", "InstanceIds.0"), Some(Place::Body("InstanceId".into())));
    assert_eq!(
        place("ec2", "CreateSecurityGroup", "Description"),
        Some(Place::Body("GroupDescription".into()))
    );
    assert_eq!(place("kinesis", "PutRecord", "StreamName"), None);
    assert_eq!(place("kinesis", "PutRecord", "Nothing"), None);
    assert_eq!(place("none", "PutRecord", "StreamName"), None);
    assert_eq!(Places::default().of(None, Some("GetObject"), "Bucket"), None);
}

/// What a reader takes for granted.
#[test]
fn labels_lie_within_their_paths() {
    for service in Catalogue::embedded().services() {
        for operation in service.operations() {
            for place in operation.inputs().filter_map(|input| input.place()) {
                if let Place::Path { segment, of, rest } = place {
                    assert!(segment < of && rest.is_none_or(|rest| rest < of), "{operation:?} {place:?}");
                }
            }
        }
    }
}

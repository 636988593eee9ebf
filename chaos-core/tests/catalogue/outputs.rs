//! What successful answers are like.

use crate::service;
use chaos_core::catalogue::Catalogue;
use chaos_core::wire::{Member, Output, Place, Protocol, Rest, Schema, Shape, TimeFormat};

fn output(id: &str, operation: &str) -> Output {
    service(id).operation(operation).unwrap().output().unwrap()
}

fn member<'s>(schema: &'s Schema, shape: &'s Shape, name: &str) -> (&'s Member, &'s Shape) {
    let Shape::Structure(members) = shape else { panic!("{shape:?}") };
    let member = members.iter().find(|member| &*member.name == name).unwrap_or_else(|| panic!("{name}"));
    (member, schema.shape(member.shape))
}

#[test]
fn every_output_decodes_but_streams_of_events() {
    let mut events = 0;
    for operation in Catalogue::embedded().services().flat_map(|service| service.operations()) {
        match operation.output() {
            Some(output) => assert!((200..300).contains(&output.status), "{operation:?}"),
            None => assert!(operation.has_events(), "{operation:?}"),
        }
        events += usize::from(operation.has_events());
    }
    assert_eq!(events, 25);
}

#[test]
fn outputs_are_as_the_services_send_them() {
    // (service, operation, status, root)
    let expected = [
        ("s3", "ListBuckets", 200, Some("ListAllMyBucketsResult")),
        ("s3", "ListObjectsV2", 200, Some("ListBucketResult")),
        ("s3", "GetBucketLocation", 200, Some("LocationConstraint")),
        ("s3", "CopyObject", 200, Some("CopyObjectResult")),
        ("s3", "GetObject", 200, None),
        ("s3", "PutObject", 200, None),
        ("s3control", "ListStorageLensConfigurations", 200, Some("ListStorageLensConfigurationResult")),
        ("route53", "CreateHostedZone", 201, Some("CreateHostedZoneResponse")),
        ("cloudfront", "GetDistribution", 200, Some("Distribution")),
        ("lambda", "CreateFunction", 201, None),
        ("sqs", "PurgeQueue", 200, None),
    ];
    for (id, operation, status, root) in expected {
        let output = output(id, operation);
        assert_eq!((output.status, output.root.as_deref()), (status, root), "{id} {operation}");
    }
    let nothing = output("sqs", "PurgeQueue");
    assert_eq!(nothing.schema.shapes(), [Shape::Structure(vec![])]);
    assert_eq!(
        output("ec2", "DescribeRegions").namespace.as_deref(),
        Some("http://ec2.amazonaws.com/doc/2016-11-15")
    );
}

#[test]
fn members_say_where_they_go() {
    let get = output("s3", "GetObject");
    let of = |name| member(&get.schema, get.schema.root(), name);
    assert_eq!((of("Body").0.place, of("Body").1), (Place::Payload, &Shape::Blob));
    assert_eq!(of("Metadata").0.place, Place::Headers);
    assert_eq!(of("Metadata").0.wire.as_deref(), Some("x-amz-meta-"));
    assert_eq!(of("ETag").0.place, Place::Header);
    assert_eq!(of("Expires").1, &Shape::Timestamp(None), "botocore's own correction is merged in");
    let send = output("dataexchange", "SendApiAsset");
    let headers = member(&send.schema, send.schema.root(), "ResponseHeaders").0;
    assert_eq!((headers.place, headers.wire.as_deref()), (Place::Headers, Some("")), "every header");
    let invoke = output("lambda", "Invoke");
    assert_eq!(member(&invoke.schema, invoke.schema.root(), "StatusCode").0.place, Place::Status);
}

#[test]
fn names_and_forms_in_xml_are_known() {
    let list = output("s3", "ListObjectsV2");
    let contents = member(&list.schema, list.schema.root(), "Contents").1;
    assert!(matches!(contents, Shape::List { flattened: true, .. }), "{contents:?}");
    let acl = output("s3", "GetBucketAcl");
    let grants = member(&acl.schema, acl.schema.root(), "Grants");
    assert_eq!(grants.0.wire.as_deref(), Some("AccessControlList"));
    let Shape::List { of, element: Some(element), flattened: false } = grants.1 else { panic!("{grants:?}") };
    assert_eq!(&**element, "Grant");
    let grantee = member(&acl.schema, acl.schema.shape(*of), "Grantee").1;
    let kind = member(&acl.schema, grantee, "Type").0;
    assert_eq!((kind.attribute, kind.wire.as_deref()), (true, Some("xsi:type")));
    // Flattened by what refers to it.
    let lifecycle = output("s3", "GetBucketLifecycleConfiguration").schema;
    let flat = lifecycle.shapes().iter().filter(|shape| matches!(shape, Shape::List { flattened: true, .. }));
    assert!(flat.count() >= 2);
}

#[test]
fn leaves_are_told_apart() {
    let put = output("kinesis", "DescribeStream").schema;
    assert!(put.shapes().contains(&Shape::Timestamp(None)));
    let has = |id, operation, shape: Shape| output(id, operation).schema.shapes().contains(&shape);
    assert!(has("cloudwatch", "GetMetricStatistics", Shape::Double));
    assert!(has("rekognition", "DetectFaces", Shape::Float));
    assert!(has("apigatewayv2", "GetApis", Shape::Timestamp(Some(TimeFormat::Iso8601))));
    assert!(has("bedrockruntime", "Converse", Shape::Document));
    assert!(has("dynamodb", "GetItem", Shape::Blob));
}

#[test]
fn shapes_may_contain_themselves() {
    let item = output("dynamodb", "GetItem");
    let (_, map) = member(&item.schema, item.schema.root(), "Item");
    let Shape::Map { of: value, .. } = map else { panic!("{map:?}") };
    let (_, list) = member(&item.schema, item.schema.shape(*value), "L");
    assert!(matches!(list, Shape::List { of, .. } if of == value), "{list:?}");
}

#[test]
fn services_and_operations_say_how_they_answer() {
    let protocols = |id: &str| service(id).protocols().collect::<Vec<_>>();
    assert_eq!(protocols("dynamodb"), [Protocol::AwsJson10]);
    assert_eq!(protocols("cloudwatch"), [Protocol::RpcV2Cbor, Protocol::AwsJson10, Protocol::AwsQuery]);
    assert_eq!(protocols("ec2"), [Protocol::Ec2Query]);
    assert_eq!(protocols("s3"), [Protocol::Rest(Rest::S3)]);
    assert_eq!((service("route53").rest(), service("lambda").rest()), (Some(Rest::Xml), Some(Rest::Json)));
    assert_eq!(service("sqs").rest(), None);
    let operation = |id: &str, name: &str| service(id).operation(name).unwrap();
    assert!(operation("s3", "HeadBucket").is_head() && !operation("s3", "GetObject").is_head());
    assert!(operation("s3", "GetObject").is_streaming() && !operation("s3", "PutObject").is_streaming());
    assert!(operation("s3", "SelectObjectContent").has_events());
}

#[test]
fn without_outputs_there_are_errors() {
    let errors = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/data/errors.bin")).unwrap();
    let catalogue = Catalogue::read(&errors, None).unwrap();
    let operation = catalogue.service("kinesis").unwrap().operation("PutRecords").unwrap();
    assert_eq!(operation.errors().count(), 12);
    assert!(operation.output().is_none());
}

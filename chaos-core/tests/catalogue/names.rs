//! What is there, and by which names it is found.

use crate::service;
use chaos_core::catalogue::{Catalogue, Named, Service};

fn one(name: &str) -> &'static str {
    match Catalogue::embedded().named(name) {
        Named::One(service) => service.id(),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn it_holds_all_services_operations_and_errors() {
    let all: Vec<_> = Catalogue::embedded().services().collect();
    assert_eq!(all.len(), 439);
    assert_eq!(all.iter().map(|service| service.operations().len()).sum::<usize>(), 19_796);
    assert_eq!(all.iter().map(|service| service.errors().len()).sum::<usize>(), 5_848);
    // Each once per operation: definitions name some twice.
    let named = all.iter().flat_map(|service| service.operations());
    assert_eq!(named.map(|operation| operation.errors().count()).sum::<usize>(), 92_380);
    assert!(all.is_sorted_by(|a, b| a.id() < b.id()));
}

#[test]
fn everything_is_found_by_its_own_names() {
    let catalogue = Catalogue::embedded();
    for service in catalogue.services() {
        assert_eq!(catalogue.service(service.id()), Some(service));
        for name in [service.id(), service.name(), &service.name().to_uppercase()] {
            assert_eq!(catalogue.named(name), Named::One(service), "{name}");
        }
        assert!(catalogue.prefixed(service.endpoint_prefix()).any(|other| other == service));
        for operation in service.operations() {
            assert_eq!(service.operation(operation.name()).unwrap().name(), operation.name());
        }
        for error in service.errors() {
            let lower = error.name().to_lowercase();
            for name in [Some(error.name()), Some(lower.as_str()), Some(error.code()), error.query_code()] {
                let Some(name) = name else { continue };
                let found = service.error(name).unwrap_or_else(|| panic!("{service:?}: {name}"));
                let ambiguous = (service.id(), name) == ("cloudwatch", "ResourceNotFound");
                assert!(found.name() == error.name() || ambiguous, "{service:?}: {name}");
            }
        }
    }
}

#[test]
fn names_lead_to_services() {
    let expected = [
        ("events", "eventbridge"),
        ("states", "sfn"),
        ("stepfunctions", "sfn"),
        ("monitoring", "cloudwatch"),
        ("logs", "cloudwatchlogs"),
        ("CloudWatch Logs", "cloudwatchlogs"),
        ("cloudwatch-logs", "cloudwatchlogs"),
        ("tagging", "resourcegroupstaggingapi"),
        ("rds", "rds"),
        ("elasticfilesystem", "efs"),
        ("SecretsManager", "secretsmanager"),
        ("Pinpoint SMS Voice", "pinpointsmsvoice"),
        ("sms-voice", "smsvoice"),
    ];
    for (name, id) in expected {
        assert_eq!(one(name), id, "{name}");
    }
}

#[test]
fn shared_names_lead_to_all_who_share_them() {
    let catalogue = Catalogue::embedded();
    let ids = |services: Vec<Service<'static>>| services.iter().map(|s| s.id()).collect::<Vec<_>>();
    assert_eq!(ids(catalogue.prefixed("rds").collect()), ["docdb", "neptune", "rds"]);
    let Named::Several(services) = catalogue.named("lex") else { panic!("not shared") };
    assert_eq!(
        ids(services),
        ["lexmodelbuildingservice", "lexmodelsv2", "lexruntimeservice", "lexruntimev2"]
    );
}

#[test]
fn unknown_names_come_with_near_ones() {
    let near = |name| match Catalogue::embedded().named(name) {
        Named::Unknown { near } => near,
        other => panic!("{other:?}"),
    };
    assert_eq!(near("kinesys")[0], "kinesis");
    assert_eq!(near("dynamodbb")[0], "dynamodb");
    assert!(near("qqqqqqqq").is_empty());
    let kinesis = service("kinesis");
    assert_eq!(
        kinesis.near_errors("ProvisionedThroughputExceded")[0],
        "ProvisionedThroughputExceededException"
    );
    assert_eq!(kinesis.near_operations("PutRecrods")[0], "PutRecords");
    assert!(kinesis.near_errors("ProvisionedThroughput").len() <= 3);
}

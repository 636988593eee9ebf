//! What a look-up in the catalogue costs, against 2 us:
//! `cargo bench -p tests --bench catalogue`.

#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use chaos_core::catalogue::{Catalogue, unmodelled};
use std::hint::black_box;
use support::{Subject, subject, table};

/// The figure to reach.
const MOST_NS: f64 = 2_000.0;

/// A service and an error by name, as a spec asks for them.
fn look_up<'a>(name: &'a str, service: &'a str, error: &'a str) -> Subject<'a> {
    subject(name, move || {
        let service = Catalogue::embedded().service(black_box(service));
        black_box(service.and_then(|service| service.error(black_box(error))));
    })
}

fn main() {
    let catalogue = Catalogue::embedded();
    let looked_up = vec![
        look_up(
            "kinesis, ProvisionedThroughputExceededException",
            "kinesis",
            "ProvisionedThroughputExceededException",
        ),
        look_up("rds, DBInstanceNotFound (wire code)", "rds", "DBInstanceNotFound"),
        look_up("rds, a name that it does not model", "rds", "ProvisionedThroughputExceeded"),
        look_up("sqs, a query code", "sqs", "AWS.SimpleQueueService.NonExistentQueue"),
        look_up("a service that there is not", "kinesys", "ProvisionedThroughputExceededException"),
        subject("ec2, DescribeInstances (operation)", || {
            let service = Catalogue::embedded().service(black_box("ec2"));
            black_box(service.and_then(|service| service.operation(black_box("DescribeInstances"))));
        }),
        subject("a service by its endpoint prefix", || {
            drop(black_box(catalogue.named(black_box("monitoring"))));
        }),
        subject("ec2, InvalidVolume.NotFound (unmodelled)", || {
            let service = Catalogue::embedded().service(black_box("ec2"));
            black_box(service.and_then(|service| unmodelled(service, black_box("InvalidVolume.NotFound"))));
        }),
    ];
    let medians = table("looking up by name", "kinesis, ProvisionedThroughputExceededException", looked_up);
    let worst = medians.into_iter().fold(0.0, f64::max);
    println!("  the slowest takes {worst:.0} ns of {MOST_NS:.0} ns");
    assert!(worst <= MOST_NS, "slower than the figure to reach");

    let kinesis = catalogue.service("kinesis").unwrap();
    table(
        "asked for on purpose",
        "the nearest names to one that is misspelt",
        vec![
            subject("the nearest names to one that is misspelt", || {
                drop(black_box(kinesis.near_errors(black_box("ProvisionedThroughputExceded"))));
            }),
            subject("the shape of the output of kinesis PutRecords", || {
                drop(black_box(kinesis.operation("PutRecords").and_then(|operation| operation.output())));
            }),
            subject("all services", || {
                black_box(catalogue.services().count());
            }),
        ],
    );
}

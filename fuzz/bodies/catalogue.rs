//! What must hold of any bytes as the tables of the catalogue.

use chaos_core::catalogue::{Catalogue, Named, Service};

const ERRORS: &[u8] = include_bytes!("../../chaos-core/data/errors.bin");
const OUTPUTS: &[u8] = include_bytes!("../../chaos-core/data/outputs.bin");

/// So many of each are looked at: damaged tables may claim to hold any number.
const FEW: usize = 20;

/// Reads any bytes as tables, and the real tables with some bytes changed.
pub(crate) fn read(bytes: &[u8]) {
    let (errors, outputs) = bytes.split_at(bytes.len() / 2);
    walk_all(errors, outputs, 0);
    let (mut errors, mut outputs) = (ERRORS.to_vec(), OUTPUTS.to_vec());
    let mut first = 0;
    // A place in one of the tables, and what stands there.
    for change in bytes.chunks_exact(5) {
        let place = u32::from_le_bytes([change[0], change[1], change[2], change[3]]) as usize;
        let table = if place.is_multiple_of(2) { &mut errors } else { &mut outputs };
        let place = place / 2 % table.len();
        table[place] = change[4];
        first = place;
    }
    walk_all(&errors, &outputs, first);
}

fn walk_all(errors: &[u8], outputs: &[u8], first: usize) {
    let Ok(catalogue) = Catalogue::read(errors, Some(outputs)) else { return };
    let count = catalogue.services().take(1000).count().max(1);
    catalogue.services().skip(first % count).take(FEW).for_each(walk);
    for name in ["s3", "elasticloadbalancing", "CloudWatch Logs", "nothing", ""] {
        assert!(catalogue.prefixed(name).take(FEW).count() <= FEW);
        match catalogue.named(name) {
            Named::One(service) => walk(service),
            Named::Several(services) => services.into_iter().take(FEW).for_each(walk),
            Named::Unknown { near } => assert!(near.len() <= 3, "{near:?}"),
        }
    }
}

fn walk(service: Service<'_>) {
    for operation in service.operations().take(FEW) {
        let _ = (operation.output(), operation.has_events(), service.operation(operation.name()));
        assert!(operation.errors().take(FEW).all(|error| (400..600).contains(&error.status())));
    }
    for error in service.errors().take(FEW) {
        let _ = (error.schema(), service.error(error.code()), error.retry());
        assert!((400..600).contains(&error.status()));
    }
    assert!(service.protocols().count() < 256);
}

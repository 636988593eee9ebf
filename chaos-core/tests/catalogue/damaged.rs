//! Whatever the bytes: no panic, no endless loop, no memory without bound.

use chaos_core::catalogue::{Catalogue, CatalogueError, Named, Service, unmodelled};
use proptest::prelude::*;

const ERRORS: &[u8] = include_bytes!("../../data/errors.bin");
const OUTPUTS: &[u8] = include_bytes!("../../data/outputs.bin");
const INPUTS: &[u8] = include_bytes!("../../data/inputs.bin");

/// Asks for everything that a service can be asked for.
fn ask(service: Service<'_>) {
    let names = [service.id(), service.name(), service.service_id(), service.endpoint_prefix()];
    assert!(names.iter().all(|name| name.len() <= 200));
    let _ = (service.rest(), service.namespace(), service.protocols().count());
    for operation in service.operations().take(40) {
        assert!(operation.errors().take(1_000).all(|error| (400..600).contains(&error.status())));
        let _ = (operation.is_head(), service.operation(operation.name()));
        assert!(operation.inputs().take(1_000).all(|input| input.name().len() <= 200));
        let _ = operation.inputs().take(1_000).filter_map(|input| input.place()).count();
        if let Some(output) = operation.output() {
            assert!(output.schema.shapes().len() <= 1 << 16);
        }
    }
    for error in service.errors().take(40) {
        let _ = (error.code(), error.query_code(), error.retry(), error.schema());
        let _ = (service.error(error.name()), service.error(error.code()));
    }
    let _ =
        (service.near_errors("Thrott"), service.near_operations("Put"), unmodelled(service, "Throttling"));
}

fn ask_all(errors: &[u8], outputs: &[u8], from: usize) {
    for outputs in [None, Some(outputs)] {
        let Ok(catalogue) = Catalogue::read(errors, outputs) else { continue };
        for name in ["rds", "logs", "kinesis", "CloudWatch Logs", "nothing-like-it", ""] {
            if let Named::Several(services) = catalogue.named(name) {
                services.into_iter().take(3).for_each(ask);
            }
            let _ = (catalogue.service(name), catalogue.prefixed(name).take(10).count());
        }
        catalogue.services().skip(from).take(6).for_each(ask);
    }
}

/// The same with the members of inputs, which add to sound errors.
fn ask_inputs(inputs: &[u8], from: usize) {
    let sound = Catalogue::read(ERRORS, None).unwrap();
    if let Ok(catalogue) = sound.with_inputs(inputs) {
        catalogue.services().skip(from).take(20).for_each(ask);
    }
}

fn spoilt(content: &[u8], changes: &[(prop::sample::Index, u8)]) -> Vec<u8> {
    let mut content = content.to_vec();
    for (at, byte) in changes {
        let at = at.index(content.len());
        // The mark and the tag stay: without them nothing more is read.
        if at >= 12 {
            content[at] = *byte;
        }
    }
    content
}

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    prop_oneof![
        prop::collection::vec(any::<(prop::sample::Index, u8)>(), 1..20),
        prop::collection::vec(any::<(prop::sample::Index, u8)>(), 5_000..20_000),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_bytes_are_read_as_far_as_they_go(
        errors in changes(), outputs in changes(), inputs in changes(), from in 0..439_usize
    ) {
        ask_inputs(&spoilt(INPUTS, &inputs), from);
        ask_all(&spoilt(ERRORS, &errors), &spoilt(OUTPUTS, &outputs), from);
    }

    #[test]
    fn a_changed_head_leads_nowhere(head in prop::collection::vec(any::<u8>(), 0..64)) {
        let changed = |content: &[u8]| [&content[..12], &head[..], &content[12 + head.len()..]].concat();
        ask_inputs(&changed(INPUTS), 0);
        ask_all(&changed(ERRORS), &changed(OUTPUTS), 0);
    }

    #[test]
    fn early_ends_are_noticed_or_read_as_far_as_they_go(
        errors in any::<prop::sample::Index>(), outputs in any::<prop::sample::Index>(),
        inputs in any::<prop::sample::Index>(), from in 0..439_usize
    ) {
        ask_inputs(&INPUTS[..inputs.index(INPUTS.len())], from);
        ask_all(&ERRORS[..errors.index(ERRORS.len())], &OUTPUTS[..outputs.index(OUTPUTS.len())], from);
    }

    #[test]
    fn random_bytes_are_no_catalogue_or_an_odd_one(rest in prop::collection::vec(any::<u8>(), 0..2_000)) {
        ask_all(&rest, &rest, 0);
        ask_all(&[b"MCE1", &rest[..]].concat(), &[b"MCO1", &rest[..]].concat(), 0);
    }
}

#[test]
fn what_is_wrong_with_bytes_is_said() {
    let error = |errors: &[u8], outputs: Option<&[u8]>| Catalogue::read(errors, outputs).err();
    assert_eq!(error(b"", None), Some(CatalogueError::Unknown("errors")));
    assert_eq!(error(OUTPUTS, None), Some(CatalogueError::Unknown("errors")));
    assert_eq!(error(&ERRORS[..100], None), Some(CatalogueError::Truncated("errors")));
    assert_eq!(error(ERRORS, Some(&OUTPUTS[..100])), Some(CatalogueError::Truncated("outputs")));
    let mut other = OUTPUTS.to_vec();
    other[4] ^= 1;
    assert_eq!(error(ERRORS, Some(&other)), Some(CatalogueError::Mismatched));
    let sound = Catalogue::read(ERRORS, None).unwrap();
    let error = |inputs: &[u8]| sound.with_inputs(inputs).err();
    assert_eq!(error(INPUTS), None);
    assert_eq!(error(OUTPUTS), Some(CatalogueError::Unknown("inputs")));
    assert_eq!(error(&INPUTS[..100]), Some(CatalogueError::Truncated("inputs")));
}

/// A table of one service `s` with one error. Texts: `s` at 0, one too long at 2.
fn with_error(error: &[u8], shapes: &[u8]) -> Vec<u8> {
    let mut length = shapes.len();
    let mut size = Vec::new();
    while length > 127 {
        size.push(u8::try_from(length & 127).unwrap() | 128);
        length >>= 7;
    }
    size.push(u8::try_from(length).unwrap());
    let record: &[u8] = &[0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, u8::try_from(error.len()).unwrap()];
    let service = [record, &size, &[0, 0], error, shapes].concat();
    let texts = u32::try_from(28 + service.len()).unwrap();
    let head = [1, 0, texts, 28].map(u32::to_le_bytes).concat();
    [b"MCE1tagtagta", &head[..], &service, b"\x01s\xc9\x01", &[b'x'; 201]].concat()
}

/// One error `s` whose shape begins these records.
fn with_shapes(shapes: &[u8]) -> Vec<u8> {
    with_error(&[0, 0, 16], shapes)
}

fn shapes_of(table: &[u8]) -> Option<usize> {
    let service = Catalogue::read(table, None).unwrap().service("s").unwrap();
    Some(service.error("s").unwrap().schema()?.shapes().len())
}

#[test]
fn texts_are_bounded_and_statuses_are_of_errors() {
    let first = |error: &[u8]| {
        let table = with_error(error, &[]);
        let service = Catalogue::read(&table, None).unwrap().service("s").unwrap();
        let error = service.errors().next().unwrap();
        (error.name().len(), error.status())
    };
    assert_eq!(first(&[0, 2, 0xd7, 4, 16]), (1, 599));
    assert_eq!(first(&[0, 2, 0xd8, 4, 16]), (1, 400), "no status of an error");
    assert_eq!(first(&[2, 0, 16]), (0, 400), "a text that is too long");
    assert_eq!(first(&[99, 0, 16]), (0, 400), "no text");
}

#[test]
fn schemas_are_bounded() {
    assert_eq!(shapes_of(&with_shapes(&[0, 1, 0, 16])), Some(1), "a structure of itself");
    assert_eq!(shapes_of(&with_shapes(&[0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 16])), None, "promised members");
    assert_eq!(shapes_of(&with_shapes(&[9, 0])), None, "a name is missing");
    assert_eq!(shapes_of(&with_shapes(&[3, 0])), None, "of no kind");
    let many = [&[0, 0x80, 0x80, 0x08][..], &[0, 16].repeat(1 << 17)].concat();
    assert_eq!(shapes_of(&with_shapes(&many)), None, "too many members");
    let overlapping: Vec<u8> = (0..2_000_u32).flat_map(|_| [0, 100, 0, 0x90, 1]).collect();
    assert!(shapes_of(&with_shapes(&overlapping)).is_none_or(|shapes| shapes <= 1 << 16));
}

//! Items of the table, whatever they hold: no panic, and nothing malformed fires.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "../../fuzz/bodies/items.rs"]
mod fuzz;

use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn any_item_is_understood_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        fuzz::read(&bytes);
    }

    /// The byte before says that it is a real item which is changed.
    #[test]
    fn a_real_item_with_parts_exchanged_passes_the_door_or_fires_nothing(
        bytes in prop::collection::vec(any::<u8>(), 1..12),
    ) {
        fuzz::read(&[&[1][..], &bytes].concat());
    }
}

#[test]
fn real_items_are_understood() {
    let counts = fuzz::templates_understood();
    assert_eq!(counts, [6, 1, 1, 1], "specs, HEAD, entry, counter");
}

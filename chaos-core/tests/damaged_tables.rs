//! The catalogue's tables with any damage.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "../../fuzz/bodies/catalogue.rs"]
mod fuzz;

use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn damaged_tables_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        fuzz::read(&bytes);
    }
}

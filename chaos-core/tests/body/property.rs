//! However a body is cut into chunks, what comes of it is the same.

use crate::support::{Chunks, damaged, read};
use chaos_core::spec::{CorruptFault, Ending, Flip, Truncate};
use proptest::prelude::*;

fn fault() -> impl Strategy<Value = CorruptFault> {
    let ending = prop_oneof![Just(Ending::Close), Just(Ending::Reset), Just(Ending::End)];
    prop_oneof![
        (1u32..40).prop_map(|count| CorruptFault::Flip(Flip::Bytes(count))),
        prop::collection::btree_set(0u64..300, 1..9)
            .prop_map(|at| CorruptFault::Flip(Flip::At(at.into_iter().collect()))),
        Just(CorruptFault::Garbage),
        (-300i64..300, ending).prop_map(|(after, by)| CorruptFault::Truncate(Truncate { after, by })),
        (-300i32..300).prop_filter("0 is right", |by| *by != 0).prop_map(CorruptFault::WrongLength),
    ]
}

/// Empty chunks among them.
fn chunks() -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..12)
}

/// How long what comes through is.
fn expected(fault: &CorruptFault, length: usize) -> usize {
    let cut = |after: i64| match usize::try_from(after) {
        Ok(after) => length.min(after),
        Err(_) => length.checked_sub(usize::try_from(-after).unwrap()).unwrap_or(length),
    };
    match fault {
        CorruptFault::Truncate(truncate) => cut(truncate.after),
        CorruptFault::WrongLength(by) if *by < 0 => length.saturating_sub(by.unsigned_abs() as usize),
        _ => length,
    }
}

proptest! {
    #[test]
    fn chunks_make_no_difference(fault in fault(), chunks in chunks(), size in 1usize..50, seed: u64, told: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let told = told || matches!(fault, CorruptFault::WrongLength(_));
        let whole = chunks.concat();
        let parts: Vec<&[u8]> = chunks.iter().map(Vec::as_slice).collect();
        let one = runtime.block_on(read(damaged(Chunks::of(&parts, told), &fault, seed)));
        let other = runtime.block_on(read(damaged(Chunks::cut(&whole, size, told), &fault, seed)));
        prop_assert_eq!((&one.bytes, &one.error), (&other.bytes, &other.error));
        prop_assert_eq!(one.bytes.len(), expected(&fault, whole.len()));
        if let CorruptFault::Flip(Flip::Bytes(count)) = &fault {
            let others = one.bytes.iter().zip(&whole).filter(|(a, b)| a != b).count();
            let most = whole.len().min(*count as usize);
            // Where nobody knows the length, some may lie behind the end.
            let fits = if told { others == most } else { others <= most && others >= most.min(1) };
            prop_assert!(fits, "{} of {}", others, most);
        }
    }
}

//! Each damage does what it says, and nothing else.

use crate::support::{Chunks, Got, damaged, data, error, read};
use chaos_core::body::{Damage, Damaged, Died, Length};
use chaos_core::spec::{CorruptFault, Ending, Flip, Members, Truncate};
use chaos_core::{Chaos, fault};
use http_body::{Body, Frame};

fn truncate(after: i64, by: Ending) -> CorruptFault {
    CorruptFault::Truncate(Truncate { after, by })
}

fn differing(left: &[u8], right: &[u8]) -> Vec<usize> {
    assert_eq!(left.len(), right.len());
    (0..left.len()).filter(|at| left[*at] != right[*at]).collect()
}

fn text(got: &Got) -> &str {
    std::str::from_utf8(&got.bytes).unwrap()
}

#[tokio::test]
async fn flips_are_where_they_are_asked_for() {
    let fault = CorruptFault::Flip(Flip::At(vec![0, 4, 5, 9, 10, 400]));
    for told in [true, false] {
        let got = read(damaged(Chunks::of(&[b"01234", b"", b"56789"], told), &fault, 1)).await;
        assert_eq!(differing(&got.bytes, b"0123456789"), [0, 4, 5, 9]);
        assert_eq!(got.error, None);
    }
}

#[tokio::test]
async fn so_many_bytes_are_flipped_all_over_a_body() {
    let body = vec![7; 10_000];
    let mut hit = Vec::new();
    for seed in 0..20 {
        let fault = CorruptFault::Flip(Flip::Bytes(5));
        let got = read(damaged(Chunks::cut(&body, 999, true), &fault, seed)).await;
        let positions = differing(&got.bytes, &body);
        assert_eq!(positions.len(), 5);
        hit.extend(positions);
    }
    for quarter in 0..4 {
        assert!(hit.iter().any(|at| at / 2_500 == quarter), "{hit:?}");
    }
}

#[tokio::test]
async fn every_byte_is_flipped_where_there_are_no_more() {
    let fault = CorruptFault::Flip(Flip::Bytes(10));
    let got = read(damaged(Chunks::of(&[b"abc", b"d"], true), &fault, 3)).await;
    assert_eq!(differing(&got.bytes, b"abcd"), [0, 1, 2, 3]);
}

#[tokio::test]
async fn a_body_of_any_length_has_a_flip() {
    for told in [true, false] {
        for size in [1, 2, 3, 10, 100, 1_000, 100_000] {
            for seed in 0..20 {
                let body = vec![b'x'; size];
                let fault = CorruptFault::Flip(Flip::Bytes(1));
                let got = read(damaged(Chunks::cut(&body, 64, told), &fault, seed)).await;
                assert_eq!(differing(&got.bytes, &body).len(), 1, "{told} {size} {seed}");
            }
        }
    }
}

#[tokio::test]
async fn an_empty_body_stays_empty() {
    let faults = [CorruptFault::Flip(Flip::Bytes(3)), CorruptFault::Garbage, truncate(0, Ending::Close)];
    for fault in faults {
        for told in [true, false] {
            let got = read(damaged(Chunks::of(&[], told), &fault, 1)).await;
            assert_eq!((got.bytes.len(), got.error), (0, None));
        }
    }
}

#[tokio::test]
async fn a_chunk_is_copied_only_for_a_flip() {
    let fault = CorruptFault::Flip(Flip::At(vec![12]));
    let chunks: Vec<_> = [b"0123456789", b"0123456789", b"0123456789"]
        .into_iter()
        .map(|chunk| bytes::Bytes::copy_from_slice(chunk))
        .collect();
    let mut damage = Damage::new(&fault, Length::default(), 1).unwrap();
    chunks.iter().for_each(|chunk| damage.push(chunk.clone()));
    let out: Vec<_> = std::iter::from_fn(|| damage.piece()).collect();
    let same: Vec<_> = chunks.iter().zip(&out).map(|(a, b)| a.as_ptr() == b.as_ptr()).collect();
    assert_eq!(same, [true, false, true]);
}

#[tokio::test]
async fn garbage_is_other_everywhere_and_as_long() {
    let body = vec![0x41; 5_000];
    let got = read(damaged(Chunks::cut(&body, 77, false), &CorruptFault::Garbage, 9)).await;
    assert_eq!(differing(&got.bytes, &body).len(), 5_000);
    assert_eq!(got.error, None);
}

#[tokio::test]
async fn a_body_is_cut_after_so_many_bytes() {
    let endings =
        [(Ending::Close, Some(Died::Closed)), (Ending::Reset, Some(Died::Reset)), (Ending::End, None)];
    for (by, died) in endings {
        for told in [true, false] {
            for (after, left) in
                [(0, ""), (3, "abc"), (4, "abcd"), (7, "abcdefg"), (-1, "abcdefg"), (-8, ""), (-5, "abc")]
            {
                let body = Chunks::of(&[b"abcd", b"", b"ef", b"gh"], told);
                let got = read(damaged(body, &truncate(after, by), 1)).await;
                assert_eq!(text(&got), left, "{after} {by:?} {told}");
                assert_eq!(got.error, died.map(|died| format!("{died:?}")), "{after} {by:?} {told}");
            }
        }
    }
}

#[tokio::test]
async fn a_shorter_body_stays_whole() {
    for told in [true, false] {
        for after in [8, 9, 1_000, -9, -65_536] {
            let got =
                read(damaged(Chunks::of(&[b"abcd", b"efgh"], told), &truncate(after, Ending::Reset), 1))
                    .await;
            assert_eq!((text(&got), &got.error), ("abcdefgh", &None), "{after} {told}");
        }
    }
}

#[tokio::test]
async fn a_proper_end_is_told_before_it_comes() {
    let body = damaged(Chunks::of(&[b"abcd", b"efgh"], true), &truncate(-3, Ending::End), 1);
    assert_eq!(body.size_hint().exact(), Some(5));
    let damage = |after| Damage::new(&truncate(after, Ending::End), Length::default(), 1).unwrap();
    assert_eq!(damage(5).content_length(100), 5);
    assert_eq!(damage(500).content_length(100), 100);
    assert_eq!(damage(-5).content_length(100), 95);
    let closed = Damage::new(&truncate(5, Ending::Close), Length::default(), 1).unwrap();
    assert_eq!(closed.content_length(100), 100);
}

#[tokio::test]
async fn a_length_above_the_real_one_ends_early() {
    let body = damaged(Chunks::of(&[b"abcd", b"efgh"], true), &CorruptFault::WrongLength(10), 1);
    assert_eq!(body.size_hint().exact(), Some(18));
    let got = read(body).await;
    assert_eq!(text(&got), "abcdefgh");
    assert!(got.died(Died::Closed), "{got:?}");
}

#[tokio::test]
async fn a_length_below_the_real_one_cuts_the_rest() {
    for (by, left) in [(-1, "abcdefg"), (-5, "abc"), (-8, ""), (-1_000, "")] {
        let body = damaged(Chunks::of(&[b"abcd", b"efgh"], true), &CorruptFault::WrongLength(by), 1);
        let got = read(body).await;
        assert_eq!((text(&got), &got.error), (left, &None), "{by}");
    }
}

#[test]
fn what_has_no_length_has_no_wrong_one() {
    let unknown = Length { told: None, exact: Some(5) };
    let why = Damage::new(&CorruptFault::WrongLength(1), unknown, 1).unwrap_err();
    assert_eq!(why, "the answer does not tell its length");
    let members = CorruptFault::Members(Members { drop: vec!["a".into()], ..Members::default() });
    assert!(Damage::new(&members, unknown, 1).is_err());
}

#[tokio::test]
async fn trailers_come_through_where_the_end_does() {
    let body = || {
        let frames = [data(b"abcd"), Ok(Frame::trailers(Default::default()))];
        Chunks { frames: frames.into_iter().collect(), told: false }
    };
    let faults = [
        (CorruptFault::Flip(Flip::Bytes(1)), true),
        (CorruptFault::Garbage, true),
        (truncate(400, Ending::Close), true),
        (truncate(-400, Ending::Close), true),
        (truncate(-2, Ending::Close), false),
        (truncate(1, Ending::End), false),
    ];
    for (fault, come) in faults {
        assert_eq!(read(damaged(body(), &fault, 1)).await.trailers, come, "{fault:?}");
    }
}

#[tokio::test]
async fn an_error_of_its_own_stays_what_it_is() {
    let faults = [
        CorruptFault::Flip(Flip::Bytes(1)),
        truncate(-2, Ending::Close),
        truncate(40, Ending::End),
        CorruptFault::WrongLength(5),
    ];
    for fault in faults {
        let frames = [data(b"a"), data(b"b"), Err("its own".into())];
        let body = Chunks { frames: frames.into_iter().collect(), told: true };
        let damage = Damage::new(&fault, Length { told: Some(9), exact: Some(9) }, 1).unwrap();
        let got = read(Damaged::new(body, damage, error())).await;
        assert_eq!((got.bytes.len(), got.error.as_deref()), (2, Some("its own")), "{fault:?}");
    }
}

/// Code can ask for more than the door lets in.
#[tokio::test]
async fn no_damage_is_endless() {
    let body = vec![7; 200_000];
    for told in [true, false] {
        for flip in [Flip::Bytes(u32::MAX), Flip::At((0..5_000).collect())] {
            let fault = CorruptFault::Flip(flip);
            let got = read(damaged(Chunks::cut(&body, 1_000, told), &fault, 1)).await;
            let flipped = differing(&got.bytes, &body).len();
            assert_eq!(flipped, Flip::MAX as usize, "{told}");
        }
        let fault = CorruptFault::Truncate(Truncate { after: i64::MIN, by: Ending::End });
        let got = read(damaged(Chunks::cut(&body, 1_000, told), &fault, 1)).await;
        assert_eq!(got.bytes.len(), 200_000 - 65_536, "{told}");
    }
}

/// A handle refuses what is out of bounds; who does without one is held to them.
#[test]
fn damage_from_code_is_held_to_the_bounds_of_spec_files() {
    let truncate = |after| CorruptFault::Truncate(Truncate { after, by: Ending::Reset });
    let refused = [
        CorruptFault::Flip(Flip::Bytes(0)),
        CorruptFault::Flip(Flip::Bytes(u32::MAX)),
        CorruptFault::WrongLength(0),
        truncate(i64::MIN),
    ];
    for asked in refused {
        let built = Chaos::builder().spec(fault("s3", "*").corrupt(asked.clone())).build();
        assert!(built.is_err(), "{asked:?}");
    }
}

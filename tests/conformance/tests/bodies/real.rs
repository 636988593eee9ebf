//! Each damage next to the real thing.

use crate::download::{Seen, checksum, config, download, get_object, injected, object};
use crate::peer::{Does, Peer};
use chaos_core::spec::{CorruptFault, Ending, Flip, Truncate};

const SIZE: usize = 250_000;
const CLOSED: &str = "end of file before message length reached";
const RESET: &str = "Connection reset by peer";

fn truncate(after: i64, by: Ending) -> CorruptFault {
    CorruptFault::Truncate(Truncate { after, by })
}

/// What is seen of a server that really does it, and of one that does not, with
/// the fault.
async fn both(does: &Does, fault: &CorruptFault, chunked: bool, headers: &str) -> [Seen; 2] {
    let object = object();
    let server = |does| Peer::start(does, chunked, headers, &object);
    let peer = server(does.clone()).await;
    let real = download(&peer, config(&peer)).await;
    let well = server(Does::Well).await;
    let ours = injected(&well, config(&well), get_object().corrupt(fault.clone())).await;
    [real, ours]
}

#[tokio::test]
async fn damage_is_seen_as_the_real_one() {
    let at =
        |positions: &[usize]| CorruptFault::Flip(Flip::At(positions.iter().map(|at| *at as u64).collect()));
    let died = |how: &str| Some(format!("streaming error <- error reading a body from connection <- {how}"));
    let mismatch = || Some("streaming error <- body checksum mismatch".to_owned());
    // What the server does, the fault, how much comes, and how it ends: always,
    // or only where a checksum shows it.
    let cases = [
        (Does::Flips(vec![0, 123_456, SIZE - 1]), at(&[0, 123_456, SIZE - 1]), SIZE, None),
        (Does::Garbles, CorruptFault::Garbage, SIZE, None),
        (Does::Closes(100_000), truncate(100_000, Ending::Close), 100_000, died(CLOSED)),
        (Does::Closes(SIZE - 1), truncate(-1, Ending::Close), SIZE - 1, died(CLOSED)),
        (Does::Resets(100_000), truncate(100_000, Ending::Reset), 100_000, died(RESET)),
        (Does::Resets(SIZE - 1), truncate(-1, Ending::Reset), SIZE - 1, died(RESET)),
        (Does::Loses(100_000), truncate(100_000, Ending::End), 100_000, None),
        (Does::Loses(SIZE - 1), truncate(-1, Ending::End), SIZE - 1, None),
        (Does::Says(10), CorruptFault::WrongLength(10), SIZE, died(CLOSED)),
        (Does::Says(-10), CorruptFault::WrongLength(-10), SIZE - 10, None),
    ];
    for (does, fault, bytes, broken) in cases {
        for chunked in [false, true] {
            if chunked && matches!(does, Does::Says(_)) {
                continue;
            }
            for headers in ["", &checksum()] {
                let [real, ours] = both(&does, &fault, chunked, headers).await;
                let shown = if headers.is_empty() { None } else { mismatch() };
                let expected = broken.clone().or(shown);
                assert_eq!(ours.broken, expected, "{fault:?} {chunked} {headers}");
                let told = |seen: Seen| (seen.refused, seen.broken, seen.bytes, seen.right, seen.attempts);
                let ours = told(ours);
                assert_eq!((ours.2, ours.4), (bytes, 1), "{fault:?} {chunked} {headers}");
                assert_eq!(ours, told(real), "{fault:?} {chunked} {headers}");
            }
        }
    }
}

#[tokio::test]
async fn an_answer_that_does_not_tell_its_length_has_no_wrong_one() {
    for by in [10, -10] {
        let peer = Peer::start(Does::Well, true, &checksum(), &object()).await;
        let seen = injected(&peer, config(&peer), get_object().corrupt(CorruptFault::WrongLength(by))).await;
        assert_eq!((seen.broken, seen.bytes, seen.right), (None, SIZE, true));
    }
}

#[tokio::test]
async fn so_many_flips_are_found_by_a_checksum_and_by_nothing_else() {
    for chunked in [false, true] {
        for (headers, found) in [(checksum(), true), (String::new(), false)] {
            let peer = Peer::start(Does::Well, chunked, &headers, &object()).await;
            let flip = CorruptFault::Flip(Flip::Bytes(1));
            let seen = injected(&peer, config(&peer), get_object().corrupt(flip)).await;
            assert_eq!((seen.bytes, seen.right, seen.broken.is_some()), (SIZE, false, found));
        }
    }
}

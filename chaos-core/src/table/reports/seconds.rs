//! The counts of a target as one text, for an item is billed by its bytes:
//! `0:5,2,2,1 3:4,0,0,0` are two seconds, the first and the third after it, with
//! attempts passed, failed and injected, and calls lost.

use super::Tally;
use std::fmt::Write;

/// Counts beyond this were mistyped.
const MOST: i64 = 1_000_000_000;
/// Seconds beyond this after the first are no report's.
const LONGEST: i64 = 3_600;

pub(super) fn written(first: i64, seconds: &[(i64, Tally)]) -> String {
    let mut text = String::new();
    for (at, Tally { passed, failed, injected, lost }) in seconds {
        let space = if text.is_empty() { "" } else { " " };
        // Writing to a text does not fail.
        let _ = write!(text, "{space}{}:{passed},{failed},{injected},{lost}", at - first);
    }
    text
}

/// `None` where it is not what [`written`] writes.
pub(super) fn read(first: i64, text: &str) -> Option<Vec<(i64, Tally)>> {
    text.split_ascii_whitespace().map(|second| read_one(first, second)).collect()
}

fn read_one(first: i64, text: &str) -> Option<(i64, Tally)> {
    let (offset, counts) = text.split_once(':')?;
    let offset = offset.parse().ok().filter(|offset| (0..=LONGEST).contains(offset))?;
    let mut counts = counts.split(',').map(|count| {
        let count: i64 = count.parse().ok()?;
        (-MOST..=MOST).contains(&count).then_some(count)
    });
    let mut next = || counts.next().flatten();
    let tally = Tally { passed: next()?, failed: next()?, injected: next()?, lost: next()? };
    counts.next().is_none().then_some((first.checked_add(offset)?, tally))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let tally = |passed, lost| Tally { passed, failed: 3, injected: 0, lost };
        let seconds = vec![(1_795_392_000, tally(5, 1)), (1_795_392_007, tally(0, -1))];
        let text = written(1_795_392_000, &seconds);
        assert_eq!(text, "0:5,3,0,1 7:0,3,0,-1");
        assert_eq!(read(1_795_392_000, &text), Some(seconds));
        assert_eq!(read(5, ""), Some(Vec::new()));
    }

    #[test]
    fn what_is_not_understood_is_nothing() {
        for wrong in ["x", "0", "0:", "0:1,2,3", "0:1,2,3,4,5", "-1:1,1,1,1", "9999:1,1,1,1", "0:1,1,1,1e9"] {
            assert_eq!(read(0, wrong), None, "{wrong}");
        }
        assert_eq!(read(i64::MAX, "1:1,1,1,1"), None);
    }
}

//! Finding names, and names that are like one.

use std::cmp::Ordering;

/// The first of `count` that is not below: they are sorted, the ones below first.
pub(super) fn first_at_least(count: usize, below: impl Fn(usize) -> bool) -> usize {
    let (mut begin, mut end) = (0, count);
    while begin < end {
        let middle = begin + (end - begin) / 2;
        if below(middle) {
            begin = middle + 1;
        } else {
            end = middle;
        }
    }
    begin
}

/// The number of the entry of this name, among entries sorted in lower case.
pub(super) fn find<'a>(count: usize, name: &str, named: impl Fn(usize) -> Option<&'a str>) -> Option<usize> {
    let found = first_at_least(count, |number| {
        named(number).is_none_or(|other| cmp_ignoring_case(other, name) == Ordering::Less)
    });
    named(found).filter(|other| other.eq_ignore_ascii_case(name)).map(|_| found)
}

fn cmp_ignoring_case(left: &str, right: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    left.bytes().map(lower).cmp(right.bytes().map(lower))
}

/// How alike names are to be offered among many, of 1.
const LIKENESS: f64 = 0.75;

/// Up to three names that are like `name`, the likeliest first.
pub(super) fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    three(name, names, LIKENESS)
}

/// The three names that are most like `name`, the likeliest first, however unlike.
pub(super) fn three_nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    three(name, names, 0.0)
}

fn three<'n>(name: &str, names: impl Iterator<Item = &'n str>, likeness: f64) -> Vec<&'n str> {
    let wanted = name.to_ascii_lowercase();
    let mut found: Vec<_> = names
        .map(|other| (strsim::jaro_winkler(&wanted, &other.to_ascii_lowercase()), other))
        .filter(|(like, _)| *like > likeness)
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    found.dedup_by_key(|(_, other)| *other);
    found.into_iter().take(3).map(|(_, other)| other).collect()
}

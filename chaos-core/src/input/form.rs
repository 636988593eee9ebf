//! Members of the forms that awsQuery and ec2Query send.
//!
//! A list's entries are numbered from 1, below a word of its own
//! (`Entries.member.1.Id`) or not (`Filter.1.Value.1`). A map is a list of pairs
//! (`Attributes.entry.1.key`, `.value`). Which, its definition says; here it is
//! told by what stands there.

use super::path::{Names, number};
use super::uri::decoded;
use smallvec::SmallVec;
use std::borrow::Cow;

/// Names on the wire have one word more per list; longer ones are passed over.
const MOST: usize = 2 * super::path::MOST + 2;

type Words<'a> = SmallVec<[&'a str; 8]>;

/// The member, and how many bytes it took to find it.
pub(super) fn member<'a>(body: &'a [u8], path: &[&str], names: Names) -> (Option<Cow<'a, str>>, usize) {
    let Ok(text) = std::str::from_utf8(body) else { return (None, body.len()) };
    let form = Form(text);
    match form.find(|words| fits(words, path, names)) {
        (None, _) => (form.in_map(path, names), passes(path) * body.len()),
        found => found,
    }
}

/// The most passes over a form that it takes: one, and two for each step that may be a map's key.
pub(super) fn passes(path: &[&str]) -> usize {
    1 + 2 * path.len().saturating_sub(1)
}

#[derive(Clone, Copy)]
struct Form<'a>(&'a str);

impl<'a> Form<'a> {
    /// The value of the first field whose name is meant, and where it ends.
    fn find(self, is_meant: impl Fn(&[&str]) -> bool) -> (Option<Cow<'a, str>>, usize) {
        let mut end = 0;
        let mut fields = self.0.split('&').inspect(|field| end += field.len() + 1);
        let found = fields.find_map(|field| {
            let (name, value) = field.split_once('=')?;
            (with_words(name, &is_meant) == Some(true)).then_some(value)
        });
        (found.and_then(|value| decoded(value, true)), end)
    }

    /// The value that a map has under one of the steps.
    fn in_map(self, path: &[&str], names: Names) -> Option<Cow<'a, str>> {
        (1..path.len()).find_map(|at| {
            let (map, rest) = path.split_at_checked(at)?;
            let (key, rest) = rest.split_first()?;
            let pair = self.pair(map, key, names)?;
            let (found, _) = self.find(|words| {
                let below = words.len().checked_sub(pair.len()).and(words.split_at_checked(pair.len()));
                below.is_some_and(|(start, words)| {
                    let is_value = |word: &&str| matches!(*word, "value" | "Value");
                    start.iter().eq(pair.iter())
                        && words
                            .split_first()
                            .is_some_and(|(word, words)| is_value(word) && fits(words, rest, names))
                })
            });
            found
        })
    }

    /// What the names of the pair with this key begin with.
    fn pair(self, map: &[&str], key: &str, names: Names) -> Option<Vec<String>> {
        self.0.split('&').filter_map(|field| field.split_once('=')).find_map(|(name, value)| {
            let start = with_words(name, &|words: &[&str]| start_of_pair(words, map, names))??;
            (decoded(value, true)? == key).then_some(start)
        })
    }
}

/// Where `words` name the key of a pair of the map: all but the last.
fn start_of_pair(words: &[&str], map: &[&str], names: Names) -> Option<Vec<String>> {
    let (last, start) = words.split_last()?;
    let (place, above) = start.split_last()?;
    let is_key = matches!(*last, "key" | "Key" | "name" | "Name") && number(place).is_some();
    let above_entry = above.split_last().filter(|(word, _)| **word == "entry").map(|(_, above)| above);
    let is_meant = fits(above, map, names) || above_entry.is_some_and(|above| fits(above, map, names));
    (is_key && is_meant).then(|| start.iter().map(|word| (*word).to_owned()).collect())
}

/// What `read` makes of the words of a field's name; `None` for names that are none.
fn with_words<T>(name: &str, read: &dyn Fn(&[&str]) -> T) -> Option<T> {
    let name = decoded(name, true)?;
    let words: Words<'_> = name.split('.').take(MOST + 1).collect();
    (words.len() <= MOST).then(|| read(&words))
}

/// Whether a field's name is the path.
fn fits(words: &[&str], path: &[&str], names: Names) -> bool {
    let (mut words, mut path) = (words, path);
    while let Some((step, steps)) = path.split_first() {
        let Some((word, after)) = words.split_first() else { return false };
        let entry = number(step).map(|number| number.saturating_add(1));
        words = match (entry, number(word)) {
            (None, _) => {
                let is_list = steps.first().is_some_and(|next| number(next).is_some());
                let is_entry = is_list && names.entry(step, word);
                if !is_entry && !names.same(step, word) {
                    return false;
                }
                after
            }
            (Some(entry), Some(place)) if entry == place => after,
            (Some(_), Some(_)) => return false,
            (Some(entry), None) => match after.split_first() {
                Some((place, after)) if number(place) == Some(entry) => after,
                _ => return false,
            },
        };
        path = steps;
    }
    words.is_empty()
}

//! Paths, and which of them are the body's.

use super::Reason;
use crate::caps::MAX_LIST;
use crate::spec::Members;
use serde_json::Value as Json;
use std::borrow::Cow;

/// So many paths are named to people at one time.
const TOLD: usize = 3;

/// Members to change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paths<'a> {
    /// These are left out.
    pub drop: Vec<&'a str>,
    /// These have other values; of two that meet in one member the later counts.
    pub replace: Vec<(&'a str, &'a Json)>,
}

/// Members to change, by where they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Split<'a> {
    /// Names of headers, as written, without `header:`.
    pub headers: Paths<'a>,
    /// Dotted paths within the body.
    pub body: Paths<'a>,
}

/// Which members are headers, and which are within the body; of more than
/// [`MAX_LIST`] of either kind of change, as code can ask for, the first.
pub fn split(members: &Members) -> Split<'_> {
    let mut split = Split::default();
    for path in members.drop.iter().take(MAX_LIST) {
        match path.strip_prefix("header:") {
            Some(name) => split.headers.drop.push(name),
            None => split.body.drop.push(path),
        }
    }
    for (path, value) in members.replace.iter().take(MAX_LIST) {
        match path.strip_prefix("header:") {
            Some(name) => split.headers.replace.push((name, value)),
            None => split.body.replace.push((path, value)),
        }
    }
    split
}

/// A value as headers and XML write it: text as it is, `null` as none, numbers
/// and booleans as JSON has them; `None` for an object or a list.
pub fn header_text(value: &Json) -> Option<Cow<'_, str>> {
    match value {
        Json::Null => Some(Cow::Borrowed("")),
        Json::String(text) => Some(Cow::Borrowed(text)),
        Json::Bool(_) | Json::Number(_) => Some(Cow::Owned(value.to_string())),
        Json::Array(_) | Json::Object(_) => None,
    }
}

/// What is to happen to a member.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change<'a> {
    Drop,
    Replace(&'a Json),
}

impl<'a> Paths<'a> {
    /// Whether nothing is to change.
    pub fn is_empty(&self) -> bool {
        self.drop.is_empty() && self.replace.is_empty()
    }

    /// That the answer has none of them, with their names: the first few.
    pub(super) fn absent(&self, what: &str) -> Reason {
        let replaced = self.replace.iter().map(|(path, _)| path);
        let names: Vec<_> = self.drop.iter().chain(replaced).map(|path| format!("`{path}`")).collect();
        let told: Vec<_> = names.iter().take(TOLD).map(String::as_str).collect();
        let more = if names.len() > told.len() { ", .." } else { "" };
        Reason::Owned(format!("the answer has no {what} {}{more}", told.join(" or ")))
    }

    /// Has `mark` mark all of them, which says whether the path led somewhere;
    /// replacements last, so that they count where a member is dropped too.
    pub(super) fn mark_all(
        &self,
        mut mark: impl FnMut(&[&'a str], Change<'a>) -> Result<bool, Reason>,
    ) -> Result<(), Reason> {
        let drops = self.drop.iter().map(|path| (*path, Change::Drop));
        let replacements = self.replace.iter().map(|(path, value)| (*path, Change::Replace(value)));
        let mut found = false;
        for (path, change) in drops.chain(replacements) {
            found |= mark(&path.split('.').collect::<Vec<_>>(), change)?;
        }
        if found { Ok(()) } else { Err(self.absent("member")) }
    }
}

/// The part of a path that stands for everything there is.
pub(super) const EVERY: &str = "*";

/// The part as a place in a list.
pub(super) fn index(part: &str) -> Option<usize> {
    part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
}

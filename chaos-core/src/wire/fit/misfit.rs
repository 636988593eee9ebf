//! What does not fit, said with its path.

use serde_json::Value as Json;
use std::fmt;

/// A value that does not fit its shape, or that was read as something else.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Misfit {
    /// Where: `Records[0].ShardId`; empty for the whole.
    pub path: String,
    /// What it is: `the number 3`.
    pub is: String,
    /// What it should be: `a text`.
    pub should: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "the whole" } else { &self.path };
        write!(f, "{path} is {}, should be {}", self.is, self.should)
    }
}

impl std::error::Error for Misfit {}

/// A place within JSON; written out only where it is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct At<'a> {
    parent: Option<&'a At<'a>>,
    step: Step<'a>,
    depth: usize,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Root,
    Member(&'a str),
    Item(usize),
}

impl<'a> At<'a> {
    pub(super) fn root() -> Self {
        Self { parent: None, step: Step::Root, depth: 0 }
    }

    pub(super) fn member(&'a self, name: &'a str) -> Self {
        Self { parent: Some(self), step: Step::Member(name), depth: self.depth + 1 }
    }

    pub(super) fn item(&'a self, position: usize) -> Self {
        Self { parent: Some(self), step: Step::Item(position), depth: self.depth + 1 }
    }

    pub(super) fn depth(&self) -> usize {
        self.depth
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Member(name) if self.depth == 1 => f.write_str(name),
            Step::Member(name) => write!(f, ".{name}"),
            Step::Item(position) => write!(f, "[{position}]"),
        }
    }
}

/// What a value is, in words, short.
pub(super) fn described(json: &Json) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => format!("the number {number}"),
        Json::String(text) => format!("the text {:?}", shortened(text)),
        Json::Array(_) => "a list".to_owned(),
        Json::Object(object) if object.is_empty() => "an empty object".to_owned(),
        Json::Object(object) => match object.get("__class__").and_then(Json::as_str) {
            Some(class) => format!("a {}", shortened(class)),
            None => "an object".to_owned(),
        },
    }
}

fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(40).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// The three members most like `name`, in words.
pub(super) fn nearest<'a>(name: &str, members: impl Iterator<Item = &'a str>) -> String {
    let mut known: Vec<_> = members.map(|member| (strsim::jaro_winkler(name, member), member)).collect();
    known.sort_by(|a, b| b.0.total_cmp(&a.0));
    let names: Vec<_> = known.iter().take(3).map(|(_, member)| *member).collect();
    match names.is_empty() {
        true => "left out: there are no members".to_owned(),
        false => format!("one such as {}", crate::door::listed(&names)),
    }
}

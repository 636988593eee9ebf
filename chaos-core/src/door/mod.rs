//! The door: untrusted input comes in as a [`Node`], typed values go out.
//!
//! Every problem is collected, so that one look mends a file. What passes the
//! door cannot be wrong inside.

mod node;
mod problem;
mod text;

pub use node::{Node, Value};
pub use problem::{Path, Problem, Problems};
pub use text::{read_json, read_toml};

/// A node and where it stands.
#[derive(Clone, Debug)]
pub struct At<'a> {
    /// The value.
    pub node: &'a Node,
    /// Where it stands.
    pub path: Path,
}

impl<'a> At<'a> {
    /// The whole input.
    pub fn root(node: &'a Node) -> Self {
        Self { node, path: Path::root() }
    }

    /// The elements of a list; any other value counts as a list of itself.
    pub fn one_or_many(&self) -> Vec<At<'a>> {
        match &self.node.value {
            Value::List(items) => items
                .iter()
                .enumerate()
                .map(|(index, node)| At { node, path: self.path.index(index) })
                .collect(),
            _ => vec![self.clone()],
        }
    }

    /// The members of an object whose names are data (headers, labels), not fields.
    pub fn members(&self) -> Option<Vec<(&'a str, At<'a>)>> {
        let Value::Object(members) = &self.node.value else { return None };
        let named =
            members.iter().map(|(name, node)| (name.as_str(), At { node, path: self.path.key(name) }));
        Some(named.collect())
    }
}

/// The members of an object that passed the name check.
#[derive(Debug)]
pub struct Fields<'a> {
    at: At<'a>,
    members: &'a [(String, Node)],
}

impl<'a> Fields<'a> {
    /// The member of this name, if it is given.
    pub fn get(&self, name: &str) -> Option<At<'a>> {
        let (_, node) = self.members.iter().find(|(member, _)| member == name)?;
        Some(At { node, path: self.at.path.key(name) })
    }

    /// Whether no member is given.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The object itself.
    pub fn at(&self) -> &At<'a> {
        &self.at
    }
}

/// The fields that an object may have, and those that a later version brings.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// What may be given.
    pub now: &'static [&'static str],
    /// What is refused as "not available in this version".
    pub later: &'static [&'static str],
}

/// Collects what is wrong.
#[derive(Debug, Default)]
pub struct Door {
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
    published: bool,
}

impl Door {
    /// A door for what went through one before, maybe of a newer build: names
    /// are not held against the catalogue.
    pub(crate) fn for_published() -> Self {
        Self { published: true, ..Self::default() }
    }

    pub(crate) fn knows_names(&self) -> bool {
        !self.published
    }

    /// Gives `value` if nothing was refused.
    ///
    /// # Errors
    /// Everything that was.
    pub fn close<T>(self, value: Option<T>) -> Result<T, Problems> {
        match value {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ => Err(Problems(self.problems)),
        }
    }

    /// As [`Door::close`], with what lets the value in and is worth a look.
    ///
    /// # Errors
    /// Everything that was refused.
    pub fn close_warned<T>(mut self, value: Option<T>) -> Result<(T, Vec<Problem>), Problems> {
        let warnings = std::mem::take(&mut self.warnings);
        self.close(value).map(|value| (value, warnings))
    }

    /// Lets the value at `at` in, and quotes it as one that never has an effect.
    pub fn warn(&mut self, at: &At<'_>, problem: impl Into<String>, remedy: impl Into<String>) {
        self.warnings.push(Problem {
            path: at.path.clone(),
            value: Some(at.node.excerpt()),
            problem: problem.into(),
            remedy: remedy.into(),
            line: at.node.line,
        });
    }

    /// The same without quoting it.
    pub fn warn_whole(&mut self, at: &At<'_>, problem: impl Into<String>, remedy: impl Into<String>) {
        self.warnings.push(Problem {
            path: at.path.clone(),
            value: None,
            problem: problem.into(),
            remedy: remedy.into(),
            line: at.node.line,
        });
    }

    /// Refuses the value at `at`, quoting it.
    pub fn refuse(&mut self, at: &At<'_>, problem: impl Into<String>, remedy: impl Into<String>) {
        self.problems.push(Problem {
            path: at.path.clone(),
            value: Some(at.node.excerpt()),
            problem: problem.into(),
            remedy: remedy.into(),
            line: at.node.line,
        });
    }

    /// Refuses an object for what it lacks or combines, without quoting it whole.
    pub fn refuse_whole(&mut self, at: &At<'_>, problem: impl Into<String>, remedy: impl Into<String>) {
        self.problems.push(Problem {
            path: at.path.clone(),
            value: None,
            problem: problem.into(),
            remedy: remedy.into(),
            line: at.node.line,
        });
    }

    /// A text; anything else is refused with `remedy`.
    pub fn text<'a>(&mut self, at: &At<'a>, remedy: &str) -> Option<&'a str> {
        if let Value::Text(text) = &at.node.value {
            return Some(text);
        }
        self.refuse(at, format!("is {}, not a text", at.node.kind()), remedy);
        None
    }

    /// A boolean; anything else is refused.
    pub fn bool(&mut self, at: &At<'_>) -> Option<bool> {
        if let Value::Bool(value) = at.node.value {
            return Some(value);
        }
        self.refuse(at, format!("is {}, not a boolean", at.node.kind()), "write true or false");
        None
    }

    /// A whole number in `low..=high`.
    pub fn int(&mut self, at: &At<'_>, low: i64, high: i64) -> Option<i64> {
        let right = || match high {
            i64::MAX => format!("write a whole number of at least {low}"),
            _ => format!("write a whole number from {low} to {high}"),
        };
        match at.node.value {
            Value::Int(value) if (low..=high).contains(&value) => return Some(value),
            Value::Int(_) => self.refuse(at, "is out of range", right()),
            _ => self.refuse(at, format!("is {}, not a whole number", at.node.kind()), right()),
        }
        None
    }

    /// An object with known fields only; every unknown one is refused by name.
    pub fn object<'a>(&mut self, at: &At<'a>, known: Known) -> Option<Fields<'a>> {
        let Value::Object(members) = &at.node.value else {
            let remedy = format!("write an object with {}", listed(known.now));
            self.refuse(at, format!("is {}, not an object", at.node.kind()), remedy);
            return None;
        };
        for (name, node) in members {
            let member = At { node, path: at.path.key(name) };
            if known.later.contains(&name.as_str()) {
                self.refuse_whole(
                    &member,
                    format!("`{name}` is not available in this version"),
                    "leave it out",
                );
            } else if !known.now.contains(&name.as_str()) {
                self.refuse_whole(
                    &member,
                    format!("there is no field `{name}` here"),
                    remedy_for(name, known.now),
                );
            }
        }
        Some(Fields { at: at.clone(), members })
    }

    /// A member that must be given; its absence is refused with `remedy`.
    pub fn required<'a>(&mut self, fields: &Fields<'a>, name: &str, remedy: &str) -> Option<At<'a>> {
        let found = fields.get(name);
        if found.is_none() {
            self.problems.push(Problem {
                path: fields.at.path.key(name),
                value: None,
                problem: "is missing".to_owned(),
                remedy: remedy.to_owned(),
                line: fields.at.node.line,
            });
        }
        found
    }
}

/// "did you mean ...", or the list of what there is.
pub fn remedy_for(name: &str, known: &[&str]) -> String {
    let near = known
        .iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match near {
        Some((_, candidate)) => format!("did you mean `{candidate}`?"),
        None => format!("there is {}", listed(known)),
    }
}

/// Names in backticks, for messages.
pub fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

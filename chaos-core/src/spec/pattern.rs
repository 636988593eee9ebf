//! Texts with wildcards: `*` is any run of characters, `?` any one byte.

use crate::caps;
use crate::door::{At, Door};
use serde::{Serialize, Serializer};

/// One text to match; exact unless it holds `*` or `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    written: Box<str>,
    text: Box<str>,
    wild: bool,
    case: Case,
}

/// Whether letters are compared as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `A` is not `a`.
    Sensitive,
    /// ASCII letters match in either case.
    Ignored,
}

impl Pattern {
    /// A pattern from its text.
    pub fn new(written: &str, case: Case) -> Self {
        let text = match case {
            Case::Sensitive => written.to_owned(),
            Case::Ignored => written.to_ascii_lowercase(),
        };
        Self { wild: text.contains(['*', '?']), written: written.into(), text: text.into(), case }
    }

    /// The text as it was written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The text, lower-cased where case is ignored.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, if the pattern holds no wildcard.
    pub fn exact(&self) -> Option<&str> {
        (!self.wild).then_some(&*self.text)
    }

    /// The literal start, up to the first wildcard.
    pub(crate) fn prefix(&self) -> &str {
        let end = self.text.find(['*', '?']).unwrap_or(self.text.len());
        self.text.get(..end).unwrap_or_default()
    }

    /// Whether the whole of `value` matches. Linear in practice, quadratic at
    /// worst in lengths that the caps bound; never recursive.
    ///
    /// ```
    /// use chaos_core::spec::{Case, Pattern};
    /// let pattern = Pattern::new("checkout-*", Case::Sensitive);
    /// assert!(pattern.matches("checkout-eu"));
    /// assert!(!pattern.matches("reports"));
    /// ```
    pub fn matches(&self, value: &str) -> bool {
        match (self.wild, self.case) {
            (false, Case::Sensitive) => *self.text == *value,
            (false, Case::Ignored) => self.text.eq_ignore_ascii_case(value),
            (true, _) => self.matches_wild(value.as_bytes()),
        }
    }

    fn matches_wild(&self, value: &[u8]) -> bool {
        let pattern = self.text.as_bytes();
        let (mut p, mut v) = (0, 0);
        // Where to go on when a literal after the last `*` fails.
        let mut retry: Option<(usize, usize)> = None;
        while let Some(&byte) = value.get(v) {
            match pattern.get(p) {
                Some(b'*') => {
                    retry = Some((p + 1, v));
                    p += 1;
                }
                Some(&wanted) if wanted == b'?' || wanted == self.fold(byte) => {
                    p += 1;
                    v += 1;
                }
                _ => {
                    let Some((after_star, from)) = retry else { return false };
                    retry = Some((after_star, from + 1));
                    p = after_star;
                    v = from + 1;
                }
            }
        }
        pattern.get(p..).is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
    }

    fn fold(&self, byte: u8) -> u8 {
        match self.case {
            Case::Sensitive => byte,
            Case::Ignored => byte.to_ascii_lowercase(),
        }
    }
}

/// One or more patterns, of which any may match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patterns(Vec<Pattern>);

impl Patterns {
    /// One pattern.
    pub fn one(text: &str, case: Case) -> Self {
        Self(vec![Pattern::new(text, case)])
    }

    /// The patterns, at least one.
    pub fn iter(&self) -> std::slice::Iter<'_, Pattern> {
        self.0.iter()
    }

    /// Whether any pattern matches.
    pub fn matches(&self, value: &str) -> bool {
        self.0.iter().any(|pattern| pattern.matches(value))
    }

    /// Whether every pattern is exact.
    pub fn all_exact(&self) -> bool {
        self.0.iter().all(|pattern| !pattern.wild)
    }

    pub(crate) fn parse(
        door: &mut Door,
        at: &At<'_>,
        normalise: fn(&str) -> String,
        case: Case,
    ) -> Option<Self> {
        let items = at.one_or_many();
        if items.is_empty() || items.len() > caps::MAX_LIST {
            door.refuse(
                at,
                format!("has {} values", items.len()),
                format!("give 1 to {} values", caps::MAX_LIST),
            );
            return None;
        }
        let patterns = items.iter().map(|item| {
            let text = pattern_text(door, item)?;
            Some(Pattern::new(&normalise(text), case))
        });
        // All items are read before the first failure counts: every problem is named.
        patterns.collect::<Vec<_>>().into_iter().collect::<Option<Vec<_>>>().map(Self)
    }
}

fn pattern_text<'a>(door: &mut Door, at: &At<'a>) -> Option<&'a str> {
    const RIGHT: &str = "write a text of 1 to 256 bytes; * and ? are wildcards";
    let text = door.text(at, RIGHT)?;
    if text.is_empty() || text.len() > caps::MAX_NAME_BYTES {
        door.refuse(at, format!("has {} bytes", text.len()), RIGHT);
        return None;
    }
    Some(text)
}

impl Serialize for Patterns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => serializer.serialize_str(&one.written),
            many => serializer.collect_seq(many.iter().map(|pattern| &*pattern.written)),
        }
    }
}

//! Members of JSON, without a tree: what is not asked for is passed over, and
//! nothing is read beyond what is.

use super::path::{Names, number};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// The member, and how many bytes it took to find it.
pub(super) fn member(body: &[u8], path: &[&str], names: Names) -> (Option<String>, usize) {
    let pass = if names == Names::Exact { Pass::Exact } else { Pass::ExactFirst };
    let mut sought = Sought::default();
    let mut json = serde_json::Deserializer::from_slice(body);
    // An error is how a reader is stopped: at what was sought, or what is no JSON.
    let _stopped = Seek { path, pass, sought: &mut sought }.deserialize(&mut json);
    // A value is a part of the body: where it ends is how far was read.
    let read = sought.value.map(|value| value.as_ptr().addr() + value.len() - body.as_ptr().addr());
    (sought.value.and_then(scalar).or(sought.like.flatten()), read.unwrap_or(body.len()))
}

/// Which names are taken for those that are sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pass {
    /// The names themselves.
    Exact,
    /// Also such as are like them, as they come.
    AsTheyCome,
    /// Also such as are like them, where the names themselves are nowhere.
    ExactFirst,
}

#[derive(Debug, Default)]
struct Sought<'de> {
    /// What stands where the search ended.
    value: Option<&'de str>,
    /// What a search by names as they come has ended with.
    like: Option<Option<String>>,
}

struct Seek<'p, 'de> {
    path: &'p [&'p str],
    pass: Pass,
    sought: &'p mut Sought<'de>,
}

impl<'de> Seek<'_, 'de> {
    fn below<'q>(&'q mut self, path: &'q [&'q str]) -> Seek<'q, 'de> {
        Seek { path, pass: self.pass, sought: &mut *self.sought }
    }

    /// Keeps what is below a name that is only like the one that is sought.
    fn keep(&mut self, json: &'de str, path: &[&str]) {
        let mut sought = Sought::default();
        let mut json = serde_json::Deserializer::from_str(json);
        if (Seek { path, pass: Pass::AsTheyCome, sought: &mut sought }).deserialize(&mut json).is_err() {
            self.sought.like = Some(sought.value.and_then(scalar));
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seek<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        if !self.path.is_empty() {
            return json.deserialize_any(self);
        }
        let value: &RawValue = serde::Deserialize::deserialize(json)?;
        self.sought.value = Some(value.get());
        Err(D::Error::custom("found"))
    }
}

impl<'de> Visitor<'de> for Seek<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let Some((first, rest)) = self.path.split_first() else { return Ok(()) };
        while let Some(name) = map.next_key_seed(Key(first))? {
            match (name, self.pass) {
                (Name::Meant, _) | (Name::Like, Pass::AsTheyCome) => map.next_value_seed(self.below(rest))?,
                (Name::Like, Pass::ExactFirst) if self.sought.like.is_none() => {
                    let value: &RawValue = map.next_value()?;
                    self.keep(value.get(), rest);
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let Some((first, rest)) = self.path.split_first() else { return Ok(()) };
        let wanted = number(first).ok_or_else(|| A::Error::custom("a list has numbers"))?;
        for _ in 0..wanted {
            if list.next_element::<IgnoredAny>()?.is_none() {
                return Ok(());
            }
        }
        list.next_element_seed(self.below(rest))?;
        Err(A::Error::custom("passed"))
    }
}

struct Key<'p>(&'p str);

/// How a name compares to the one that is sought.
enum Name {
    Meant,
    Like,
    Other,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Name, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Name, E> {
        Ok(if name == self.0 {
            Name::Meant
        } else if Names::EitherCase.same(self.0, name) {
            Name::Like
        } else {
            Name::Other
        })
    }
}

/// A value as it is written, strings without their quotes.
fn scalar(json: &str) -> Option<String> {
    match json.bytes().next()? {
        b'"' => serde_json::from_str(json).ok(),
        b't' | b'f' | b'-' | b'0'..=b'9' => Some(json.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Pass, Seek, Sought, member, scalar};
    use crate::input::path::Names;
    use proptest::prelude::*;
    use serde::de::DeserializeSeed;

    fn seek(body: &str, path: &[&str], pass: Pass) -> Option<String> {
        let mut sought = Sought::default();
        let mut json = serde_json::Deserializer::from_str(body);
        let _ = Seek { path, pass, sought: &mut sought }.deserialize(&mut json);
        sought.value.and_then(scalar)
    }

    fn document() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![Just("1"), Just("null"), Just("\"x\""), Just("true")].prop_map(str::to_owned);
        leaf.prop_recursive(4, 24, 4, |inner| {
            let name = prop_oneof![Just("A"), Just("a"), Just("B"), Just("b"), Just("0")];
            let field = (name, inner.clone()).prop_map(|(name, value)| format!("\"{name}\":{value}"));
            prop_oneof![
                prop::collection::vec(field, 0..4).prop_map(|fields| format!("{{{}}}", fields.join(","))),
                prop::collection::vec(inner, 0..4).prop_map(|entries| format!("[{}]", entries.join(","))),
            ]
        })
    }

    proptest! {
        /// One pass finds what one for the names themselves and one for such as are like them find.
        #[test]
        fn one_pass_finds_what_two_find(body in document(), end in 0..200usize,
                                        path in prop::collection::vec(prop_oneof![Just("A"), Just("b"), Just("0"), Just("1")], 1..4)) {
            for body in [body.as_str(), body.get(..end).unwrap_or(&body)] {
                let two = seek(body, &path, Pass::Exact).or_else(|| seek(body, &path, Pass::AsTheyCome));
                prop_assert_eq!(member(body.as_bytes(), &path, Names::EitherCase).0, two, "{}", body);
            }
        }
    }

    #[test]
    fn no_more_is_read_than_it_takes() {
        let body = br#"{"Skipped":[1,2],"Name":"x","Rest":{}}"#;
        let end = br#"{"Skipped":[1,2],"Name":"x""#.len();
        assert_eq!(member(body, &["Name"], Names::Exact), (Some("x".to_owned()), end));
        assert_eq!(member(body, &["Name"], Names::EitherCase), (Some("x".to_owned()), end));
        assert_eq!(member(body, &["name"], Names::EitherCase), (Some("x".to_owned()), body.len()));
        assert_eq!(member(body, &["Absent"], Names::Exact), (None, body.len()));
    }
}

//! Reads what `Debug` writes: the one view of the SDK's types that all of them have.

/// A value as `Debug` shows it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Printed {
    /// A text, as it stands between its quotes.
    Text(String),
    /// A number, a time, a name.
    Token(String),
    List(Vec<Printed>),
    Map(Vec<(Printed, Printed)>),
    Structure(Vec<(String, Printed)>),
    /// A variant or a tuple with what it holds.
    Tuple(String, Vec<Printed>),
}

impl Printed {
    /// Reads `text`; a `Some` and the SDK's wrapping of unknown enum values are
    /// left out.
    pub(crate) fn read(text: &str) -> Self {
        let mut reader = Reader(text);
        let value = reader.value();
        assert!(reader.0.is_empty(), "more than one value: {text}");
        value
    }

    /// The field of this name, which AWS and Rust may spell differently.
    pub(crate) fn field(&self, name: &str) -> Option<&Self> {
        let Self::Structure(fields) = self else { return None };
        fields.iter().find(|(field, _)| plain(field) == plain(name)).map(|(_, value)| value)
    }
}

/// Names compare without underscores and case.
pub(crate) fn plain(name: &str) -> String {
    name.trim_start_matches("r#").replace('_', "").to_lowercase()
}

/// What is still to be read.
struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn value(&mut self) -> Printed {
        match self.0.chars().next() {
            Some('"') => Printed::Text(self.text()),
            Some('[') => Printed::List(self.all("[", "]", Self::value)),
            Some('{') => Printed::Map(self.all("{", "}", |reader| {
                let key = reader.value();
                assert!(reader.skip(": "), "a value after a key: {}", reader.0);
                (key, reader.value())
            })),
            _ => self.named(),
        }
    }

    fn named(&mut self) -> Printed {
        let name = self.name();
        match self.0.chars().next() {
            // Bytes in quotes: a body that is still to be read.
            Some('"') => Printed::Text(self.text()),
            Some('(') => unwrapped(name, self.all("(", ")", Self::value)),
            Some(' ') if self.0.starts_with(" {") && self.skip(" ") => {
                Printed::Structure(self.all("{", "}", |reader| {
                    let name = reader.name();
                    assert!(reader.skip(": "), "a value after {name}: {}", reader.0);
                    (name, reader.value())
                }))
            }
            _ => Printed::Token(name),
        }
    }

    /// Up to what cannot be in a name, a number or a time.
    fn name(&mut self) -> String {
        let ends = |(at, found): (usize, char)| {
            ("\"([{,}]) ".contains(found) || self.0[at..].starts_with(": ")).then_some(at)
        };
        let end = self.0.char_indices().find_map(ends).unwrap_or(self.0.len());
        let (name, rest) = self.0.split_at(end);
        self.0 = rest;
        name.to_owned()
    }

    fn text(&mut self) -> String {
        let (mut escaped, start) = (false, 1);
        let end = self.0[start..].find(|found| {
            let ends = found == '"' && !escaped;
            escaped = found == '\\' && !escaped;
            ends
        });
        let end = start + end.expect("a text ends");
        let text = self.0[start..end].to_owned();
        self.0 = &self.0[end + 1..];
        text
    }

    fn all<T>(&mut self, open: &str, close: &str, item: impl Fn(&mut Self) -> T) -> Vec<T> {
        assert!(self.skip(open), "{open} is expected: {}", self.0);
        let mut items = Vec::new();
        loop {
            self.0 = self.0.trim_start_matches([',', ' ']);
            if self.skip(close) {
                return items;
            }
            items.push(item(self));
        }
    }

    fn skip(&mut self, text: &str) -> bool {
        let rest = self.0.strip_prefix(text);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }
}

fn unwrapped(name: String, mut items: Vec<Printed>) -> Printed {
    match (name.as_str(), items.len()) {
        ("Some" | "Unknown" | "UnknownVariantValue" | "Ok", 1) => items.remove(0),
        _ => Printed::Tuple(name, items),
    }
}

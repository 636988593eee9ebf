//! Members of XML, without a tree.
//!
//! Every open element knows which steps of the path may come next below it. A
//! list has an element of its own, whose children are its entries, or has none,
//! and its entries are elements of one name; both are tried.

use super::path::{MOST, Names, number};
use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event;

/// Deeper than any request is.
const MAX_DEPTH: usize = 64;

/// What the root element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Root {
    /// The member itself: the path begins below it.
    Skipped,
    /// The input, or a member that is the whole body: the path may name it.
    MayBeNamed,
}

/// The member, and how many bytes it took to find it.
pub(super) fn member(body: &[u8], path: &[&str], root: Root) -> (Option<String>, usize) {
    // Objects may be anything: what is no XML is not read as such.
    if body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'<') {
        return (None, 0);
    }
    let Ok(text) = std::str::from_utf8(body) else { return (None, body.len()) };
    let mut reader = Reader::from_str(text);
    let found = Seek { path, root, open: Vec::new() }.run(&mut reader);
    (found, usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX))
}

/// An open element.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    /// The steps that may come next, a bit for each; one beyond the last says
    /// that the element is what is sought.
    steps: u32,
    children: usize,
    /// How many children each step had that are entries of a list.
    entries: [usize; MOST],
}

struct Seek<'p> {
    path: &'p [&'p str],
    root: Root,
    open: Vec<Open>,
}

impl Seek<'_> {
    fn run(mut self, reader: &mut Reader<&[u8]>) -> Option<String> {
        let mut text = String::new();
        loop {
            match reader.read_event().ok()? {
                Event::Start(start) => {
                    let name = start.local_name().into_inner();
                    self.enter(std::str::from_utf8(name.as_ref()).ok()?)?;
                    text.clear();
                }
                Event::Empty(start) => {
                    let name = start.local_name().into_inner();
                    self.enter(std::str::from_utf8(name.as_ref()).ok()?)?;
                    let ended = self.open.pop()?;
                    if self.is_found(ended) {
                        return Some(String::new());
                    }
                }
                Event::End(_) => {
                    let ended = self.open.pop()?;
                    if self.is_found(ended) {
                        return Some(text);
                    }
                }
                Event::Text(part) if self.is_wanted() => text.push_str(&part.into_inner()),
                Event::CData(part) if self.is_wanted() => text.push_str(&part.into_inner()),
                Event::GeneralRef(part) if self.is_wanted() => match part.resolve_char_ref().ok()? {
                    Some(char) => text.push(char),
                    None => text.push_str(resolve_xml_entity(&part.into_inner())?),
                },
                Event::DocType(_) | Event::Eof => return None,
                _ => {}
            }
        }
    }

    fn enter(&mut self, name: &str) -> Option<()> {
        if self.open.len() >= MAX_DEPTH {
            return None;
        }
        let below = match self.open.last_mut() {
            None => {
                let is_named = self.root == Root::MayBeNamed && self.path.first() == Some(&name);
                1 | u32::from(is_named) << 1
            }
            Some(above) => next(above, self.path, name),
        };
        self.open.push(Open { steps: below, ..Open::default() });
        Some(())
    }

    /// Whether the text of the innermost element may be what is sought.
    fn is_wanted(&self) -> bool {
        self.open.last().is_some_and(|open| self.is_found(*open))
    }

    fn is_found(&self, open: Open) -> bool {
        open.children == 0 && open.steps & 1 << self.path.len() != 0
    }
}

/// The steps that may come next below a child of this name.
fn next(above: &mut Open, path: &[&str], name: &str) -> u32 {
    let mut steps = 0;
    for (at, (step, entries)) in path.iter().zip(&mut above.entries).enumerate() {
        if above.steps & 1 << at == 0 {
            continue;
        }
        let is_step = match number(step) {
            Some(entry) => entry == above.children,
            None => Names::EitherCase.same(step, name),
        };
        steps |= u32::from(is_step) << (at + 1);
        let entry = path.get(at + 1).and_then(|next| number(next));
        if let Some(entry) = entry.filter(|_| number(step).is_none())
            && (is_step || Names::EitherCase.entry(step, name))
        {
            steps |= u32::from(*entries == entry) << (at + 2);
            *entries += 1;
        }
    }
    above.children += 1;
    steps
}

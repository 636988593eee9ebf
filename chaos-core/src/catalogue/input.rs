//! The members of an operation's input, and where they lie in its request.

use super::Service;
use super::bytes::{Cursor, Records, Texts};
use crate::input::Place;

/// A member of an operation's input.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    name: &'a str,
    place: Where<'a>,
    path: Path,
}

/// The path of the operation's requests.
#[derive(Clone, Copy)]
struct Path {
    of: u16,
    rest: Option<u16>,
}

#[derive(Clone, Copy)]
enum Where<'a> {
    Own,
    Path(u16),
    Query(Option<&'a str>),
    Header(Option<&'a str>),
    Headers(&'a str),
    Payload,
    Body(&'a str),
}

impl<'a> Input<'a> {
    /// Its name.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// Where it lies; `None` for the body, under its own name.
    pub fn place(&self) -> Option<Place> {
        let or_own = |wire: Option<&'a str>| wire.unwrap_or(self.name);
        Some(match self.place {
            Where::Own => return None,
            Where::Path(segment) => Place::Path { segment, of: self.path.of, rest: self.path.rest },
            Where::Query(wire) => Place::Query(or_own(wire).into()),
            Where::Header(wire) => Place::Header(or_own(wire).to_ascii_lowercase().into()),
            Where::Headers(prefix) => Place::Headers(prefix.to_ascii_lowercase().into()),
            Where::Payload => Place::Payload,
            Where::Body(wire) => Place::Body(wire.into()),
        })
    }
}

/// Those of the operation of this number.
pub(super) fn all(service: Service<'_>, number: usize) -> Option<impl Iterator<Item = Input<'_>>> {
    let inputs = service.catalogue.inputs?;
    let mut record = inputs.service(service.number)?;
    let (operations, size) = (record.size()?, record.size()?);
    let index = record.bytes(operations.checked_mul(2)?)?;
    let records = Records { index, records: record.bytes(size)? };
    let mut record = records.get(number)?;
    let path = path(&mut record)?;
    let count = record.size()?;
    let texts = inputs.texts();
    Some((0..count).map_while(move |_| input(&mut record, texts, path)))
}

fn path(record: &mut Cursor<'_>) -> Option<Path> {
    let head = record.number()?;
    let rest = if head & 1 == 0 { None } else { Some(u16::try_from(record.number()?).ok()?) };
    Some(Path { of: u16::try_from(head >> 1).ok()?, rest })
}

fn input<'a>(record: &mut Cursor<'a>, texts: Texts<'a>, path: Path) -> Option<Input<'a>> {
    let head = record.number()?;
    let kind = if head & 1 == 0 { 0 } else { record.byte()? };
    let place = match kind {
        0 => Where::Own,
        1 | 2 => Where::Path(u16::try_from(record.number()?).ok()?),
        3 => Where::Query(record.optional_text(texts)?),
        4 => Where::Header(record.optional_text(texts)?),
        5 => Where::Headers(record.optional_text(texts)??),
        6 => Where::Payload,
        7 => Where::Body(record.optional_text(texts)??),
        _ => return None,
    };
    Some(Input { name: texts.at(head >> 1)?, place, path })
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("name", &self.name).field("place", &self.place()).finish()
    }
}

//! Cutting the schema of one output or error out of its service's shapes.

use super::bytes::{Cursor, Texts};
use crate::wire::{Member, Place, Schema, Shape, ShapeId, TimeFormat};
use std::collections::BTreeMap;

/// References below this are leaves; others are places among the records.
const FIRST_RECORD: u32 = 16;

/// Shapes and members of one schema at most; the largest has 3,422. Records of
/// damaged bytes may overlap, and be more than there are bytes.
const MOST: usize = 1 << 16;

/// The schema whose root is `root`. `None` where the bytes are damaged.
pub(super) fn schema(records: &[u8], texts: Texts<'_>, root: u32) -> Option<Schema> {
    let mut cut = Cut { records, texts, ids: BTreeMap::new(), references: Vec::new(), left: MOST };
    cut.id(root)?;
    let mut shapes = Vec::new();
    // Shapes that are met on the way are numbered, and join the end of the queue.
    while let Some(reference) = cut.references.get(shapes.len()) {
        shapes.push(cut.shape(*reference)?);
    }
    Schema::new(shapes).ok()
}

struct Cut<'a> {
    records: &'a [u8],
    texts: Texts<'a>,
    ids: BTreeMap<u32, ShapeId>,
    references: Vec<u32>,
    left: usize,
}

impl Cut<'_> {
    /// The number of the shape that is referred to.
    fn id(&mut self, reference: u32) -> Option<ShapeId> {
        if let Some(id) = self.ids.get(&reference) {
            return Some(*id);
        }
        self.spend()?;
        let id = ShapeId(u32::try_from(self.references.len()).ok()?);
        self.references.push(reference);
        self.ids.insert(reference, id);
        Some(id)
    }

    fn spend(&mut self) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        Some(())
    }

    fn shape(&mut self, reference: u32) -> Option<Shape> {
        let Some(begin) = reference.checked_sub(FIRST_RECORD) else {
            return leaf(reference);
        };
        let mut record = Cursor(self.records.get(usize::try_from(begin).ok()?..)?);
        let head = record.byte()?;
        let (flattened, named) = (head & 4 != 0, head & 8 != 0);
        match head & 3 {
            0 => self.structure(&mut record),
            1 => {
                let of = self.id(record.number()?)?;
                let element = if named { Some(self.text(&mut record)?) } else { None };
                Some(Shape::List { of, element, flattened })
            }
            2 => {
                let of = self.id(record.number()?)?;
                let names =
                    if named { Some((self.text(&mut record)?, self.text(&mut record)?)) } else { None };
                Some(Shape::Map { of, names, flattened })
            }
            _ => None,
        }
    }

    fn structure(&mut self, record: &mut Cursor<'_>) -> Option<Shape> {
        let count = record.size()?;
        let members = (0..count).map(|_| self.member(record)).collect::<Option<_>>()?;
        Some(Shape::Structure(members))
    }

    fn member(&mut self, record: &mut Cursor<'_>) -> Option<Member> {
        self.spend()?;
        let head = record.number()?;
        let name = self.texts.at(head >> 1)?.into();
        let shape = self.id(record.number()?)?;
        let flags = if head & 1 == 0 { 0 } else { record.byte()? };
        let wire = if flags & 16 == 0 { None } else { Some(self.text(record)?) };
        Some(Member { name, wire, shape, place: place(flags & 7)?, attribute: flags & 8 != 0 })
    }

    fn text(&self, record: &mut Cursor<'_>) -> Option<Box<str>> {
        self.texts.at(record.number()?).map(Into::into)
    }
}

fn leaf(number: u32) -> Option<Shape> {
    Some(match number {
        0 => Shape::Text,
        1 => Shape::Blob,
        2 => Shape::Boolean,
        3 => Shape::Integer,
        4 => Shape::Float,
        5 => Shape::Double,
        6 => Shape::Timestamp(None),
        7 => Shape::Timestamp(Some(TimeFormat::Iso8601)),
        8 => Shape::Timestamp(Some(TimeFormat::Epoch)),
        9 => Shape::Timestamp(Some(TimeFormat::HttpDate)),
        10 => Shape::Document,
        _ => return None,
    })
}

fn place(number: u8) -> Option<Place> {
    Some(match number {
        0 => Place::Body,
        1 => Place::Payload,
        2 => Place::Header,
        3 => Place::Headers,
        4 => Place::Status,
        _ => return None,
    })
}

//! The pieces of an XML document.

use super::super::Reason;
use super::super::tree::{Node, Parts, Slot};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::borrow::Cow;
use std::ops::Range;

const NOT_XML: Reason = Reason::Borrowed("the body of the answer is not XML");
const DOCTYPE: Reason = Reason::Borrowed("the answer is XML with a document type, which no service sends");
const TOO_DEEP: Reason = Reason::Borrowed("the answer is nested more than 64 deep");
const MAX_DEPTH: usize = 64;
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The root and what stands around it.
pub(super) fn read(body: &[u8]) -> Result<Slot<'_>, Reason> {
    let text = std::str::from_utf8(body).map_err(|_| NOT_XML)?;
    let from = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let mut reading = Reading { body, open: vec![Open::default()] };
    let mut reader = Reader::from_str(text.get(from..).unwrap_or_default());
    loop {
        let start = from + position(&reader)?;
        let event = reader.read_event().map_err(|_| NOT_XML)?;
        let span = start..from + position(&reader)?;
        match event {
            Event::Start(tag) => reading.start(tag.name().into_inner(), span)?,
            Event::Empty(tag) => {
                reading.start(tag.name().into_inner(), span.clone())?;
                reading.end(span.end)?;
            }
            Event::End(_) => reading.end(span.end)?,
            Event::DocType(_) => return Err(DOCTYPE),
            Event::Text(text) if text.trim().is_empty() => {}
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => reading.within_root()?,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => return reading.finish(),
        }
    }
}

fn position(reader: &Reader<&[u8]>) -> Result<usize, Reason> {
    usize::try_from(reader.buffer_position()).map_err(|_| NOT_XML)
}

/// An element whose end has not come.
#[derive(Default)]
struct Open<'a> {
    name: String,
    tag: Range<usize>,
    slots: Vec<Slot<'a>>,
    /// Where the last slot ends.
    from: usize,
}

struct Reading<'a> {
    body: &'a [u8],
    /// The first is the document.
    open: Vec<Open<'a>>,
}

impl<'a> Reading<'a> {
    fn start(&mut self, name: &str, tag: Range<usize>) -> Result<(), Reason> {
        if self.open.len() > MAX_DEPTH {
            return Err(TOO_DEEP);
        }
        let from = tag.end;
        self.open.push(Open { name: name.to_owned(), tag, slots: Vec::new(), from });
        Ok(())
    }

    fn end(&mut self, end: usize) -> Result<(), Reason> {
        let Open { name, tag, slots, from } = self.open.pop().ok_or(NOT_XML)?;
        let (start, head) = (tag.start, self.piece(tag)?);
        let parts = Parts::new(head, slots, self.piece(from..end)?, true);
        let node = Node::new(self.piece(start..end)?, Some(parts));
        let parent = self.open.last_mut().ok_or(NOT_XML)?;
        let lead = self.body.get(parent.from..start).ok_or(NOT_XML)?;
        parent.slots.push(Slot { lead, name: Some(Cow::Owned(name)), node, tail: b"" });
        parent.from = end;
        Ok(())
    }

    fn within_root(&self) -> Result<(), Reason> {
        if self.open.len() > 1 { Ok(()) } else { Err(NOT_XML) }
    }

    fn finish(mut self) -> Result<Slot<'a>, Reason> {
        let document = self.open.pop().ok_or(NOT_XML)?;
        let tail = self.body.get(document.from..).ok_or(NOT_XML)?;
        match <[Slot<'a>; 1]>::try_from(document.slots) {
            Ok([root]) if self.open.is_empty() => Ok(Slot { tail, ..root }),
            _ => Err(NOT_XML),
        }
    }

    fn piece(&self, span: Range<usize>) -> Result<&'a [u8], Reason> {
        self.body.get(span).ok_or(NOT_XML)
    }
}

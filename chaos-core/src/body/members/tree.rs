//! An answer as pieces of its bytes, and what becomes of them. Put together, the
//! pieces are the answer again.

use super::Reason;
use super::out::Out;
use super::path::{Change, EVERY, index};
use serde_json::Value as Json;
use std::borrow::Cow;

/// How bytes are read and written.
pub(super) trait Format {
    /// Between two slots.
    const JOIN: &'static [u8] = b"";
    /// Whether the bytes before a value that is dropped stay.
    const LEAD_STAYS: bool = false;

    /// The parts of a value that has not been taken apart; none where it has none.
    fn open<'a>(&self, raw: &'a [u8]) -> Result<Option<Parts<'a>>, Reason>;

    /// What stands around `count` slots and additions.
    fn around<'p>(&self, parts: &'p Parts<'_>, count: usize) -> (Cow<'p, [u8]>, Cow<'p, [u8]>);

    /// Writes this instead of the old value.
    fn value(&self, old: &Node<'_>, new: &Json, out: &mut Out) -> Result<(), Reason>;

    /// Writes a member that was not there.
    fn member(&self, name: &str, new: &Json, out: &mut Out) -> Result<(), Reason>;
}

/// A value.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) raw: &'a [u8],
    pub(super) parts: Option<Parts<'a>>,
    edit: Edit<'a>,
}

/// A value's inside: `head`, slots, `foot`.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    pub(super) head: &'a [u8],
    pub(super) slots: Vec<Slot<'a>>,
    pub(super) foot: &'a [u8],
    /// Whether slots have names; else it is a list.
    pub(super) named: bool,
    added: Vec<(&'a str, &'a Json)>,
}

/// A value within another, and the bytes around it that are its own.
#[derive(Debug)]
pub(super) struct Slot<'a> {
    pub(super) lead: &'a [u8],
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) node: Node<'a>,
    pub(super) tail: &'a [u8],
}

#[derive(Debug)]
enum Edit<'a> {
    Keep,
    Drop,
    Replace(&'a Json),
    /// As many values as are here.
    Repeat(&'a [Json]),
    /// Gone with its likes, whatever else is asked.
    Gone,
}

impl<'a> Node<'a> {
    pub(super) fn new(raw: &'a [u8], parts: Option<Parts<'a>>) -> Self {
        Self { raw, parts, edit: Edit::Keep }
    }

    pub(super) fn change(&mut self, change: Change<'a>) {
        match (&self.edit, change) {
            (Edit::Gone | Edit::Repeat(_), _) => {}
            (_, Change::Drop) => self.edit = Edit::Drop,
            (_, Change::Replace(new)) => self.edit = Edit::Replace(new),
        }
    }

    /// Stands for itself and those that are gone.
    pub(super) fn repeat(&mut self, values: &'a [Json]) {
        self.edit = Edit::Repeat(values);
    }

    pub(super) fn go(&mut self) {
        self.edit = Edit::Gone;
    }

    /// Marks what the path leads to; whether it leads somewhere.
    pub(super) fn mark(
        &mut self,
        format: &impl Format,
        path: &[&'a str],
        change: Change<'a>,
    ) -> Result<bool, Reason> {
        let Some((first, rest)) = path.split_first() else {
            self.change(change);
            return Ok(true);
        };
        if self.parts.is_none() {
            self.parts = format.open(self.raw)?;
        }
        let Some(parts) = &mut self.parts else { return Ok(false) };
        let places = parts.places(first);
        if places.is_empty() {
            return Ok(rest.is_empty() && parts.add(first, change));
        }
        let mut found = false;
        for place in places {
            if let Some(slot) = parts.slots.get_mut(place) {
                found |= slot.node.mark(format, rest, change)?;
            }
        }
        Ok(found)
    }

    pub(super) fn write(&self, format: &impl Format, out: &mut Out) -> Result<(), Reason> {
        match (&self.edit, &self.parts) {
            (Edit::Keep, Some(parts)) => parts.write(format, out),
            (Edit::Keep, None) => out.push(self.raw),
            (Edit::Replace(new), _) => format.value(self, new, out),
            (Edit::Repeat(all), _) => all.iter().try_for_each(|new| format.value(self, new, out)),
            (Edit::Drop | Edit::Gone, _) => Ok(()),
        }
    }

    fn stays(&self) -> bool {
        !matches!(self.edit, Edit::Drop | Edit::Gone)
    }
}

impl<'a> Parts<'a> {
    pub(super) fn new(head: &'a [u8], slots: Vec<Slot<'a>>, foot: &'a [u8], named: bool) -> Self {
        Self { head, slots, foot, named, added: Vec::new() }
    }

    /// The slots that this part of a path stands for.
    fn places(&self, part: &str) -> Vec<usize> {
        match part {
            EVERY => (0..self.slots.len()).collect(),
            name if self.named => self.named(name),
            _ => index(part).filter(|place| *place < self.slots.len()).into_iter().collect(),
        }
    }

    /// The slots of this name; where there are none, also if it is spelled otherwise.
    pub(super) fn named(&self, name: &str) -> Vec<usize> {
        let exactly = self.slots_where(|own| own == name);
        if exactly.is_empty() { self.slots_where(|own| own.eq_ignore_ascii_case(name)) } else { exactly }
    }

    fn slots_where(&self, fits: impl Fn(&str) -> bool) -> Vec<usize> {
        let of = |slot: &Slot<'_>| slot.name.as_deref().is_some_and(&fits);
        self.slots.iter().enumerate().filter_map(|(place, slot)| of(slot).then_some(place)).collect()
    }

    /// Adds what replaces an absent member; whether that can be.
    pub(super) fn add(&mut self, name: &'a str, change: Change<'a>) -> bool {
        let Change::Replace(new) = change else { return false };
        if !self.named || name == EVERY {
            return false;
        }
        self.added.retain(|(other, _)| *other != name);
        self.added.push((name, new));
        true
    }

    fn write(&self, format: &impl Format, out: &mut Out) -> Result<(), Reason> {
        let stay = self.slots.iter().filter(|slot| slot.node.stays()).count();
        let (head, foot) = format.around(self, stay + self.added.len());
        out.push(&head)?;
        self.write_inside(format, out)?;
        out.push(&foot)
    }

    fn write_inside<F: Format>(&self, format: &F, out: &mut Out) -> Result<(), Reason> {
        let mut between: &[u8] = b"";
        for slot in &self.slots {
            if slot.node.stays() {
                out.push(between)?;
                out.push(slot.lead)?;
                slot.node.write(format, out)?;
                out.push(slot.tail)?;
                between = F::JOIN;
            } else if F::LEAD_STAYS {
                out.push(slot.lead)?;
            }
        }
        for (name, new) in &self.added {
            out.push(between)?;
            format.member(name, new, out)?;
            between = F::JOIN;
        }
        Ok(())
    }
}

//! The three tables: what stands at their beginning, and where their parts are.

use super::bytes::{Cursor, Texts, u32_at};
use std::fmt;

/// A mark of four bytes and a tag of eight that the tables of one run share.
const TAG: std::ops::Range<usize> = 4..12;

/// The table of services, operations and errors.
#[derive(Clone, Copy)]
pub(super) struct Errors<'a> {
    all: &'a [u8],
    services: &'a [u8],
    aliases: &'a [u8],
    texts: Texts<'a>,
}

/// One name that a service is known by.
#[derive(Clone, Copy)]
pub(super) struct Alias<'a> {
    /// In lower case.
    pub(super) name: &'a str,
    /// The number of the service.
    pub(super) service: usize,
    /// It is the service's own name, not one that services share.
    pub(super) own: bool,
}

impl<'a> Errors<'a> {
    pub(super) const EMPTY: Self = Self { all: &[], services: &[], aliases: &[], texts: Texts(&[]) };

    pub(super) fn read(all: &'a [u8]) -> Result<Self, CatalogueError> {
        let mut head = marked(all, b"MCE1", "errors")?;
        let truncated = CatalogueError::Truncated("errors");
        let mut parts = || {
            let [services, aliases, texts] = [fixed(&mut head)?, fixed(&mut head)?, fixed(&mut head)?];
            Some(Self {
                all,
                services: head.bytes(services.checked_mul(4)?)?,
                aliases: head.bytes(aliases.checked_mul(8)?)?,
                texts: Texts(all.get(texts..)?),
            })
        };
        parts().ok_or(truncated)
    }

    pub(super) fn services(&self) -> usize {
        self.services.len() / 4
    }

    /// The record of a service.
    pub(super) fn service(&self, number: usize) -> Option<Cursor<'a>> {
        let begin = usize::try_from(u32_at(self.services, number)?).ok()?;
        self.all.get(begin..).map(Cursor)
    }

    pub(super) fn aliases(&self) -> usize {
        self.aliases.len() / 8
    }

    pub(super) fn alias(&self, number: usize) -> Option<Alias<'a>> {
        let (entries, _) = self.aliases.as_chunks::<8>();
        let [a, b, c, d, service @ .., own, _] = *entries.get(number)?;
        let name = self.texts.at(u32::from_le_bytes([a, b, c, d]))?;
        Some(Alias { name, service: usize::from(u16::from_le_bytes(service)), own: own != 0 })
    }

    pub(super) fn texts(&self) -> Texts<'a> {
        self.texts
    }
}

/// A table that adds to that of errors: the shapes of outputs, or the members of inputs.
#[derive(Clone, Copy)]
pub(super) struct Added<'a> {
    all: &'a [u8],
    services: &'a [u8],
    texts: Texts<'a>,
}

impl<'a> Added<'a> {
    pub(super) fn outputs(all: &'a [u8], errors: &Errors<'_>) -> Result<Self, CatalogueError> {
        Self::read(all, errors, b"MCO1", "outputs")
    }

    pub(super) fn inputs(all: &'a [u8], errors: &Errors<'_>) -> Result<Self, CatalogueError> {
        Self::read(all, errors, b"MCI1", "inputs")
    }

    fn read(
        all: &'a [u8],
        errors: &Errors<'_>,
        mark: &[u8],
        part: &'static str,
    ) -> Result<Self, CatalogueError> {
        let mut head = marked(all, mark, part)?;
        if all.get(TAG) != errors.all.get(TAG) {
            return Err(CatalogueError::Mismatched);
        }
        let mut parts = || {
            let [services, texts] = [fixed(&mut head)?, fixed(&mut head)?];
            let services = head.bytes(services.checked_mul(4)?)?;
            Some(Self { all, services, texts: Texts(all.get(texts..)?) })
        };
        parts().ok_or(CatalogueError::Truncated(part))
    }

    /// The record of a service.
    pub(super) fn service(&self, number: usize) -> Option<Cursor<'a>> {
        let begin = usize::try_from(u32_at(self.services, number)?).ok()?;
        self.all.get(begin..).map(Cursor)
    }

    pub(super) fn texts(&self) -> Texts<'a> {
        self.texts
    }
}

/// What follows the mark and the tag.
fn marked<'a>(all: &'a [u8], mark: &[u8], part: &'static str) -> Result<Cursor<'a>, CatalogueError> {
    let rest = all.strip_prefix(mark).ok_or(CatalogueError::Unknown(part))?;
    let mut head = Cursor(rest);
    head.bytes(TAG.len()).ok_or(CatalogueError::Truncated(part))?;
    Ok(head)
}

fn fixed(head: &mut Cursor<'_>) -> Option<usize> {
    usize::try_from(u32_at(head.bytes(4)?, 0)?).ok()
}

/// Why bytes are no catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatalogueError {
    /// This part does not begin as the catalogues that this build knows.
    Unknown(&'static str),
    /// This part ends early.
    Truncated(&'static str),
    /// The parts are of different runs of the generator.
    Mismatched,
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(part) => write!(f, "the table of {part} is of no kind that this build knows"),
            Self::Truncated(part) => write!(f, "the table of {part} ends early"),
            Self::Mismatched => f.write_str("the tables are of different runs"),
        }
    }
}

impl std::error::Error for CatalogueError {}

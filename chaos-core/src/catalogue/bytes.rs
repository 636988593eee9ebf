//! Reading numbers and texts out of bytes that may be anything.

/// Longer texts are not read: no name is, and it bounds what hostile bytes make
/// a reader hold.
const LONGEST: usize = 200;

/// What is left to read.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a>(pub(super) &'a [u8]);

impl<'a> Cursor<'a> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(super) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number in LEB128.
    pub(super) fn number(&mut self) -> Option<u32> {
        let mut number = 0_u32;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// A number that counts or measures what is in memory.
    pub(super) fn size(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    pub(super) fn text(&mut self, texts: Texts<'a>) -> Option<&'a str> {
        texts.at(self.number()?)
    }

    /// A text that may be missing. The outer `None`: what is here is damaged.
    pub(super) fn optional_text(&mut self, texts: Texts<'a>) -> Option<Option<&'a str>> {
        match self.number()? {
            0 => Some(None),
            number => texts.at(number - 1).map(Some),
        }
    }
}

/// The table of texts.
#[derive(Clone, Copy)]
pub(super) struct Texts<'a>(pub(super) &'a [u8]);

impl<'a> Texts<'a> {
    pub(super) fn at(self, offset: u32) -> Option<&'a str> {
        let mut cursor = Cursor(self.0.get(usize::try_from(offset).ok()?..)?);
        let length = cursor.size().filter(|length| *length <= LONGEST)?;
        str::from_utf8(cursor.bytes(length)?).ok()
    }
}

/// A table of numbers of fixed width.
pub(super) fn u32_at(bytes: &[u8], number: usize) -> Option<u32> {
    let (numbers, _) = bytes.as_chunks();
    numbers.get(number).copied().map(u32::from_le_bytes)
}

/// The same, of 16 bits, as a place.
pub(super) fn u16_at(bytes: &[u8], number: usize) -> Option<usize> {
    let (numbers, _) = bytes.as_chunks();
    numbers.get(number).copied().map(u16::from_le_bytes).map(usize::from)
}

/// Records of any length, and where each begins.
#[derive(Clone, Copy)]
pub(super) struct Records<'a> {
    pub(super) index: &'a [u8],
    pub(super) records: &'a [u8],
}

impl<'a> Records<'a> {
    pub(super) fn len(self) -> usize {
        self.index.len() / 2
    }

    pub(super) fn get(self, number: usize) -> Option<Cursor<'a>> {
        self.records.get(u16_at(self.index, number)?..).map(Cursor)
    }
}

//! One error that a service models.

use super::bytes::Cursor;
use super::{Service, shapes};
use crate::wire::Schema;

/// An error that a service models.
#[derive(Clone, Copy)]
pub struct ErrorShape<'a> {
    service: Service<'a>,
    name: &'a str,
    code: &'a str,
    query_code: Option<&'a str>,
    status: u16,
    flags: u8,
    shape: u32,
}

/// What a service says about trying again after an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Nothing.
    None,
    /// It may pass.
    Retryable,
    /// It was too much at once.
    Throttling,
}

impl<'a> ErrorShape<'a> {
    /// What is damaged reads as an error without a name.
    pub(super) fn read(service: Service<'a>, number: usize) -> Self {
        let nameless =
            Self { service, name: "", code: "", query_code: None, status: 400, flags: 0, shape: 0 };
        service.error_record(number).and_then(|record| Self::parse(service, record)).unwrap_or(nameless)
    }

    fn parse(service: Service<'a>, mut record: Cursor<'a>) -> Option<Self> {
        let texts = service.catalogue.errors.texts();
        let name = record.text(texts)?;
        let flags = record.byte()?;
        let has = |flag: u8| flags & flag != 0;
        let code = if has(1) { record.text(texts)? } else { name };
        let status = if has(2) { u16::try_from(record.number()?).ok()? } else { 400 };
        let query_code = if has(32) { Some(record.text(texts)?) } else { None };
        Some(Self { service, name, code, query_code, status, flags, shape: record.number()? })
    }

    /// The name of its shape: what the SDK calls it.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// What the service puts on the wire.
    pub fn code(&self) -> &'a str {
        self.code
    }

    /// The code of the query protocol that the service once spoke, where it is
    /// another than [`ErrorShape::code`].
    pub fn query_code(&self) -> Option<&'a str> {
        self.query_code
    }

    /// The HTTP status, 400 to 599: that of the definition, else 500 for a fault
    /// of the service and 400 for others.
    pub fn status(&self) -> u16 {
        if (400..600).contains(&self.status) { self.status } else { 400 }
    }

    /// The sender of the request is to blame.
    pub fn is_sender_fault(&self) -> bool {
        self.flags & 4 != 0
    }

    /// What the service says about trying again.
    pub fn retry(&self) -> Retry {
        match self.flags >> 3 & 3 {
            1 => Retry::Retryable,
            2 => Retry::Throttling,
            _ => Retry::None,
        }
    }

    /// Its members. `None` only where the bytes are damaged.
    pub fn schema(&self) -> Option<Schema> {
        shapes::schema(self.service.shapes, self.service.catalogue.errors.texts(), self.shape)
    }
}

impl std::fmt::Debug for ErrorShape<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ErrorShape({}:{})", self.service.id(), self.name)
    }
}

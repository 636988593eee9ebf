//! One operation.

use super::bytes::Cursor;
use super::{ErrorShape, Input, Service, input, shapes};
use crate::wire::Output;

/// An operation of a service.
#[derive(Clone, Copy)]
pub struct Operation<'a> {
    service: Service<'a>,
    number: usize,
    name: &'a str,
    flags: u8,
    errors: Cursor<'a>,
}

impl<'a> Operation<'a> {
    /// What is damaged reads as an operation without a name.
    pub(super) fn read(service: Service<'a>, number: usize) -> Self {
        let read = || {
            let mut record = service.operation_record(number)?;
            let name = record.text(service.catalogue.errors.texts())?;
            let flags = record.byte()?;
            Some(Self { service, number, name, flags, errors: record })
        };
        read().unwrap_or(Self { service, number, name: "", flags: 0, errors: Cursor(&[]) })
    }

    /// Its name.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// Its service.
    pub fn service(&self) -> Service<'a> {
        self.service
    }

    /// The errors that its definition names.
    pub fn errors(&self) -> impl Iterator<Item = ErrorShape<'a>> + use<'a> {
        let (service, mut numbers) = (self.service, self.errors);
        let count = numbers.size().unwrap_or(0);
        (0..count).map_while(move |_| numbers.size()).map(move |number| ErrorShape::read(service, number))
    }

    /// The members of its input, by name. None where this catalogue knows no inputs.
    pub fn inputs(&self) -> impl Iterator<Item = Input<'a>> + use<'a> {
        input::all(self.service, self.number).into_iter().flatten()
    }

    /// It is a `HEAD` request: no answer to it has a body.
    pub fn is_head(&self) -> bool {
        self.flags & 1 != 0
    }

    /// It is answered by a stream of events.
    pub fn has_events(&self) -> bool {
        self.flags & 2 != 0
    }

    /// The body of its answer is data that is read as it comes.
    pub fn is_streaming(&self) -> bool {
        self.flags & 4 != 0
    }

    /// What its successful answer is like. `None` where this catalogue knows no
    /// outputs, and where the answer is a stream of events.
    pub fn output(&self) -> Option<Output> {
        let outputs = self.service.catalogue.outputs?;
        let mut record = outputs.service(self.service.number)?;
        let (operations, record_bytes, shape_bytes) = (record.size()?, record.size()?, record.size()?);
        let mut records = Cursor(record.bytes(record_bytes)?);
        let shapes = record.bytes(shape_bytes)?;
        let texts = outputs.texts();
        // Records are as long as they are: those before are passed over one by one.
        for _ in 0..self.number.min(operations) {
            let _passed = [records.number()?, records.number()?, records.number()?];
        }
        let shape = records.number().filter(|shape| *shape != 0)?;
        let status = u16::try_from(records.number()?).ok()?;
        let root = records.optional_text(texts)?.map(str::to_owned);
        let schema = shapes::schema(shapes, texts, shape)?;
        let namespace = self.service.namespace().map(str::to_owned);
        Some(Output { operation: self.name.to_owned(), status, root, namespace, schema })
    }
}

impl std::fmt::Debug for Operation<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Operation({}:{})", self.service.id(), self.name)
    }
}

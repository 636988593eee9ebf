//! One service.

use super::bytes::{Cursor, Records, u16_at};
use super::find::{find, nearest, three_nearest};
use super::{Catalogue, ErrorShape, Operation, unmodelled};
use crate::wire::{Protocol, Rest};

/// A service of AWS.
#[derive(Clone, Copy)]
pub struct Service<'a> {
    pub(super) catalogue: Catalogue<'a>,
    pub(super) number: usize,
    names: [&'a str; 5],
    namespace: Option<&'a str>,
    rest: Option<Rest>,
    protocols: &'a [u8],
    operations: Records<'a>,
    errors: Records<'a>,
    codes: &'a [u8],
    pub(super) shapes: &'a [u8],
}

impl<'a> Service<'a> {
    pub(super) fn read(catalogue: Catalogue<'a>, number: usize) -> Option<Self> {
        let mut record = catalogue.errors.service(number)?;
        let texts = catalogue.errors.texts();
        let mut names = [""; 5];
        for name in &mut names {
            *name = record.text(texts)?;
        }
        let namespace = record.optional_text(texts)?;
        let rest = rest(record.byte()?);
        let count = usize::from(record.byte()?);
        let protocols = record.bytes(count)?;
        let mut sizes = [0; 6];
        for size in &mut sizes {
            *size = record.size()?;
        }
        let [operations, errors, codes, operation_bytes, error_bytes, shape_bytes] = sizes;
        let mut index = |count: usize| record.bytes(count.checked_mul(2)?);
        let (operations, errors, codes) = (index(operations)?, index(errors)?, index(codes)?);
        let operations = Records { index: operations, records: record.bytes(operation_bytes)? };
        let errors = Records { index: errors, records: record.bytes(error_bytes)? };
        let shapes = record.bytes(shape_bytes)?;
        Some(Self { catalogue, number, names, namespace, rest, protocols, operations, errors, codes, shapes })
    }

    /// Its canonical id: `serviceId` in lower case without spaces, `-` and `_`.
    pub fn id(&self) -> &'a str {
        self.names[0]
    }

    /// Its name in botocore: `logs` of `cloudwatchlogs`.
    pub fn name(&self) -> &'a str {
        self.names[1]
    }

    /// Its `serviceId` as AWS writes it: `CloudWatch Logs`.
    pub fn service_id(&self) -> &'a str {
        self.names[2]
    }

    /// What its endpoints, and its files of pills, begin with. Services share it.
    pub fn endpoint_prefix(&self) -> &'a str {
        self.names[3]
    }

    /// What its requests are signed for. Services share it.
    pub fn signing_name(&self) -> &'a str {
        self.names[4]
    }

    /// Its REST protocol, where its requests are answered by one.
    pub fn rest(&self) -> Option<Rest> {
        self.rest
    }

    /// The protocols that its definition lists, the preferred one first. What a
    /// client speaks is the client's choice: this is for display.
    pub fn protocols(&self) -> impl Iterator<Item = Protocol> + use<'a> {
        let rest = self.rest.unwrap_or_default();
        self.protocols.iter().filter_map(move |number| protocol(*number, rest))
    }

    /// Its XML namespace.
    pub fn namespace(&self) -> Option<&'a str> {
        self.namespace
    }

    /// Its operations, by name.
    pub fn operations(&self) -> impl ExactSizeIterator<Item = Operation<'a>> + use<'a> {
        let service = *self;
        (0..service.operations.len()).map(move |number| Operation::read(service, number))
    }

    /// The operation of this name, in either case.
    pub fn operation(&self, name: &str) -> Option<Operation<'a>> {
        let number = self.find(self.operations, name)?;
        Some(Operation::read(*self, number))
    }

    /// Up to three names of operations that are like `name`.
    pub fn near_operations(&self, name: &str) -> Vec<&'a str> {
        nearest(name, self.operations().map(|operation| operation.name()))
    }

    /// The errors that it models, by name.
    pub fn errors(&self) -> impl ExactSizeIterator<Item = ErrorShape<'a>> + use<'a> {
        let service = *self;
        (0..service.errors.len()).map(move |number| ErrorShape::read(service, number))
    }

    /// The error of this name or wire code, also that of a query protocol which
    /// the service once spoke; in either case.
    pub fn error(&self, name: &str) -> Option<ErrorShape<'a>> {
        let number = self.find(self.errors, name).or_else(|| self.find_code(name))?;
        Some(ErrorShape::read(*self, number))
    }

    /// The three names of errors that are most like `name`, also of such as AWS
    /// sends without modelling them.
    pub fn near_errors(&self, name: &str) -> Vec<&'a str> {
        let modelled = self.errors().flat_map(|error| [error.name(), error.code()]);
        let others = unmodelled::names(*self).map(|name| -> &'a str { name });
        three_nearest(name, modelled.chain(others))
    }

    pub(super) fn operation_record(&self, number: usize) -> Option<Cursor<'a>> {
        self.operations.get(number)
    }

    pub(super) fn error_record(&self, number: usize) -> Option<Cursor<'a>> {
        self.errors.get(number)
    }

    /// The number of the record that begins with this name.
    fn find(&self, records: Records<'a>, name: &str) -> Option<usize> {
        let named = |number| records.get(number)?.text(self.catalogue.errors.texts());
        find(records.len(), name, named)
    }

    /// The number of the error with this code.
    fn find_code(&self, code: &str) -> Option<usize> {
        let entry = find(self.codes.len() / 2, code, |entry| {
            let entry = u16_at(self.codes, entry)?;
            let error = ErrorShape::read(*self, entry / 2);
            if entry % 2 == 0 { Some(error.code()) } else { error.query_code() }
        })?;
        u16_at(self.codes, entry).map(|entry| entry / 2)
    }
}

fn rest(number: u8) -> Option<Rest> {
    match number {
        1 => Some(Rest::Json),
        2 => Some(Rest::Xml),
        3 => Some(Rest::S3),
        _ => None,
    }
}

fn protocol(number: u8, rest: Rest) -> Option<Protocol> {
    match number {
        0 => Some(Protocol::AwsJson10),
        1 => Some(Protocol::AwsJson11),
        2 => Some(Protocol::AwsQuery),
        3 => Some(Protocol::Ec2Query),
        4 => Some(Protocol::RpcV2Cbor),
        5 | 6 => Some(Protocol::Rest(rest)),
        _ => None,
    }
}

impl std::fmt::Debug for Service<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Service({})", self.id())
    }
}

impl PartialEq for Service<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Service<'_> {}

//! Every service, operation and error of AWS, by name.
//!
//! The facts lie in three tables that are read where they are asked about: nothing
//! is decoded ahead of that and nothing is kept. `docs/catalogue.md` says where
//! the facts come from, how the tables are laid out and how they are made anew.
//!
//! Reading never fails half-way: [`Catalogue::read`] checks that the bytes are
//! tables of a kind that it knows, and what turns out to be damaged later on is
//! as if it were not there.

mod bytes;
mod error;
mod find;
mod input;
mod named;
mod operation;
mod service;
mod shapes;
mod tables;
mod unmodelled;

pub use error::{ErrorShape, Retry};
pub use input::Input;
pub use named::Named;
pub use operation::Operation;
pub use service::Service;
pub use tables::CatalogueError;
pub use unmodelled::{Unmodelled, unmodelled, unmodelled_names};

use tables::{Added, Errors};

/// The catalogue: a few references into its bytes, cheap to copy.
#[derive(Clone, Copy)]
pub struct Catalogue<'a> {
    errors: Errors<'a>,
    outputs: Option<Added<'a>>,
    inputs: Option<Added<'a>>,
}

impl Catalogue<'static> {
    /// The catalogue that is part of this build; with the feature `shapes`, it
    /// knows outputs too.
    pub fn embedded() -> Self {
        const ERRORS: &[u8] = include_bytes!("../../data/errors.bin");
        #[cfg(feature = "shapes")]
        const OUTPUTS: Option<&[u8]> = Some(include_bytes!("../../data/outputs.bin"));
        #[cfg(not(feature = "shapes"))]
        const OUTPUTS: Option<&[u8]> = None;
        const INPUTS: &[u8] = include_bytes!("../../data/inputs.bin");
        let found = Self::read(ERRORS, OUTPUTS).and_then(|catalogue| catalogue.with_inputs(INPUTS));
        // Unreachable: a test reads the very same bytes.
        found.unwrap_or(Self { errors: Errors::EMPTY, outputs: None, inputs: None })
    }
}

impl<'a> Catalogue<'a> {
    /// The catalogue in these bytes, as the generator writes them: services,
    /// operations and errors, and the shapes of outputs where they are wanted.
    ///
    /// # Errors
    /// Where the bytes are of another kind, end early, or belong to different runs.
    pub fn read(errors: &'a [u8], outputs: Option<&'a [u8]>) -> Result<Self, CatalogueError> {
        let errors = Errors::read(errors)?;
        let outputs = outputs.map(|outputs| Added::outputs(outputs, &errors)).transpose()?;
        Ok(Self { errors, outputs, inputs: None })
    }

    /// The same, with the members of inputs in these bytes.
    ///
    /// # Errors
    /// Where the bytes are of another kind, end early, or belong to another run.
    pub fn with_inputs(self, inputs: &'a [u8]) -> Result<Self, CatalogueError> {
        let inputs = Some(Added::inputs(inputs, &self.errors)?);
        Ok(Self { inputs, ..self })
    }

    /// All services, by canonical id.
    pub fn services(self) -> impl Iterator<Item = Service<'a>> {
        (0..self.errors.services()).filter_map(move |number| Service::read(self, number))
    }

    /// The service of this canonical id: its `serviceId` in lower case without
    /// spaces, `-` and `_`, as the SDK's user agent has it.
    pub fn service(self, id: &str) -> Option<Service<'a>> {
        let id_of = |number: usize| self.errors.service(number)?.text(self.errors.texts());
        let number = find::first_at_least(self.errors.services(), |number| {
            id_of(number).is_none_or(|other| other < id)
        });
        Service::read(self, number).filter(|service| service.id() == id)
    }
}

impl std::fmt::Debug for Catalogue<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Catalogue({} services)", self.errors.services())
    }
}

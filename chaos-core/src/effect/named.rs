//! An error by name, and what it is on the wire for each service.

use super::injected_by;
use crate::names;
use crate::spec::{ErrorFault, Target};
use crate::wire::ServiceError;
use std::borrow::Cow;
use std::fmt;

/// A service error as a spec asks for it, resolved for each service that its
/// target may hit.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedError {
    asked: ErrorFault,
    message: String,
    known: Vec<Known>,
    others: Others,
}

/// What the name stands for in some services.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Known {
    /// Service ids, sorted; `None` for every one that no other names.
    pub(crate) only: Option<Vec<Box<str>>>,
    /// `None` where these services have no such error.
    pub(crate) error: Option<ServiceError>,
}

/// What the name stands for in a service that is not among the known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Others {
    /// Nothing.
    Nothing,
    /// What the catalogue says, asked at the call.
    Catalogue,
}

/// Why a name stands for no error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// What is wrong, to stand behind the name.
    pub problem: String,
    /// What would be right.
    pub remedy: String,
}

impl NamedError {
    /// Resolves `asked` for the services that `target` names exactly; for the
    /// others of its services the catalogue is asked at the call. `name` is the
    /// spec's full name, for the message.
    pub(crate) fn new(asked: &ErrorFault, target: &Target, name: &str) -> Self {
        let message = asked.message.clone().unwrap_or_else(|| injected_by(name));
        let mut error = Self { asked: asked.clone(), message, known: Vec::new(), others: Others::Nothing };
        match names::exact_services(target) {
            Some(services) => {
                let found = services.map(|id| Known { only: Some(vec![id.into()]), error: error.find(id) });
                error.known = found.collect();
            }
            None => error.others = Others::Catalogue,
        }
        error
    }

    /// An error that was resolved when it was published.
    #[cfg(feature = "table")]
    pub(crate) fn published(asked: &ErrorFault, known: Vec<Known>, name: &str) -> Self {
        let message = asked.message.clone().unwrap_or_else(|| injected_by(name));
        let told = |known: Known| Known {
            error: known.error.map(|error| ServiceError { message: message.clone(), ..error }),
            ..known
        };
        let known = known.into_iter().map(told).collect();
        Self { asked: asked.clone(), message, known, others: Others::Nothing }
    }

    /// What goes over the wire to a client of `service`.
    ///
    /// # Errors
    /// Why the service, if it is one, has no such error.
    pub fn for_service(&self, service: Option<&str>) -> Result<Cow<'_, ServiceError>, &'static str> {
        let service = service.ok_or("errors by name are made for AWS services only")?;
        let known = self.known.iter().find(|known| known.holds_for(service));
        let found = match (known, self.others) {
            (Some(known), _) => known.error.as_ref().map(Cow::Borrowed),
            (None, Others::Nothing) => None,
            (None, Others::Catalogue) => self.find(service).map(Cow::Owned),
        };
        found.ok_or("this service has no error of that name")
    }

    fn find(&self, service: &str) -> Option<ServiceError> {
        let error = names::find(&self.asked, service).ok().flatten()?;
        Some(ServiceError { message: self.message.clone(), ..error })
    }

    /// The error for reports: its code, where that is one and the same, else its name.
    pub fn label(&self) -> &str {
        match self.known.as_slice() {
            [Known { error: Some(error), .. }] => &error.code,
            _ => &self.asked.name,
        }
    }
}

impl Known {
    fn holds_for(&self, service: &str) -> bool {
        let among = |services: &Vec<Box<str>>| services.binary_search_by(|id| (**id).cmp(service)).is_ok();
        self.only.as_ref().is_none_or(among)
    }
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.problem, self.remedy)
    }
}

impl std::error::Error for Unresolved {}

//! Services by any of their names.

use super::find::{first_at_least, nearest};
use super::tables::Alias;
use super::{Catalogue, Service};

/// What a name stands for.
#[allow(clippy::large_enum_variant, reason = "it is looked into, and let go of")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named<'a> {
    /// One service.
    One(Service<'a>),
    /// Several: the name is an endpoint prefix or a signing name that they share.
    Several(Vec<Service<'a>>),
    /// None.
    Unknown {
        /// Up to three names of services that are like it.
        near: Vec<&'a str>,
    },
}

impl<'a> Catalogue<'a> {
    /// The service, or services, of this name, in either case: its canonical id,
    /// its name in botocore or its `serviceId`, which are its own, else an endpoint
    /// prefix or a signing name, which services may share.
    pub fn named(self, name: &str) -> Named<'a> {
        let name = name.to_ascii_lowercase();
        let known: Vec<_> = self.known_as(&name).collect();
        let own = known.iter().find(|alias| alias.own).and_then(|alias| self.of(alias));
        if let Some(service) = own.or_else(|| self.service(&name.replace([' ', '-', '_'], ""))) {
            return Named::One(service);
        }
        match known.iter().filter_map(|alias| self.of(alias)).collect::<Vec<_>>().as_slice() {
            [] => Named::Unknown { near: self.near(&name) },
            [service] => Named::One(*service),
            services => Named::Several(services.to_vec()),
        }
    }

    /// Every service whose endpoints, and files of pills, begin with this.
    pub fn prefixed(self, endpoint_prefix: &str) -> impl Iterator<Item = Service<'a>> {
        let prefix = endpoint_prefix.to_ascii_lowercase();
        let known: Vec<_> = self.known_as(&prefix).collect();
        let services = known.into_iter().filter_map(move |alias| self.of(&alias));
        services.filter(move |service| service.endpoint_prefix().eq_ignore_ascii_case(&prefix))
    }

    /// The entries of this name in lower case.
    fn known_as(self, name: &str) -> impl Iterator<Item = Alias<'a>> {
        let alias = move |number| self.errors.alias(number);
        let below = |number| alias(number).is_none_or(|alias| alias.name < name);
        let first = first_at_least(self.errors.aliases(), below);
        (first..self.errors.aliases()).map_while(alias).take_while(move |alias| alias.name == name)
    }

    fn of(self, alias: &Alias<'a>) -> Option<Service<'a>> {
        Service::read(self, alias.service)
    }

    fn near(self, name: &str) -> Vec<&'a str> {
        nearest(name, self.services().flat_map(|service| [service.name(), service.id()]))
    }
}

//! What the name of a pill's file says.

use std::fmt;

/// `[prefix.]service.Operation_N.json`, the way placebo names files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PillName {
    /// What the recorder put before the service, such as a test's name.
    pub prefix: Option<String>,
    /// The service's endpoint prefix; it may have dots, as `api.ecr` has.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// The place in the sequence, from 1.
    pub number: u32,
}

impl PillName {
    /// Reads a file's name without its folder.
    ///
    /// Only `known` tells a prefix from the first part of an endpoint prefix with
    /// dots: the longest end that is known is the service. Where everything is
    /// known, nothing is a prefix.
    ///
    /// # Errors
    /// What is wrong with the name, as the rest of a sentence about it.
    pub fn parse(file: &str, known: &dyn Fn(&str) -> bool) -> Result<Self, String> {
        const RIGHT: &str = "pills are named `service.Operation_N.json`";
        let stem = file.strip_suffix(".json").ok_or_else(|| format!("does not end in .json; {RIGHT}"))?;
        let (rest, digits) = stem.rsplit_once('_').ok_or_else(|| format!("has no number; {RIGHT}"))?;
        let number = number(digits).ok_or_else(|| format!("has no number from 1 at its end; {RIGHT}"))?;
        let (services, operation) =
            rest.rsplit_once('.').ok_or_else(|| format!("names no service; {RIGHT}"))?;
        if operation.is_empty() || !operation.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            return Err(format!("names no operation; {RIGHT}"));
        }
        let (prefix, service) = service(services, known)
            .ok_or_else(|| format!("names no known service in `{services}`; {RIGHT}"))?;
        Ok(Self {
            prefix: prefix.map(str::to_owned),
            service: service.to_owned(),
            operation: operation.to_owned(),
            number,
        })
    }
}

/// As placebo writes it: no sign, no leading zero.
fn number(digits: &str) -> Option<u32> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    if plain { digits.parse().ok() } else { None }
}

/// The longest end of `services` that is known, and what stands before it.
fn service<'a>(services: &'a str, known: &dyn Fn(&str) -> bool) -> Option<(Option<&'a str>, &'a str)> {
    let whole = (None, services);
    let ends = services.match_indices('.').filter_map(|(dot, _)| {
        Some((services.get(..dot).filter(|prefix| !prefix.is_empty()), services.get(dot + 1..)?))
    });
    std::iter::once(whole).chain(ends).find(|(_, service)| !service.is_empty() && known(service))
}

impl fmt::Display for PillName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(prefix) = &self.prefix {
            write!(f, "{prefix}.")?;
        }
        write!(f, "{}.{}_{}.json", self.service, self.operation, self.number)
    }
}

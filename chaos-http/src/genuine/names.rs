//! Names that nobody has.

use reqwest::dns::{Name, Resolve, Resolving};
use std::io;

/// Longer than a label may be: resolvers say so without asking anybody.
const NOBODYS: &str = "nobody-has-a-name-that-is-longer-than-the-sixty-three-octets-of-a-label";

/// Fails for every name, with the error of the system's resolver.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unresolved;

impl Resolve for Unresolved {
    fn resolve(&self, _name: Name) -> Resolving {
        Box::pin(async {
            match tokio::net::lookup_host((NOBODYS, 0)).await {
                Err(error) => Err(error.into()),
                // A resolver that has an answer for everything.
                Ok(_) => Err(io::Error::from(io::ErrorKind::NotFound).into()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_label_is_too_long() {
        assert!(super::NOBODYS.len() > 63 && !super::NOBODYS.contains('.'));
    }
}

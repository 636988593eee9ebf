//! What is known of a call when it is intercepted; borrowed, nothing copied.

use crate::effect::Answer;
use crate::input::Places;
use crate::spec::Target;
use std::borrow::Cow;
use std::fmt;

/// One attempt of a call, as an adapter sees it.
#[derive(Clone, Copy)]
pub struct CallContext<'a> {
    /// The service id in lower case without spaces; `None` for plain HTTP, or where unknown.
    pub service: Option<&'a str>,
    /// The operation's name; `None` where there is none or it is unknown.
    pub operation: Option<&'a str>,
    /// The region that the request is signed for.
    pub region: Option<&'a str>,
    /// The host, without port.
    pub host: Option<&'a str>,
    /// The HTTP method.
    pub method: Option<&'a str>,
    /// The path, without query.
    pub path: Option<&'a str>,
    /// Which try of the call this is, from 1.
    pub attempt: u32,
    /// What is read only where a spec asks for it.
    pub details: &'a dyn Details,
}

/// The parts of a call that cost something to read.
pub trait Details {
    /// The value of the header with this lower-case name.
    fn header(&self, name: &str) -> Option<&str>;

    /// A scalar member of the operation's input as text, by name or dotted path;
    /// `places` tells where members lie that are not in the body under their names.
    fn input(&self, path: &str, places: &Places) -> Option<Cow<'_, str>>;

    /// A label that the application set around the work.
    fn label(&self, name: &str) -> Option<Cow<'_, str>>;

    /// What the attempts of one call have in common, and no other call has;
    /// `None` where nothing tells. By default the SDK's invocation id.
    fn call_id(&self) -> Option<&str> {
        self.header("amz-sdk-invocation-id")
    }

    /// The same for two calls that ask for the same, whoever makes them and when:
    /// from method, path, query and body. `None` where the body cannot be read.
    fn input_key(&self) -> Option<u64> {
        None
    }

    /// Whether a spec with this target, which matches, may hit this call.
    ///
    /// # Errors
    /// Which calls are protected from it.
    fn may_hit(&self, _target: &Target) -> Result<(), &'static str> {
        Ok(())
    }

    /// Whether the adapter can make this answer for this call.
    ///
    /// # Errors
    /// Why not: then the spec passes, and nothing of it is counted.
    fn can_make(&self, _answer: &Answer) -> Result<(), &'static str> {
        Ok(())
    }

    /// The same, as far as it takes the request's body to tell: asked only for
    /// calls that the dice chose.
    ///
    /// # Errors
    /// Why not: then the spec passes, and the call counts as a match that was
    /// not injected.
    fn can_make_with_body(&self, _answer: &Answer) -> Result<(), &'static str> {
        Ok(())
    }
}

/// Details of a call that has none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoDetails;

impl Details for NoDetails {
    fn header(&self, _name: &str) -> Option<&str> {
        None
    }

    fn input(&self, _path: &str, _places: &Places) -> Option<Cow<'_, str>> {
        None
    }

    fn label(&self, _name: &str) -> Option<Cow<'_, str>> {
        None
    }
}

/// Put into a request's extensions, it keeps every adapter's hands off this
/// request: not looked at, not counted, never injected. For clients that must
/// work while everything else is made to fail, such as the table's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exempt;

impl CallContext<'static> {
    /// A first attempt of which nothing is known.
    pub fn unknown() -> Self {
        Self {
            service: None,
            operation: None,
            region: None,
            host: None,
            method: None,
            path: None,
            attempt: 1,
            details: &NoDetails,
        }
    }
}

impl fmt::Debug for CallContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Details may hold payloads and credentials: they are not printed.
        f.debug_struct("CallContext")
            .field("service", &self.service)
            .field("operation", &self.operation)
            .field("host", &self.host)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}

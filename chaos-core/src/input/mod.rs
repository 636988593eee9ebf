//! Members of an operation's input, read off its serialised request: bytes in,
//! text out, and no more of a request than it takes to find the one member.
//!
//! `target.input` names members as the API's documentation does: `StreamName`,
//! `Records.0.PartitionKey`, `Bucket`. `docs/catalogue.md` says what is found in
//! which protocol, and what is not.
//!
//! Bodies are read by the names that are on the wire. What lies elsewhere (in
//! the path, the query, a header) or has another name there takes a [`Place`]:
//! [`Places`] finds it, as it was published with a spec or by the catalogue.

mod budget;
mod cbor;
mod form;
mod json;
mod path;
mod place;
mod places;
mod remembered;
mod s3;
mod uri;
mod xml;

pub use budget::Budget;
pub use place::Place;
#[cfg(feature = "table")]
pub(crate) use places::Group;
pub use places::Places;
pub(crate) use places::Published;

use crate::wire::{Protocol, Rest};
use path::{MemberPath, Names};
use std::borrow::Cow;

/// A request, as far as members are read off it.
#[derive(Clone, Copy)]
pub struct Request<'a, 'h> {
    /// What it speaks.
    pub protocol: Protocol,
    /// `https://host/path?query`, as it is sent.
    pub uri: &'a str,
    /// The host, without port.
    pub host: &'a str,
    /// The value of the header with this lower-case name.
    pub header: &'h dyn Fn(&str) -> Option<&'a str>,
    /// The body, where it is in memory.
    pub body: Option<&'a [u8]>,
}

/// The scalar member at `path`, as text: names and, from 0, the numbers of list
/// entries, with dots between. Numbers and booleans are as written, a blob is in
/// base64. `None` for what is absent, no scalar, at a path of more than 16 steps,
/// or in a body that is too large for a [`Budget`].
///
/// Whatever the bytes: no panic, and memory in the size of the member.
pub fn member<'a>(request: &Request<'a, '_>, place: Option<&Place>, path: &str) -> Option<Cow<'a, str>> {
    member_within(request, place, path, &Budget::new())
}

/// The same, where many members of one request may be asked for: those that
/// `budget` does not allow are `None`.
pub fn member_within<'a>(
    request: &Request<'a, '_>,
    place: Option<&Place>,
    path: &str,
    budget: &Budget,
) -> Option<Cow<'a, str>> {
    budget.begin()?;
    let path = MemberPath::of(path)?;
    match place {
        Some(Place::Path { .. } | Place::Query(_) | Place::Header(_) | Place::Headers(_)) => {
            elsewhere(request, place?, &path)
        }
        Some(Place::Payload) => payload(request, path.rest(), budget),
        Some(Place::Body(wire)) => {
            let found = in_body(request, &path.renamed(wire), budget);
            found.or_else(|| in_body(request, &path, budget))
        }
        None => in_body(request, &path, budget),
    }
}

fn elsewhere<'a>(request: &Request<'a, '_>, place: &Place, path: &MemberPath<'_>) -> Option<Cow<'a, str>> {
    let rest = path.rest();
    match place {
        Place::Query(name) => uri::query(request.uri, name, rest),
        Place::Header(name) if rest.is_empty() => (request.header)(name).map(Cow::Borrowed),
        Place::Headers(prefix) => {
            let [name] = rest else { return None };
            (request.header)(&format!("{prefix}{name}").to_ascii_lowercase()).map(Cow::Borrowed)
        }
        Place::Path { segment, of, rest: slashes } if rest.is_empty() => {
            let labels = uri::Labels { of: *of, rest: *slashes };
            match request.protocol {
                Protocol::Rest(Rest::S3) => s3::label(request, labels, *segment),
                _ => labels.value(uri::path(request.uri), *segment),
            }
        }
        _ => None,
    }
}

/// Of a member that is the whole body.
fn payload<'a>(request: &Request<'a, '_>, path: &[&str], budget: &Budget) -> Option<Cow<'a, str>> {
    let body = request.body?;
    let found = match request.protocol {
        Protocol::Rest(Rest::Xml | Rest::S3) => {
            budget.read(body.len(), || xml::member(body, path, xml::Root::Skipped))
        }
        _ => budget.read(body.len(), || json::member(body, path, Names::EitherCase)),
    };
    found.map(Cow::Owned)
}

fn in_body<'a>(request: &Request<'a, '_>, path: &MemberPath<'_>, budget: &Budget) -> Option<Cow<'a, str>> {
    let (body, path) = (request.body?, path.all());
    let form = |names| budget.read(form::passes(path) * body.len(), || form::member(body, path, names));
    let owned = |read: &dyn Fn() -> (Option<String>, usize)| budget.read(body.len(), read).map(Cow::Owned);
    match request.protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 => owned(&|| json::member(body, path, Names::Exact)),
        Protocol::RpcV2Cbor => owned(&|| cbor::member(body, path)),
        Protocol::AwsQuery => form(Names::Exact),
        Protocol::Ec2Query => form(Names::EitherCase),
        Protocol::Rest(Rest::Json) => owned(&|| json::member(body, path, Names::EitherCase)),
        Protocol::Rest(Rest::Xml | Rest::S3) => owned(&|| xml::member(body, path, xml::Root::MayBeNamed)),
    }
}

impl std::fmt::Debug for Request<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Neither bodies nor headers are printed: they may hold anything.
        f.debug_struct("Request")
            .field("protocol", &self.protocol)
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

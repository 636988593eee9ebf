//! Members of a parsed answer that are left out or replaced.
//!
//! Bytes in, bytes out: what no path names stays byte for byte as the service
//! sent it, numbers, whitespace and order included.
//!
//! A path leads from the answer's outermost value inwards. A part of it is a
//! member's name as the wire has it, or, where no member has exactly that name,
//! one that differs in upper and lower case only; in a list a number, counted
//! from 0; or `*` for every one. In XML:
//!
//! - Paths start below the root, in awsQuery below `<..Result>`; they may also
//!   start with what stands beside that, or with the root itself.
//! - Elements of one name side by side are a list: `Contents.0.Key`. A name goes
//!   into all of them: `Contents.Key`. One alone is a list of one: `*` and `0`
//!   are the element itself.
//! - An element that holds elements of one name (`<member>`, `<item>`) is a list
//!   too: `Users.0.UserName`, or `Users.member.0.UserName`.
//!
//! All paths are those of the answer as it came, so that to drop `Records.0` and
//! `Records.1` drops the first two. What is within a member that is dropped or
//! replaced goes with it. A member that is dropped and replaced is replaced.
//!
//! What replaces an absent member is added, where there is an object to hold it;
//! to drop an absent one is no error as long as another path leads somewhere.

mod cbor;
#[cfg(feature = "inject")]
mod headers;
mod json;
mod out;
mod path;
mod tree;
mod xml;

#[cfg(feature = "inject")]
pub use headers::edit_headers;
pub use path::{Paths, Split, header_text, split};

use crate::spec::Members;
use std::borrow::Cow;

/// What a body is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// JSON, of any protocol that uses it, or of plain HTTP.
    Json,
    /// XML: awsQuery, ec2Query, restXml, or of plain HTTP.
    Xml,
    /// CBOR: rpcv2Cbor.
    Cbor,
}

const SAME: Reason = Reason::Borrowed("the members have the new values already");

/// Why a body stays as it is.
type Reason = Cow<'static, str>;

/// The body of an answer with its members changed; of the paths, those that name
/// headers are for [`split`], and where there are no others, nothing is read and
/// the body stays as it is.
///
/// # Errors
/// Why it cannot be: it is not of that form, has none of the members, has the new
/// values already, cannot hold a value (XML: control characters), or would have
/// more than four times its size and 1 MiB.
pub fn edit(body: &[u8], form: Form, members: &Members) -> Result<Vec<u8>, Cow<'static, str>> {
    let paths = split(members).body;
    if paths.is_empty() {
        return Ok(body.to_vec());
    }
    let edited = match form {
        Form::Json => json::edit(body, &paths),
        Form::Xml => xml::edit(body, &paths),
        Form::Cbor => cbor::edit(body, &paths),
    }?;
    if edited == body { Err(SAME) } else { Ok(edited) }
}

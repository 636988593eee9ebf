//! Members of answers that are dropped and replaced.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod any_bytes;
mod cbor;
mod json;
mod model;
mod query;
mod rest_xml;

use chaos_core::body::members::{Form, edit};
use chaos_core::spec::Members;
use serde_json::Value;
use std::borrow::Cow;

const NONE: &str = "the answer has no such member";

fn members<const D: usize, const R: usize>(drop: [&str; D], replace: [(&str, Value); R]) -> Members {
    Members {
        drop: drop.map(str::to_owned).to_vec(),
        replace: replace.map(|(path, value)| (path.to_owned(), value)).into(),
    }
}

fn drop<const D: usize>(paths: [&str; D]) -> Members {
    members(paths, [])
}

fn replace(path: &str, value: Value) -> Members {
    members([], [(path, value)])
}

fn edited(body: &str, form: Form, members: &Members) -> Result<String, &'static str> {
    edited_bytes(body.as_bytes(), form, members).map(|bytes| String::from_utf8(bytes).unwrap())
}

fn edited_bytes(body: &[u8], form: Form, members: &Members) -> Result<Vec<u8>, &'static str> {
    edit(body, form, members).map_err(why)
}

/// Without the names of what is absent.
fn why(reason: Cow<'static, str>) -> &'static str {
    if reason.starts_with("the answer has no member `") { NONE } else { reason.into_owned().leak() }
}

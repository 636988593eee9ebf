//! The catalogue, held against what it must contain.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod damaged;
mod digests;
mod errors;
mod inputs;
mod names;
mod outputs;
mod unmodelled;

use chaos_core::catalogue::{Catalogue, Service};

fn service(id: &str) -> Service<'static> {
    Catalogue::embedded().service(id).unwrap_or_else(|| panic!("no service {id}"))
}

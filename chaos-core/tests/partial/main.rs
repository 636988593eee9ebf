//! Batches of which a part fails: the spec, the requests and the answers.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod answers;
mod property;
mod spec;

use chaos_core::effect::Partial;
use chaos_core::partial::{Batch, Chosen};
use chaos_core::spec::Rate;
use chaos_core::wire::{Protocol, Rest};

const JSON: Protocol = Protocol::AwsJson11;
const FORM: Protocol = Protocol::AwsQuery;
const S3: Protocol = Protocol::Rest(Rest::S3);

fn partial(share: f64, sent: bool) -> Partial {
    Partial { share: Rate::new(share).unwrap(), sent, code: None, message: "by chaos".to_owned() }
}

/// A roll by which exactly these of so many entries are chosen.
fn choosing(batch: &Batch, wanted: &[usize]) -> Chosen {
    let share = Rate::new(wanted.len() as f64 / batch.entries() as f64).unwrap();
    let is_it = |chosen: &Chosen| {
        let flags = chosen.flags().enumerate().filter(|(_, chosen)| *chosen);
        flags.map(|(entry, _)| entry).eq(wanted.iter().copied())
    };
    (0..10_000).map(|roll| batch.choose(share, roll)).find(is_it).unwrap()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// The rewritten answer.
fn failed(batch: &Batch, wanted: &[usize], sent: bool, answer: &str) -> String {
    let chosen = choosing(batch, wanted);
    text(batch.fail(&partial(0.5, sent), &chosen, answer.as_bytes()).unwrap())
}

/// What is left of the request.
fn left(batch: &Batch, wanted: &[usize]) -> String {
    text(batch.without(&choosing(batch, wanted)).unwrap())
}

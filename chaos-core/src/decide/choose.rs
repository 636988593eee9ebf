//! Which of the matching calls are hit: `skip`, `every` and the dice.

use super::calls::Calls;
use super::dice::{Purpose, roll, unit};
use super::{ArmedSpec, SkipReason};
use crate::clock::Now;
use crate::context::CallContext;
use crate::spec::{Key, Per};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// An attempt that was chosen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chosen {
    /// What all of its rolls hang on.
    pub(super) number: u64,
    /// Its call, where all attempts of a call meet the same.
    pub(super) call: Option<u64>,
    /// The share of such attempts that is hit.
    rate: f64,
}

/// Counts the match, and says whether `skip`, `every` and the dice choose it.
pub(super) fn choose(
    spec: &ArmedSpec,
    call: &CallContext<'_>,
    now: &Now,
    seed: u64,
) -> Result<Chosen, SkipReason> {
    let when = &spec.spec.when;
    let rate = spec.rate_at(now);
    let chosen = match key(spec, call)? {
        Some(key) => of_key(spec, call, key, rate),
        None => of_match(spec, call, rate)?,
    };
    let number = chosen.number;
    if when.key.is_default() {
        if number <= when.skip {
            return Err(SkipReason::Skipped { number });
        }
        if !(number - when.skip).is_multiple_of(when.every) {
            return Err(SkipReason::Between { number });
        }
    }
    let rolled = unit(roll(seed, spec.name_hash, Purpose::Rate, number));
    if rolled < chosen.rate { Ok(chosen) } else { Err(SkipReason::Dice { rolled, rate: chosen.rate }) }
}

/// What the roll hangs on; `None` for the number of the match.
pub(super) fn key(spec: &ArmedSpec, call: &CallContext<'_>) -> Result<Option<u64>, SkipReason> {
    let key = &spec.spec.when.key;
    let found = match key {
        Key::Call => return Ok(None),
        Key::Input => call.details.input_key(),
        Key::Label(name) => call.details.label(name).map(|value| hash(&value)),
    };
    found.map(Some).ok_or_else(|| SkipReason::NoKey(key.clone()))
}

/// The same for the same key, in whatever order calls come.
fn of_key(spec: &ArmedSpec, call: &CallContext<'_>, key: u64, rate: f64) -> Chosen {
    match spec.spec.when.per {
        Per::Attempt => {
            spec.state.next_match();
            Chosen { number: xxh3_64_with_seed(&call.attempt.to_le_bytes(), key), call: None, rate }
        }
        Per::Call => {
            let id = call.details.call_id().map_or(key, hash);
            let known = spec.state.calls().of(id, || spec.state.next_match(), rate);
            Chosen { number: key, call: Some(id), rate: known.rate }
        }
    }
}

fn of_match(spec: &ArmedSpec, call: &CallContext<'_>, rate: f64) -> Result<Chosen, SkipReason> {
    const UNTIED: &str = "attempts that nothing ties to their call, which `per` = \"call\" takes";
    match spec.spec.when.per {
        Per::Attempt => Ok(Chosen { number: spec.state.next_match(), call: None, rate }),
        Per::Call => {
            let id = call.details.call_id().map(hash).ok_or(SkipReason::Unavailable(UNTIED))?;
            let calls: &Calls = spec.state.calls();
            let known = calls.of(id, || spec.state.next_match(), rate);
            Ok(Chosen { number: known.number, call: Some(id), rate: known.rate })
        }
    }
}

fn hash(text: &str) -> u64 {
    xxh3_64_with_seed(text.as_bytes(), 0)
}

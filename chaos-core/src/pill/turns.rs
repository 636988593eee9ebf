//! Whose turn it is: one pill per call, whatever its retries.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use xxhash_rust::xxh3::xxh3_128_with_seed;

/// So many calls are remembered; a retry of an older one takes a turn of its own.
const CALLS: usize = 1024;

/// Which try of which call asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt<'a> {
    /// What names the call: the SDK's `amz-sdk-invocation-id`, where it is sent.
    pub invocation: Option<&'a str>,
    /// Which try of the call it is, from 1.
    pub number: u32,
}

/// Counts the turns of sequences. Its memory is bounded, and the same calls in
/// the same order get the same turns.
#[derive(Debug, Default)]
pub struct Turns(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    next: BTreeMap<u64, u64>,
    calls: HashMap<u128, u64>,
    oldest: VecDeque<u128>,
}

impl Turns {
    /// The turn of an attempt in the sequence that `sequence` numbers, from 0: a
    /// new one for a new call, and that of its call for a retry.
    ///
    /// Without an invocation's id, a first attempt is a new call and any other a
    /// retry of the latest. Who asks bounds how many sequences there are.
    pub fn turn(&self, sequence: usize, attempt: Attempt<'_>) -> u64 {
        let sequence = sequence as u64;
        // No update is ever half done, so a panic elsewhere spoils nothing.
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match attempt.invocation {
            Some(id) => state.of_call(sequence, xxh3_128_with_seed(id.as_bytes(), sequence)),
            None if attempt.number > 1 => state.latest(sequence),
            None => state.new_turn(sequence),
        }
    }
}

impl State {
    fn of_call(&mut self, sequence: u64, call: u128) -> u64 {
        if let Some(turn) = self.calls.get(&call) {
            return *turn;
        }
        if self.oldest.len() >= CALLS
            && let Some(oldest) = self.oldest.pop_front()
        {
            self.calls.remove(&oldest);
        }
        let turn = self.new_turn(sequence);
        self.oldest.push_back(call);
        self.calls.insert(call, turn);
        turn
    }

    fn new_turn(&mut self, sequence: u64) -> u64 {
        let next = self.next.entry(sequence).or_default();
        let turn = *next;
        *next = next.wrapping_add(1);
        turn
    }

    /// The latest turn; the first, where the first attempts were not ours.
    fn latest(&mut self, sequence: u64) -> u64 {
        match self.next.get(&sequence) {
            Some(next) => next.wrapping_sub(1),
            None => self.new_turn(sequence),
        }
    }
}

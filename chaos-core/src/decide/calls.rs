//! What became of a call, kept for its retries.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// So many calls are remembered; a retry of an older one is taken for a call of its own.
const CALLS: usize = 8192;

/// What is known of one call. Bounded memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Remembered {
    /// The number of its match, from 1.
    pub(crate) number: u64,
    /// The rate at its first attempt, which a ramp raises for later calls.
    pub(crate) rate: f64,
    /// It counts among those that were hit.
    pub(crate) hit: bool,
}

/// The calls of one spec.
#[derive(Debug, Default)]
pub(crate) struct Calls(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    calls: HashMap<u64, Remembered>,
    oldest: VecDeque<u64>,
    hit: u64,
}

impl Calls {
    /// The call `id`; where it is new, with the number and the rate of now.
    pub(crate) fn of(&self, id: u64, number: impl FnOnce() -> u64, rate: f64) -> Remembered {
        self.with(|state| match state.calls.get(&id) {
            Some(call) => *call,
            None => state.remember(id, Remembered { number: number(), rate, hit: false }),
        })
    }

    /// Whether the call `id` may be hit, of which at most `max` may; it then counts.
    pub(crate) fn count_hit(&self, id: u64, max: Option<u64>) -> bool {
        self.with(|state| {
            let hit = state.hit;
            let Some(call) = state.calls.get_mut(&id) else { return max.is_none_or(|max| hit < max) };
            let may = call.hit || max.is_none_or(|max| hit < max);
            if may && !std::mem::replace(&mut call.hit, true) {
                state.hit += 1;
            }
            may
        })
    }

    /// Whether the call `id` counts as hit already.
    pub(crate) fn was_hit(&self, id: u64) -> bool {
        self.with(|state| state.calls.get(&id).is_some_and(|call| call.hit))
    }

    /// Calls that were hit.
    pub(crate) fn hit(&self) -> u64 {
        self.with(|state| state.hit)
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        // No update is ever half done, so a panic elsewhere spoils nothing.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    fn remember(&mut self, id: u64, call: Remembered) -> Remembered {
        if self.oldest.len() >= CALLS
            && let Some(oldest) = self.oldest.pop_front()
        {
            self.calls.remove(&oldest);
        }
        self.oldest.push_back(id);
        self.calls.insert(id, call);
        call
    }
}

#[cfg(test)]
mod tests {
    use super::{CALLS, Calls, Remembered};

    #[test]
    fn a_call_keeps_its_number_and_memory_is_bounded() {
        let calls = Calls::default();
        for id in 0..2 * CALLS as u64 {
            assert_eq!(calls.of(id, || id + 1, 0.5), Remembered { number: id + 1, rate: 0.5, hit: false });
            assert_eq!(calls.of(id, || 0, 1.0), Remembered { number: id + 1, rate: 0.5, hit: false });
        }
        assert_eq!(calls.with(|state| (state.calls.len(), state.oldest.len())), (CALLS, CALLS));
        assert_eq!(calls.of(0, || 7, 1.0).number, 7, "forgotten");
    }

    #[test]
    fn so_many_calls_are_hit_and_all_of_their_retries() {
        let calls = Calls::default();
        for id in [1, 1, 2, 3, 1, 2] {
            calls.of(id, || id, 1.0);
            assert_eq!(calls.count_hit(id, Some(2)), id < 3, "{id}");
        }
        assert_eq!(calls.hit(), 2);
    }
}

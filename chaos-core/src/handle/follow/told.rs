//! One `tracing` event per change of health, not per poll.

use crate::handle::health::Source;
use crate::table::{Poll, Reader, StoreError};
use std::mem::{Discriminant, discriminant};
use std::time::Duration;

/// What is worth a line in the log when it changes.
#[derive(Debug, PartialEq)]
pub(super) struct Told {
    /// What kind of failure: its words may vary from poll to poll.
    error: Option<Discriminant<StoreError>>,
    problems: Vec<String>,
    state: State,
}

/// What may happen to calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Armed,
    Halted,
    /// Something is armed, and was not heard of for too long.
    LeaseOver,
}

impl State {
    fn of(reader: &Reader) -> Self {
        let snapshot = reader.snapshot();
        match reader.lease_left() {
            _ if snapshot.halted => Self::Halted,
            _ if snapshot.specs.is_empty() => Self::Idle,
            None => Self::LeaseOver,
            Some(_) => Self::Armed,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Idle => "nothing armed",
            Self::Armed => "armed",
            Self::Halted => "halted",
            Self::LeaseOver => "lease over",
        }
    }
}

impl Told {
    /// Tells how it stands after `poll`, if that is not what was told last.
    pub(super) fn tell(told: &mut Option<Self>, poll: &Poll, reader: &Reader, source: &Source) {
        let now = Self {
            error: poll.error.as_ref().map(discriminant),
            problems: reader.snapshot().problems.clone(),
            state: State::of(reader),
        };
        if told.as_ref() != Some(&now) {
            now.say(poll, reader, source);
            *told = Some(now);
        }
    }

    fn say(&self, poll: &Poll, reader: &Reader, source: &Source) {
        let text = match (&poll.error, self.state) {
            (Some(error), State::LeaseOver) => format!("the lease is over, nothing is injected: {error}"),
            (Some(error), _) => error.to_string(),
            (None, _) => {
                let told =
                    std::iter::once("following the table").chain(self.problems.iter().map(String::as_str));
                told.collect::<Vec<_>>().join("; ")
            }
        };
        macro_rules! event {
            ($level:ident) => {
                tracing::$level!(
                    target: "chaos",
                    { chaos.table = source.name(),
                    chaos.state = self.state.name(),
                    chaos.generation = reader.snapshot().generation,
                    chaos.specs = reader.snapshot().specs.len(),
                    chaos.lease_left_ms = milliseconds(reader.lease_left()),
                    chaos.problems = self.problems.len(),
                    chaos.error = poll.error.as_ref().map(tracing::field::display) },
                    "{text}"
                )
            };
        }
        match poll.error.is_none() && self.problems.is_empty() {
            true => event!(info),
            false => event!(warn),
        }
    }
}

/// Nothing where there is none left.
fn milliseconds(time: Option<Duration>) -> u64 {
    u64::try_from(time.unwrap_or_default().as_millis()).unwrap_or(u64::MAX)
}

//! What was decided about each attempt and why, kept for tests.

use crate::context::CallContext;
use crate::decide::{Aftermath, Decision, NoEffect, SkipReason, SpecState};
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// So many attempts are kept, the newest.
const KEPT: usize = 1000;

/// The attempts that a handle decided upon, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Journal {
    /// The newest thousand.
    pub entries: Vec<Entry>,
    /// How many there were before these.
    pub forgotten: u64,
}

/// One attempt, and what was decided about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The attempt.
    pub call: Seen,
    /// The specs that matched, in the order in which they were tried.
    pub tried: Vec<Tried>,
    /// What it got, in words; `Err` where it passed, and why.
    pub decision: Result<String, SkipReason>,
    /// Why nothing came of that, where the answer turned out to be one that the
    /// fault cannot change; for a body that streams known at its end.
    pub without_effect: Option<NoEffect>,
}

/// A spec that matched.
#[derive(Clone, Debug)]
pub struct Tried {
    /// `scenario/spec`.
    pub spec: Arc<str>,
    /// Tells it from others of the same name.
    pub(crate) state: Arc<SpecState>,
    /// Why it did not fire; `None` where it did.
    pub refused: Option<SkipReason>,
}

impl PartialEq for Tried {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.state, &other.state) && self.refused == other.refused
    }
}

/// What can be said of a call in few words.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Seen {
    /// The service id; `None` for plain HTTP.
    pub service: Option<String>,
    /// The operation.
    pub operation: Option<String>,
    /// The HTTP method.
    pub method: Option<String>,
    /// The host, without port.
    pub host: Option<String>,
    /// The path, without query.
    pub path: Option<String>,
    /// Which try of its call it is.
    pub attempt: u32,
}

impl Seen {
    pub(crate) fn of(call: &CallContext<'_>) -> Self {
        let text = |text: Option<&str>| text.map(str::to_owned);
        Self {
            service: text(call.service),
            operation: text(call.operation),
            method: text(call.method),
            host: text(call.host),
            path: text(call.path),
            attempt: call.attempt,
        }
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_unknown = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
        match &self.service {
            Some(service) => write!(f, "{service} {}", or_unknown(&self.operation))?,
            None => write!(
                f,
                "{} {}{}",
                or_unknown(&self.method),
                or_unknown(&self.host),
                self.path.as_deref().unwrap_or_default()
            )?,
        }
        write!(f, " (attempt {})", self.attempt)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.decision {
            Ok(effect) => {
                write!(f, "{}: {effect}", self.call)?;
                if let Some(why) = &self.without_effect {
                    write!(f, ", which changed nothing: {why}")?;
                }
            }
            // It follows, with the spec that gave it.
            Err(reason) if self.tried.iter().any(|tried| tried.refused.as_ref() == Some(reason)) => {
                write!(f, "{}: passed", self.call)?;
            }
            Err(reason) => write!(f, "{}: passed, {reason}", self.call)?,
        }
        for Tried { spec, refused, .. } in &self.tried {
            match refused {
                None => write!(f, "; {spec} fired")?,
                Some(reason) => write!(f, "; {spec}: {reason}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.forgotten > 0 {
            writeln!(f, "({} before these)", self.forgotten)?;
        }
        self.entries.iter().try_for_each(|entry| writeln!(f, "{entry}"))
    }
}

/// Keeps the journal of a handle.
#[derive(Debug, Default)]
pub(crate) struct Recorder(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<(Entry, Option<Arc<Aftermath>>)>,
    forgotten: u64,
}

impl Recorder {
    /// `aftermath` tells later what came of it.
    pub(crate) fn record(
        &self,
        call: Seen,
        tried: Vec<Tried>,
        decision: &Decision,
        aftermath: Option<Arc<Aftermath>>,
    ) {
        let decision = match decision {
            Decision::Inject(injection) => Ok(injection.effect.to_string()),
            Decision::Skip(reason) => Err(reason.clone()),
        };
        let entry = Entry { call, tried, decision, without_effect: None };
        let mut kept = self.kept();
        if kept.entries.len() >= KEPT {
            kept.entries.pop_front();
            kept.forgotten += 1;
        }
        kept.entries.push_back((entry, aftermath));
    }

    pub(crate) fn journal(&self) -> Journal {
        let kept = self.kept();
        let entry = |(entry, aftermath): &(Entry, Option<Arc<Aftermath>>)| {
            let without_effect = aftermath.as_ref().and_then(|aftermath| aftermath.why.get().cloned());
            Entry { without_effect, ..entry.clone() }
        };
        Journal { entries: kept.entries.iter().map(entry).collect(), forgotten: kept.forgotten }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

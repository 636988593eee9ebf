//! Recorded answers, each fitted to the operations that it is for.

use crate::context::CallContext;
use crate::names;
use crate::pill::{Attempt, PillEntry, PillFault, Turns};
use crate::spec::Target;
use crate::wire::{Document, Encoded, Output, ServiceError, Speech, error_with, output};

/// The pills of a spec, ready to be played.
#[derive(Clone, Debug, PartialEq)]
pub struct PillAnswer {
    fault: PillFault,
    known: Vec<KnownPill>,
}

/// One pill as the answer of one operation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KnownPill {
    /// Its place among the spec's pills.
    pub(crate) entry: usize,
    pub(crate) service: Box<str>,
    pub(crate) operation: Box<str>,
    pub(crate) ready: Ready,
}

/// What a pill is on the wire.
#[cfg_attr(
    not(any(feature = "catalogue", feature = "table")),
    allow(dead_code, reason = "only the catalogue and the table know what pills fit")
)]
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ready {
    Output { output: Output, document: Document },
    Error(ServiceError),
}

impl PillAnswer {
    /// Fits the pills to the services and operations that they and `target` name.
    pub(crate) fn new(fault: &PillFault, target: &Target) -> Self {
        let each = fault.entries().iter().enumerate();
        let known = each.flat_map(|(entry, pill)| {
            names::playable(pill, target).unwrap_or_default().into_iter().map(move |place| place.at(entry))
        });
        Self { fault: fault.clone(), known: known.collect() }
    }

    /// Pills that were fitted when they were published.
    #[cfg(feature = "table")]
    pub(crate) fn published(fault: &PillFault, known: Vec<KnownPill>) -> Self {
        Self { fault: fault.clone(), known }
    }

    #[cfg(feature = "table")]
    pub(crate) fn known(&self) -> &[KnownPill] {
        &self.known
    }

    /// How many answers there are.
    pub fn count(&self) -> usize {
        self.fault.entries().len()
    }

    /// Whether a call of this operation has a pill.
    ///
    /// # Errors
    /// Why not.
    pub fn can_play(&self, service: Option<&str>, operation: Option<&str>) -> Result<(), &'static str> {
        match self.sequence(service, operation).next() {
            Some(_) => Ok(()),
            None => Err("no pill of the spec is for this operation"),
        }
    }

    /// Which of the spec's pills this attempt gets: in order and from the first
    /// again, the same for every attempt of one call.
    pub(crate) fn choose(&self, turns: &Turns, call: &CallContext<'_>) -> u64 {
        let count = self.sequence(call.service, call.operation).count().max(1) as u64;
        // Every operation has a sequence of its own, as placebo keeps them.
        let ours = |pill: &KnownPill| pill.is_for(call.service, call.operation);
        let Some(sequence) = self.known.iter().position(ours) else { return 0 };
        let attempt = Attempt { invocation: call.details.call_id(), number: call.attempt };
        let turn = turns.turn(sequence, attempt) % count;
        let chosen =
            usize::try_from(turn).ok().and_then(|turn| self.sequence(call.service, call.operation).nth(turn));
        chosen.map_or(0, |pill| pill.entry as u64)
    }

    /// The chosen pill, as the client of that call reads it. `request_id` is
    /// given where none was recorded.
    ///
    /// # Errors
    /// Where [`PillAnswer::can_play`] says no.
    pub fn encode(
        &self,
        choice: u64,
        (service, operation): (Option<&str>, Option<&str>),
        speech: &Speech,
        request_id: &str,
    ) -> Result<Encoded, &'static str> {
        let mut sequence = self.sequence(service, operation);
        let chosen = sequence.find(|pill| pill.entry as u64 == choice);
        let entry = chosen.and_then(|chosen| Some((chosen, self.fault.entries().get(chosen.entry)?)));
        let (chosen, entry) = entry.ok_or("no pill of the spec is for this operation")?;
        Ok(chosen.ready.encode(entry, speech, request_id))
    }

    fn sequence(&self, service: Option<&str>, operation: Option<&str>) -> impl Iterator<Item = &KnownPill> {
        self.known.iter().filter(move |pill| pill.is_for(service, operation))
    }
}

impl KnownPill {
    fn is_for(&self, service: Option<&str>, operation: Option<&str>) -> bool {
        service == Some(&self.service)
            && operation.is_some_and(|operation| operation.eq_ignore_ascii_case(&self.operation))
    }
}

impl Ready {
    fn encode(&self, entry: &PillEntry, speech: &Speech, request_id: &str) -> Encoded {
        let metadata = &entry.pill.metadata;
        let request_id = metadata.request_id.as_deref().unwrap_or(request_id);
        let headers = metadata.all_headers();
        match self {
            Self::Error(told) => error_with(told, speech, &headers, request_id),
            Self::Output { output: shape, document } => {
                output(shape, document, entry.pill.status, speech, &headers, request_id)
            }
        }
    }
}

/// Where a pill can be played.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) service: Box<str>,
    pub(crate) operation: Box<str>,
    pub(crate) ready: Ready,
}

impl Place {
    fn at(self, entry: usize) -> KnownPill {
        KnownPill { entry, service: self.service, operation: self.operation, ready: self.ready }
    }
}

/// A recorded error, without what its service's definition adds to it.
#[cfg(any(feature = "catalogue", feature = "table"))]
pub(crate) fn recorded_error(status: u16, recorded: &crate::pill::RecordedError) -> ServiceError {
    ServiceError {
        code: recorded.code.clone(),
        status,
        message: recorded.message.clone(),
        query_code: None,
        fields: None,
    }
}

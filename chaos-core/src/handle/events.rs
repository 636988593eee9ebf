//! One `tracing` event per decision on a matching call.

use super::journal::Tried;
use crate::context::CallContext;
use crate::decide::{ArmedSpec, SkipReason, Trace};
use std::sync::Arc;

pub(crate) struct Events<'a> {
    pub(crate) call: &'a CallContext<'a>,
    pub(crate) generation: u64,
    pub(crate) dry_run: bool,
    /// For the journal, where one is kept.
    pub(crate) tried: Option<Vec<Tried>>,
}

impl Trace for Events<'_> {
    fn spec(&mut self, spec: &Arc<ArmedSpec>, outcome: Option<&SkipReason>) {
        if let Some(tried) = &mut self.tried {
            let (name, state) = (Arc::clone(&spec.full_name), Arc::clone(&spec.state));
            tried.push(Tried { spec: name, state, refused: outcome.cloned() });
        }
        match outcome {
            // What changes a call's fate is worth an INFO; what does not is for the curious.
            None => tracing::info!(
                target: "chaos",
                { chaos.scenario = spec.scenario(),
                chaos.spec = spec.spec.id.as_str(),
                chaos.decision = "inject",
                chaos.fault = spec.summary().as_str(),
                chaos.attempt = self.call.attempt,
                chaos.generation = self.generation,
                chaos.dry_run = self.dry_run,
                service = self.call.service,
                operation = self.call.operation,
                host = self.call.host },
                "injecting a fault"
            ),
            Some(reason) => tracing::debug!(
                target: "chaos",
                { chaos.scenario = spec.scenario(),
                chaos.spec = spec.spec.id.as_str(),
                chaos.decision = %reason,
                chaos.attempt = self.call.attempt,
                chaos.generation = self.generation,
                chaos.dry_run = self.dry_run,
                service = self.call.service,
                operation = self.call.operation,
                host = self.call.host },
                "passing a matching call"
            ),
        }
    }
}

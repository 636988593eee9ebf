//! The faults that a call is likely to meet, the most telling first.

use super::call::Call;
use super::fault::{Fault, How};
use crate::names;
use crate::spec::{NetworkFault, Outcome, PartialFault, Patterns, Rate};

/// What each call meets where the sweep is not told otherwise.
pub(super) fn likely(call: &Call) -> Vec<Fault> {
    let mut faults = vec![Fault::from(NetworkFault::ResponseLost)];
    match call {
        Call::Aws { service, operation } => {
            let mut errors = errors(service, operation.as_deref());
            // What is most telling first: one error of each kind, then the network, then the rest.
            let rest = errors.split_off(errors.len().min(2));
            faults.extend(errors);
            faults.push(NetworkFault::Timeout.into());
            faults.push(half_of_a_batch());
            faults.push(NetworkFault::ConnectionReset.into());
            faults.extend(rest);
        }
        Call::Http { .. } => {
            faults.extend([503, 429].map(Fault::status));
            faults.push(NetworkFault::Timeout.into());
            faults.push(NetworkFault::ConnectionReset.into());
            faults.push(Fault::status(500));
        }
    }
    faults.retain(|fault| fits(fault, call));
    faults
}

/// Whether the call can have the fault.
pub(super) fn fits(fault: &Fault, call: &Call) -> bool {
    let target = call.target();
    let is_named = target.operation.as_ref().is_some_and(Patterns::all_exact);
    match call {
        Call::Http { .. } => fault.is_of_http(),
        Call::Aws { .. } if fault.is_of_batches() && !is_named => false,
        Call::Aws { .. } => names::can_answer(&fault.spec(target, How::Always)).is_ok(),
    }
}

fn half_of_a_batch() -> Fault {
    Outcome::Partial(PartialFault::of(Rate::new(0.5).unwrap_or(Rate::ALWAYS))).into()
}

/// What any service may send, for those that the catalogue does not know.
fn of_any() -> Vec<Fault> {
    vec![Fault::error_with_status("ThrottlingException", 400), Fault::status(503), Fault::status(500)]
}

#[cfg(not(feature = "catalogue"))]
fn errors(_service: &str, _operation: Option<&str>) -> Vec<Fault> {
    of_any()
}

#[cfg(feature = "catalogue")]
fn errors(service: &str, operation: Option<&str>) -> Vec<Fault> {
    let names = super::modelled::errors(service, operation);
    names.map_or_else(of_any, |names| names.into_iter().map(Fault::error).collect())
}

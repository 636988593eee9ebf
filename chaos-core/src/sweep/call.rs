//! Calls, as a sweep tells them apart.

use super::coverage::Outside;
use crate::context::CallContext;
use crate::handle::{Listener, Tried};
use crate::names;
use crate::spec::{Case, Patterns, Target};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many calls of one piece of work are told apart.
const CALLS: usize = 100;

/// What one call of the swept work asks for: all that ask for the same are one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// An operation of an AWS service.
    Aws {
        /// The service id.
        service: String,
        /// The operation; `None` where the request does not reveal it.
        operation: Option<String>,
    },
    /// A plain HTTP call.
    Http {
        /// The method; `*` where it is unknown.
        method: String,
        /// The host, without port.
        host: String,
        /// The path, without query. What looks like an id in it, a segment of
        /// digits or of 16 and more hex digits and hyphens, is `*`: it is
        /// another in every run.
        path: String,
    },
}

impl Call {
    /// `None` for a call that cannot be told from others.
    pub(super) fn of(call: &CallContext<'_>) -> Option<Self> {
        if let Some(service) = call.service {
            return Some(Self::Aws {
                service: service.to_owned(),
                operation: call.operation.map(str::to_owned),
            });
        }
        Some(Self::Http {
            method: call.method.unwrap_or("*").to_owned(),
            host: call.host?.to_owned(),
            path: without_ids(call.path.unwrap_or("*")),
        })
    }

    /// The target that is about this call alone.
    pub(super) fn target(&self) -> Target {
        let any_case = |text: &str| Some(Patterns::one(text, Case::Ignored));
        match self {
            Self::Aws { service, operation } => {
                let of = |service: &str, operation: Option<&str>| Target {
                    service: any_case(service),
                    operation: operation.and_then(any_case),
                    ..Target::default()
                };
                let exact = of(service, operation.as_deref());
                match names::is_target(&exact) {
                    Ok(()) => exact,
                    // So names are written that are newer than the catalogue.
                    Err(_) => {
                        let newer = operation.as_ref().map(|name| format!("{name}*"));
                        of(&format!("{service}*"), newer.as_deref())
                    }
                }
            }
            Self::Http { method, host, path } => {
                let given = |text: &str| (text != "*").then_some(Patterns::one(text, Case::Sensitive));
                let method = given(method).and_then(|_| any_case(method));
                Target { method, host: any_case(host), path: given(path), ..Target::default() }
            }
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aws { service, operation } => {
                write!(f, "{service} {}", operation.as_deref().unwrap_or("?"))
            }
            Self::Http { method, host, path } => write!(f, "{method} {host}{path}"),
        }
    }
}

fn without_ids(path: &str) -> String {
    let part = |part| if is_id(part) { "*" } else { part };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn is_id(part: &str) -> bool {
    let digits = part.bytes().all(|byte| byte.is_ascii_digit());
    let hex = part.len() >= 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    !part.is_empty() && (digits || hex)
}

/// How often a call was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// First attempts.
    pub times: u64,
    /// All attempts.
    pub attempts: u64,
}

/// What one run of the work asked for, kept by the scope that it runs in.
#[derive(Debug, Default)]
pub(super) struct Heard(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    calls: BTreeMap<Call, Made>,
    /// The highest attempt of any of them.
    reached: BTreeMap<Call, u32>,
    left_out: u64,
    refused: Option<String>,
}

impl Heard {
    /// The calls, and how many attempts there were of such as are not among them.
    pub(super) fn calls(&self) -> (BTreeMap<Call, Made>, u64) {
        let kept = self.kept();
        (kept.calls.clone(), kept.left_out)
    }

    /// The same, of what no run made.
    pub(super) fn outside(&self) -> Outside {
        let (calls, left_out) = self.calls();
        Outside { calls, left_out }
    }

    /// How often the call was tried that was tried most often.
    pub(super) fn reached(&self, call: &Call) -> u32 {
        self.kept().reached.get(call).copied().unwrap_or_default()
    }

    /// Why the run's fault was refused first, where it was.
    pub(super) fn refused(&self) -> Option<String> {
        self.kept().refused.clone()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // No update is ever half done, so a panic elsewhere spoils nothing.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener for Heard {
    fn hear(&self, call: &CallContext<'_>, tried: &[Tried]) {
        let mut kept = self.kept();
        let ours = tried.iter().filter(|tried| is_ours(&tried.spec));
        let refused = ours.filter_map(|tried| tried.refused.as_ref()).next();
        if let (None, Some(reason)) = (&kept.refused, refused) {
            kept.refused = Some(reason.to_string());
        }
        let known = Call::of(call).filter(|call| kept.calls.len() < CALLS || kept.calls.contains_key(call));
        let Some(known) = known else {
            kept.left_out += 1;
            return;
        };
        let reached = kept.reached.entry(known.clone()).or_default();
        *reached = call.attempt.max(*reached);
        let made = kept.calls.entry(known).or_default();
        made.times += u64::from(call.attempt <= 1);
        made.attempts += 1;
    }
}

fn is_ours(name: &str) -> bool {
    name.split_once('/').is_some_and(|(scenario, _)| scenario == super::SCENARIO)
}

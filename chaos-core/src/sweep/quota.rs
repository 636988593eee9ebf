//! Whether calls are still tried again as they were before.
//!
//! Clients of the AWS SDK have a quota of retries, which runs may share without
//! meaning to. Once it is used up the work looks less able than it is.

use super::call::Call;
use super::coverage::{Row, Verdict};
use std::collections::HashSet;

/// What a fault is to who may try again. The SDK takes broken connections and
/// answers with 500, 502, 503 and 504 for one and the same.
const PASSING: &str = "passing";

/// After which faults each call was tried again.
#[derive(Debug, Default)]
pub(super) struct Quota {
    tried_again: HashSet<(Call, String)>,
}

impl Quota {
    /// Whether the run of `row` says that there was no retry left for it: its call
    /// was tried at most `reached` times. Asked in the order of the runs.
    ///
    /// That a call is tried less often is no sign: where every attempt waits for
    /// something, the time of the whole call may be over first. That it is not
    /// tried again at all is one.
    pub(super) fn is_dry(&mut self, row: &Row, reached: u32) -> bool {
        if !matches!(row.call, Call::Aws { .. }) || row.hits == 0 || row.verdict == Verdict::Hung {
            return false;
        }
        let kind = |name: &str| (row.call.clone(), name.to_owned());
        let own = kind(&row.fault.to_string());
        if reached > 1 {
            if row.fault.is_passing() {
                self.tried_again.insert(kind(PASSING));
            }
            self.tried_again.insert(own);
            return false;
        }
        let is_alike = row.fault.is_passing_at_once() && self.tried_again.contains(&kind(PASSING));
        is_alike || self.tried_again.contains(&own)
    }
}

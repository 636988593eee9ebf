//! Whether calls are still tried again as they were before.
//!
//! Clients of the AWS SDK have a quota of retries, which runs may share without
//! meaning to. Once it is used up the work looks less able than it is.

use super::call::Call;
use super::coverage::{Row, Verdict};
use super::fault::How;
use std::collections::{HashMap, HashSet};

/// What a fault is to who may try again. The SDK takes broken connections and
/// answers with 500, 502, 503 and 504 for one and the same.
const PASSING: &str = "passing";

/// After which faults each call was tried again, and how often.
#[derive(Debug, Default)]
pub(super) struct Quota {
    tried_again: HashSet<(Call, String)>,
    most: HashMap<Call, u32>,
}

impl Quota {
    /// Whether the run of `row` says that there was no retry left for it: its call
    /// was tried at most `reached` times. Asked in the order of the runs.
    ///
    /// Where every attempt waits for something, the time of the whole call may be
    /// over before it is tried as often as it may be. So of faults that take time
    /// only that it is not tried again at all is a sign.
    pub(super) fn is_dry(&mut self, row: &Row, reached: u32) -> bool {
        if !matches!(row.call, Call::Aws { .. }) || row.hits == 0 || row.verdict == Verdict::Hung {
            return false;
        }
        if reached > 1 {
            self.note(row);
            return row.how == How::Always && row.fault.is_at_once() && self.is_less(&row.call, reached);
        }
        let is_alike = row.fault.is_passing() && row.fault.is_at_once();
        self.tried_again.contains(&(row.call.clone(), row.fault.to_string()))
            || (is_alike && self.tried_again.contains(&(row.call.clone(), PASSING.to_owned())))
    }

    fn note(&mut self, row: &Row) {
        let passing = row.fault.is_passing().then(|| PASSING.to_owned());
        let kinds = passing.into_iter().chain([row.fault.to_string()]);
        self.tried_again.extend(kinds.map(|kind| (row.call.clone(), kind)));
    }

    /// Less often than after another fault that is over at once.
    fn is_less(&mut self, call: &Call, reached: u32) -> bool {
        let most = self.most.entry(call.clone()).or_default();
        *most = reached.max(*most);
        reached < *most
    }
}

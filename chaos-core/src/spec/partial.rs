//! Batches of which a part fails.

use super::outcome::{error_name, prose};
use super::rate::Rate;
use crate::door::{At, Door, Known, Value};
use serde::Serialize;

/// Of a batch operation's entries, a share is reported failed.
///
/// How many is the share of all entries, rounded, and at least one; which ones
/// is drawn anew for each call, the same for the same seed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartialFault {
    /// How many of the entries, more than none.
    pub share: Rate,
    /// They are done all the same, and only reported failed; if not, they are
    /// taken out of the request.
    #[serde(skip_serializing_if = "is_true")]
    pub sent: bool,
    /// The code of each, where entries have one; by default what the service
    /// sends when it is overloaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The message of each, where entries have one; by default it says that it
    /// was injected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

fn is_true(sent: &bool) -> bool {
    *sent
}

impl PartialFault {
    /// So many entries are reported failed, although they are done: the test of
    /// idempotency.
    ///
    /// ```
    /// use chaos_core::spec::{PartialFault, Rate};
    /// let half = PartialFault::of(Rate::new(0.5).unwrap());
    /// assert!(half.sent);
    /// let not_done = PartialFault { sent: false, ..half };
    /// # let _ = not_done;
    /// ```
    pub fn of(share: Rate) -> Self {
        Self { share, sent: true, code: None, message: None }
    }

    pub(super) fn is_share_only(&self) -> bool {
        self.sent && self.code.is_none() && self.message.is_none()
    }

    pub(super) fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        const KNOWN: Known = Known { now: &["share", "sent", "code", "message"], later: &[] };
        if !matches!(at.node.value, Value::Object(_)) {
            return share(door, at).map(Self::of);
        }
        let fields = door.object(at, KNOWN)?;
        let given = door.required(&fields, "share", "write the share of entries that fail, such as \"50%\"");
        let sent = fields.get("sent").map(|at| door.bool(&at));
        let code = fields.get("code").map(|at| error_name(door, &at));
        let message = fields.get("message").map(|at| prose(door, &at));
        Some(Self {
            share: share(door, &given?)?,
            sent: sent.flatten().unwrap_or(true),
            code: code.flatten(),
            message: message.flatten(),
        })
    }
}

fn share(door: &mut Door, at: &At<'_>) -> Option<Rate> {
    let share = Rate::parse(door, at)?;
    if share.share() == 0.0 {
        door.refuse(at, "fails no entry", "write a share above 0%, such as \"50%\"");
        return None;
    }
    Some(share)
}

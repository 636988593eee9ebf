//! What bars an act.

use super::StoreError;
use super::flip::HeadItem;
use super::item::Publication;
use super::value::Item;
use crate::caps;
use crate::spec::Id;
use jiff::Timestamp;

/// What HEAD arms, less what is over: a deadline that has passed is only clutter.
pub(super) fn still_armed(read: &HeadItem, now: Timestamp) -> Item {
    let over = |name: &str| {
        let entry = Id::new(name).and_then(|id| read.head.armed.get(&id));
        entry.is_some_and(|entry| entry.until <= now)
    };
    read.armed
        .iter()
        .filter(|(name, _)| !over(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// The rules that bar an arming.
pub(super) fn check_room(read: &HeadItem, new: &Publication<'_>, now: Timestamp) -> Result<(), StoreError> {
    if let Some(halted) = &read.head.halted {
        return Err(refused(format!(
            "the environment is halted by {}: {}; `monkeyless resume` lifts it",
            or_unknown(&halted.by),
            or_unknown(&halted.why)
        )));
    }
    let id = &new.scenario.id;
    // Entries that cannot be understood take their place all the same.
    let others = still_armed(read, now).keys().filter(|name| *name != id.as_str()).count();
    if others >= caps::MAX_ARMED_SCENARIOS {
        return Err(refused(format!(
            "{others} scenarios are armed already, as many as may be; disarm one first"
        )));
    }
    let others = || read.head.live(now).filter(|(other, _)| *other != id).map(|(_, entry)| entry);
    let specs = new.scenario.spec.len() + others().map(|entry| entry.specs).sum::<usize>();
    if specs > caps::MAX_SPECS {
        let most = caps::MAX_SPECS;
        return Err(refused(format!(
            "{specs} specs would be armed, and at most {most} may be; disarm others first"
        )));
    }
    let bytes = new.bytes + others().map(|entry| entry.bytes).sum::<usize>();
    if bytes > caps::MAX_SPEC_BYTES {
        let most = caps::MAX_SPEC_BYTES;
        return Err(refused(format!(
            "{bytes} bytes of specs would be armed, and at most {most} may be; disarm others first"
        )));
    }
    Ok(())
}

fn or_unknown(text: &str) -> &str {
    if text.is_empty() { "(not said)" } else { text }
}

pub(super) fn refused(reason: String) -> StoreError {
    StoreError::Refused { reason }
}

pub(super) fn check_reason(reason: &str) -> Result<(), StoreError> {
    match reason.trim().is_empty() || reason.len() > caps::MAX_PROSE_BYTES {
        true => Err(refused("a reason of 1 byte to 4 KiB is required; it is kept in the audit".to_owned())),
        false => Ok(()),
    }
}

/// A reason cut to what an item may hold: ending an outage fails on no formality.
pub(super) fn bounded(reason: &str) -> String {
    let fits = |at: &usize| reason.is_char_boundary(*at);
    let end = (0..=reason.len().min(caps::MAX_PROSE_BYTES)).rev().find(fits).unwrap_or(0);
    reason.get(..end).unwrap_or_default().to_owned()
}

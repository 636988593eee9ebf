//! Durations and instants as specs write them.

use crate::door::{At, Door};
use jiff::{SignedDuration, Timestamp};
use serde::Serializer;
use std::time::Duration;

/// Reads `"200ms"`, `"1m 30s"`, `"2s"`; `None` where it is no positive duration.
///
/// ```
/// use std::time::Duration;
/// assert_eq!(chaos_core::spec::parse_duration("200ms"), Some(Duration::from_millis(200)));
/// assert_eq!(chaos_core::spec::parse_duration("-1s"), None);
/// assert_eq!(chaos_core::spec::parse_duration("200"), None);
/// ```
pub fn parse_duration(text: &str) -> Option<Duration> {
    let duration: SignedDuration = text.parse().ok()?;
    Duration::try_from(duration).ok().filter(|duration| !duration.is_zero())
}

/// Writes a duration as [`parse_duration`] reads it.
pub fn format_duration(duration: Duration) -> String {
    SignedDuration::try_from(duration)
        .map_or_else(|_| format!("{}s", duration.as_secs()), |duration| format!("{duration:#}"))
}

/// A positive duration of at most `longest`.
pub(crate) fn duration(door: &mut Door, at: &At<'_>, longest: Duration) -> Option<Duration> {
    let right = format!("write a duration such as \"200ms\" or \"2s\", at most {}", format_duration(longest));
    let text = door.text(at, &right)?;
    match parse_duration(text) {
        Some(duration) if duration <= longest => Some(duration),
        Some(_) => {
            door.refuse(at, "is longer than the compiled-in cap", right);
            None
        }
        None => {
            door.refuse(at, "is not a positive duration with a unit", right);
            None
        }
    }
}

pub(crate) fn timestamp(door: &mut Door, at: &At<'_>) -> Option<Timestamp> {
    const RIGHT: &str = "write a time with its offset, such as \"2026-12-01T12:00:00Z\"";
    let parsed = door.text(at, RIGHT)?.parse().ok();
    if parsed.is_none() {
        door.refuse(at, "is not a time with an offset", RIGHT);
    }
    parsed
}

pub(crate) fn write_duration<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format_duration(*duration))
}

pub(crate) fn write_optional_duration<S: Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match duration {
        Some(duration) => write_duration(duration, serializer),
        None => serializer.serialize_none(),
    }
}

pub(crate) fn write_timestamp<S: Serializer>(
    time: &Option<Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.collect_str(time),
        None => serializer.serialize_none(),
    }
}

//! Points in time as protocols write them and as pills and spec files give them.

use super::schema::TimeFormat;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822::{DateTimeParser, DateTimePrinter};
use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json};

/// Seconds since 1970: whole where the time is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Epoch {
    Whole(i64),
    Fraction(f64),
}

/// Seconds since 1970; parts of a second as near as 64 bits go.
pub(super) fn epoch(time: Timestamp) -> Epoch {
    match time.subsec_nanosecond() {
        0 => Epoch::Whole(time.as_second()),
        _ => Epoch::Fraction(time.as_duration().as_secs_f64()),
    }
}

/// `time` in this format. HTTP dates have whole seconds.
pub(super) fn text(time: Timestamp, format: TimeFormat) -> String {
    match format {
        TimeFormat::Iso8601 => time.to_string(),
        // Years that HTTP cannot say, before 0 and after 9999, stay readable.
        TimeFormat::HttpDate => {
            DateTimePrinter::new().timestamp_to_rfc9110_string(&time).unwrap_or_else(|_| time.to_string())
        }
        TimeFormat::Epoch => match epoch(time) {
            Epoch::Whole(seconds) => seconds.to_string(),
            Epoch::Fraction(seconds) => seconds.to_string(),
        },
    }
}

/// RFC 3339.
pub(super) fn strict(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// RFC 3339, ISO 8601 (UTC where it names no offset) or RFC 822.
pub(super) fn lenient(text: &str) -> Option<Timestamp> {
    let civil = || text.parse::<DateTime>().ok().and_then(utc);
    strict(text).or_else(civil).or_else(|| DateTimeParser::new().parse_timestamp(text).ok())
}

/// A number of seconds since 1970, to the microsecond.
pub(super) fn from_epoch(number: &serde_json::Number) -> Option<Timestamp> {
    match number.as_i64() {
        Some(seconds) => Timestamp::from_second(seconds).ok(),
        // Out of range saturates, which jiff refuses.
        None => Timestamp::from_microsecond((number.as_f64()? * 1e6).round() as i64).ok(),
    }
}

/// Python's datetime as placebo writes it: always UTC.
pub(super) fn from_datetime(parts: &Map<String, Json>) -> Option<Timestamp> {
    let part = |name: &str| parts.get(name).map_or(Some(0), Json::as_i64);
    let date = DateTime::new(
        part("year")?.try_into().ok()?,
        part("month")?.try_into().ok()?,
        part("day")?.try_into().ok()?,
        part("hour")?.try_into().ok()?,
        part("minute")?.try_into().ok()?,
        part("second")?.try_into().ok()?,
        part("microsecond")?.checked_mul(1000)?.try_into().ok()?,
    );
    date.ok().and_then(utc)
}

fn utc(date: DateTime) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(date).ok()
}

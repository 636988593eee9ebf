//! The keys of every item. The second segment is the environment, so that a
//! role can be confined to one (`dynamodb:LeadingKeys`); the third tells what
//! an application may read (HEAD, T), what it may write (R, I, F), and what it
//! may not touch at all (D, A, O, K; and everything under `mc1|*|`).

use super::Sha256;
use super::value::{Item, text};
use crate::caps::MAX_ARMED;
use crate::spec::Id;
use jiff::Timestamp;
use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;
use xxhash_rust::xxh3::xxh3_64;

/// The partition of what is not confined to named functions.
pub(super) const EVERY_FUNCTION: &str = "*";

/// The primary key of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) pk: String,
    pub(super) sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    /// The key as an item holds it.
    pub(super) fn item(&self) -> Item {
        Item::from([("pk".to_owned(), text(&self.pk)), ("sk".to_owned(), text(&self.sk))])
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pk = \"{}\", sk = \"{}\"", self.pk, self.sk)
    }
}

/// HEAD; copies have partition keys of their own, which is what they are for.
pub(super) fn head(environment: &Id, copy: u32) -> Key {
    let pk = match copy {
        0 => format!("mc1|{environment}|HEAD"),
        copy => format!("mc1|{environment}|HEAD|{copy:02}"),
    };
    Key::new(pk, "0")
}

/// Which environments there are. `*` is no environment's name.
pub(super) fn environments() -> Key {
    Key::new("mc1|*|ENVIRONMENTS".to_owned(), "0")
}

pub(super) fn definition(environment: &Id, id: &Id) -> Key {
    Key::new(definitions(environment), format!("SCN|{id}"))
}

pub(super) fn definitions(environment: &Id) -> String {
    format!("mc1|{environment}|D")
}

pub(super) fn audit(environment: &Id, at: Timestamp, generation: u64) -> Key {
    Key::new(audit_month(environment, at), format!("{generation:020}"))
}

pub(super) fn audit_month(environment: &Id, at: Timestamp) -> String {
    format!("mc1|{environment}|A|{}", at.strftime("%Y-%m"))
}

/// The partition of one function, as HEAD and keys name it.
pub(super) fn function_partition(function: &str) -> String {
    format!("f|{}", function.replace('%', "%25").replace('|', "%7C"))
}

pub(super) fn partition(environment: &Id, partition: &str) -> String {
    format!("mc1|{environment}|T|{partition}")
}

/// What the sort keys of a published revision start with.
pub(super) fn revision(scenario: &Id, revision: u64) -> String {
    format!("S|{scenario}|{revision:020}|")
}

pub(super) fn spec(environment: &Id, name: &str, scenario: &Id, number: u64, spec: &Id) -> Key {
    Key::new(partition(environment, name), format!("{}{spec}", revision(scenario, number)))
}

/// Reports are spread over so many partitions, for many instances write at once.
const REPORT_SHARDS: u64 = 8;
/// A partition holds the reports of so many seconds.
const REPORT_SPAN: i64 = 600;

/// What an instance reported at a time.
pub(super) fn report(environment: &Id, at: Timestamp, instance: u64) -> Key {
    let pk = report_partition(environment, at.as_second(), instance % REPORT_SHARDS);
    Key::new(pk, format!("{instance:016x}|{:016}", at.as_millisecond()))
}

/// Where the reports lie that were made between two times.
pub(super) fn report_partitions(
    environment: &Id,
    from: Timestamp,
    to: Timestamp,
) -> impl Iterator<Item = String> {
    let spans = from.as_second().div_euclid(REPORT_SPAN)..=to.as_second().div_euclid(REPORT_SPAN);
    spans.flat_map(move |span| {
        (0..REPORT_SHARDS).map(move |shard| report_partition(environment, span * REPORT_SPAN, shard))
    })
}

fn report_partition(environment: &Id, second: i64, shard: u64) -> String {
    let begin =
        Timestamp::from_second(second.div_euclid(REPORT_SPAN) * REPORT_SPAN).unwrap_or(Timestamp::MIN);
    format!("mc1|{environment}|R|{}|{shard}", begin.strftime("%Y-%m-%dT%H:%M"))
}

pub(super) fn instances(environment: &Id) -> String {
    format!("mc1|{environment}|I")
}

pub(super) fn instance(environment: &Id, function: &str, instance: &str) -> Key {
    // Function names have no bound of their own, and sort keys have 1,024 bytes.
    let function: String = function.chars().take(200).collect();
    Key::new(instances(environment), format!("{}|{instance}", function_partition(&function)))
}

/// What all processes together may still inject by one spec of a revision.
#[cfg_attr(not(feature = "inject"), allow(dead_code))]
pub(super) fn fleet(environment: &Id, scenario: &str, revision: u64, spec: &Id) -> Key {
    Key::new(format!("mc1|{environment}|F|{scenario}|{revision:020}"), spec.as_str())
}

/// The outages of an environment.
pub(super) fn outages(environment: &Id) -> String {
    format!("mc1|{environment}|O")
}

/// One outage, by the revision that began it: revisions grow with time.
pub(super) fn outage(environment: &Id, id: u64) -> Key {
    Key::new(outages(environment), format!("{id:020}"))
}

/// The partition of tokens, which are those of the whole table.
pub(super) const TOKENS: &str = "mc1|*|TOKENS";

/// A token, by its hash.
pub(super) fn token(hash: &Sha256) -> Key {
    Key::new(TOKENS.to_owned(), hash.as_str())
}

/// A request that may be repeated. Of actor and key at most 1,024 bytes come together.
pub(super) fn request(environment: &Id, actor: &str, key: &str) -> Key {
    let sk = format!("{}|{key}", actor.replace('%', "%25").replace('|', "%7C"));
    let spread = xxh3_64(sk.as_bytes()) & 0xff;
    Key::new(format!("mc1|{environment}|K|{spread:02x}"), sk)
}

/// Between which sort keys the outages lie that began within a range of time.
/// What names one is when its revision was published, on the clock of whoever
/// armed it: before it began, by as long as that took.
pub(super) fn outages_between(began: &RangeInclusive<Timestamp>) -> (String, String) {
    let (before, after) = (MAX_ARMED.as_millis(), EARLY.as_millis());
    let revision = |milliseconds: i128| {
        let revision = u64::try_from(milliseconds.saturating_mul(1_000_000).max(0)).unwrap_or(u64::MAX);
        format!("{revision:020}")
    };
    let of = |at: &Timestamp| i128::from(at.as_millisecond());
    let signed = |duration| i128::try_from(duration).unwrap_or(0);
    (revision(of(began.start()) - signed(before)), revision(of(began.end()) + 1 + signed(after)))
}

/// A clock that is set back while something is armed makes it begin before its revision.
const EARLY: Duration = Duration::from_secs(3600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_cannot_reach_into_each_others_keys() {
        let names = ["a|b", "a%7Cb", "a", "*", "a%b"];
        let partitions: std::collections::BTreeSet<_> = names.map(function_partition).into();
        assert_eq!(partitions.len(), names.len());
        assert!(partitions.iter().all(|name| name.matches('|').count() == 1 && name != EVERY_FUNCTION));
    }

    #[test]
    fn reports_lie_where_they_are_looked_for() {
        let env = Id::new("staging").unwrap();
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        let key = report(&env, time("2026-11-24T12:37:05.250Z"), 11);
        assert_eq!(
            key.to_string(),
            "pk = \"mc1|staging|R|2026-11-24T12:30|3\", sk = \"000000000000000b|0001795523825250\""
        );
        let found = |from, to| report_partitions(&env, time(from), time(to)).any(|pk| pk == key.pk);
        assert!(found("2026-11-24T12:37:00Z", "2026-11-24T12:37:10Z"));
        assert!(found("2026-11-24T12:00:00Z", "2026-11-24T12:30:00Z"));
        assert!(!found("2026-11-24T12:40:00Z", "2026-11-24T13:00:00Z"));
    }

    #[test]
    fn actors_cannot_reach_into_each_others_requests() {
        let env = Id::new("staging").unwrap();
        let of = |actor, key| request(&env, actor, key);
        assert_eq!(of("alice", "k|1").to_string(), "pk = \"mc1|staging|K|0d\", sk = \"alice|k|1\"");
        assert_ne!(of("a|b", "c"), of("a", "b|c"));
        assert_ne!(of("a%7Cb", "c"), of("a|b", "c"));
        assert!(of(&"|".repeat(256), &"k".repeat(255)).sk.len() <= 1_024);
    }

    #[test]
    fn outages_lie_between_the_revisions_of_their_time() {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        let (from, to) = outages_between(&(time("2026-11-24T12:00:00Z")..=time("2026-11-24T13:00:00Z")));
        assert_eq!((from.as_str(), to.as_str()), ("01795478400000000000", "01795528800001000000"));
        let all = outages_between(&(Timestamp::MIN..=Timestamp::MAX));
        assert_eq!((all.0.as_str(), all.1.as_str()), ("00000000000000000000", "18446744073709551615"));
    }

    #[test]
    fn audit_goes_by_the_calendar_month() {
        let env = Id::new("staging").unwrap();
        let at = "2026-11-30T23:59:59Z".parse().unwrap();
        assert_eq!(
            audit(&env, at, 7).to_string(),
            "pk = \"mc1|staging|A|2026-11\", sk = \"00000000000000000007\""
        );
    }
}

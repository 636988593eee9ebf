//! Finds the specs that a call may match, at a cost that does not grow with
//! the number of those that it cannot.
//!
//! As packet classifiers do: specs are sorted into *shapes*, a shape being the
//! set of dimensions that a spec pins (to a value, or to the literal start of
//! a pattern). Each shape has one hash table. A call asks every shape once;
//! the few specs found are then checked in full. So the cost is that of the
//! shapes present, a handful, not of the specs. What pins nothing (such as a
//! pattern that starts with a wildcard) has the empty shape and is always
//! checked.

use super::fold::{hash_start, mix};
use crate::context::CallContext;
use crate::input::Places;
use crate::spec::{Pattern, Patterns, Target};
use smallvec::SmallVec;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Positions of candidate specs, ascending.
pub(crate) type Candidates = SmallVec<[u32; 16]>;

/// Below so many specs it is faster to check them all.
const SMALL: usize = 4;
/// A spec with more combinations of listed values than this is filed without its lists.
const MAX_KEYS: usize = 64;

/// The index over an ordered list of targets.
#[derive(Debug, Default)]
pub(crate) struct Index {
    len: usize,
    shapes: Vec<Shape>,
}

#[derive(Debug)]
struct Shape {
    parts: SmallVec<[Part; 4]>,
    table: HashMap<u64, SmallVec<[u32; 2]>, BuildHasherDefault<Hashed>>,
}

/// One pinned dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    dimension: Dimension,
    /// How many leading bytes are pinned; `None` for the whole value.
    prefix: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Dimension {
    Service,
    Operation,
    Host,
    Region,
    Path,
    Input(Box<str>),
}

impl Index {
    pub(crate) fn new<'a>(targets: impl ExactSizeIterator<Item = &'a Target>) -> Self {
        let mut index = Self { len: targets.len(), shapes: Vec::new() };
        if index.len > SMALL {
            for (position, target) in targets.enumerate() {
                index.file(u32::try_from(position).unwrap_or(u32::MAX), target);
            }
        }
        index
    }

    /// Every spec that may match `call`, most specific first; others may be
    /// among them, none that matches is missing.
    pub(crate) fn candidates(&self, call: &CallContext<'_>, places: &Places) -> Candidates {
        if self.len <= SMALL {
            return (0..u32::try_from(self.len).unwrap_or(0)).collect();
        }
        let values = Values::new(call, places);
        let mut found = Candidates::new();
        for shape in &self.shapes {
            if let Some(positions) = shape.key(&values).and_then(|key| shape.table.get(&key)) {
                found.extend_from_slice(positions);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn file(&mut self, position: u32, target: &Target) {
        let (parts, keys) = pinned(target);
        let shape = match self.shapes.iter_mut().position(|shape| shape.parts == parts) {
            Some(at) => self.shapes.get_mut(at),
            None => {
                self.shapes.push(Shape { parts, table: HashMap::default() });
                self.shapes.last_mut()
            }
        };
        let Some(shape) = shape else { return };
        for key in keys {
            shape.table.entry(key).or_default().push(position);
        }
    }
}

impl Shape {
    fn key(&self, values: &Values<'_>) -> Option<u64> {
        self.parts.iter().try_fold(0, |key, part| Some(mix(key, values.hash(part)?)))
    }
}

/// The shape of a target, and its keys there.
fn pinned(target: &Target) -> (SmallVec<[Part; 4]>, Vec<u64>) {
    let dimensions = [
        (Dimension::Service, &target.service),
        (Dimension::Operation, &target.operation),
        (Dimension::Host, &target.host),
        (Dimension::Region, &target.region),
        (Dimension::Path, &target.path),
    ];
    let plain =
        dimensions.into_iter().filter_map(|(dimension, patterns)| Some((dimension, patterns.as_ref()?)));
    // One member of the input is enough to tell specs apart.
    let input = target.input.iter().find(|(_, patterns)| patterns.all_exact());
    let input = input.map(|(name, patterns)| (Dimension::Input(name.as_str().into()), patterns));
    let mut parts = SmallVec::new();
    let mut keys = vec![0];
    for (dimension, patterns) in plain.chain(input) {
        let Some(prefix) = pinned_prefix(patterns) else { continue };
        if keys.len() * patterns.iter().len() > MAX_KEYS {
            continue;
        }
        let hashes: Vec<_> = patterns.iter().map(|pattern| hash_start(pattern.text(), prefix)).collect();
        keys = keys.iter().flat_map(|key| hashes.iter().map(|hash| mix(*key, *hash))).collect();
        parts.push(Part { dimension, prefix });
    }
    (parts, keys)
}

/// What of these patterns can be hashed: `Some(None)` for whole values,
/// `Some(Some(n))` for n leading bytes, `None` where nothing is pinned.
fn pinned_prefix(patterns: &Patterns) -> Option<Option<usize>> {
    if patterns.all_exact() {
        return Some(None);
    }
    let shortest = patterns.iter().map(|pattern| Pattern::prefix(pattern).len()).min()?;
    // A few lengths only: each is a shape of its own.
    [32, 16, 8, 4, 2, 1].into_iter().find(|length| *length <= shortest).map(Some)
}

/// A call's values, each hashed at most once.
struct Values<'a> {
    call: &'a CallContext<'a>,
    places: &'a Places,
    service: Option<u64>,
    operation: Option<u64>,
}

impl<'a> Values<'a> {
    fn new(call: &'a CallContext<'a>, places: &'a Places) -> Self {
        let whole = |value: Option<&str>| value.map(|value| hash_start(value, None));
        Self { call, places, service: whole(call.service), operation: whole(call.operation) }
    }

    fn hash(&self, part: &Part) -> Option<u64> {
        let value = match (&part.dimension, part.prefix) {
            (Dimension::Service, None) => return self.service,
            (Dimension::Operation, None) => return self.operation,
            (Dimension::Service, Some(_)) => self.call.service?,
            (Dimension::Operation, Some(_)) => self.call.operation?,
            (Dimension::Host, _) => self.call.host?,
            (Dimension::Region, _) => self.call.region?,
            (Dimension::Path, _) => self.call.path?,
            (Dimension::Input(name), prefix) => {
                let value = self.call.details.input(name, self.places);
                return value.map(|value| hash_start(&value, prefix));
            }
        };
        part.prefix.is_none_or(|length| value.len() >= length).then(|| hash_start(value, part.prefix))
    }
}

/// The keys are hashes already.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Never asked for: the keys are u64.
        self.0 = bytes.iter().fold(self.0, |hash, byte| mix(hash, u64::from(*byte)));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Scenario;

    /// A third exact, a third wildcards, a third of which only `input` differs.
    fn target(n: usize) -> Target {
        let target = match n % 3 {
            0 => format!(r#"{{"service": "service{n}", "operation": ["Get{n}", "Put{n}"]}}"#),
            1 => format!(r#"{{"service": "kinesis", "host": "api-{n:05}-*.example.com"}}"#),
            _ => format!(
                r#"{{"service": "kinesis", "operation": "PutRecords", "input": {{"StreamName": "s{n}"}}}}"#
            ),
        };
        let text = format!(
            r#"{{"id": "a", "target": {target}, "fault": {{"status": 503}}, "when": {{"rate": 0.5}}}}"#
        );
        parsed(&text)
    }

    /// The names are made up, so that there are enough of them.
    fn parsed(text: &str) -> Target {
        let node = crate::door::read_json(text).unwrap();
        Scenario::from_stored(&node).unwrap().spec.remove(0).target
    }

    struct Stream(String);

    impl crate::context::Details for Stream {
        fn header(&self, _: &str) -> Option<&str> {
            None
        }
        fn input(&self, _: &str, _: &Places) -> Option<std::borrow::Cow<'_, str>> {
            Some(self.0.as_str().into())
        }
        fn label(&self, _: &str) -> Option<std::borrow::Cow<'_, str>> {
            None
        }
    }

    fn found(index: &Index, service: &str, operation: &str, host: &str, stream: &str) -> Vec<u32> {
        let details = Stream(stream.to_owned());
        let call = CallContext {
            service: Some(service),
            operation: Some(operation),
            host: Some(host),
            details: &details,
            ..CallContext::unknown()
        };
        index.candidates(&call, &Places::default()).to_vec()
    }

    /// The cost of a look-up, counted instead of timed: the tables asked, and
    /// the candidates that are left to check, do not grow with the specs.
    #[test]
    fn ten_thousand_specs_leave_a_candidate_or_none() {
        let targets: Vec<_> = (0..10_000).map(target).collect();
        let index = Index::new(targets.iter());
        assert_eq!(index.shapes.len(), 3, "one table for each kind of target");
        assert!(found(&index, "sqs", "SendMessage", "sqs.example.com", "x").is_empty());
        assert!(found(&index, "kinesis", "PutRecords", "kinesis.example.com", "x").is_empty());
        assert_eq!(found(&index, "kinesis", "PutRecords", "kinesis.example.com", "s5"), [5]);
        assert_eq!(found(&index, "service9", "put9", "x", "x"), [9]);
        let by_prefix = found(&index, "kinesis", "ListShards", "api-00001-eu.example.com", "x");
        assert!(
            by_prefix.contains(&1) && by_prefix.len() <= 34,
            "eight leading bytes tell a hundred apart: {by_prefix:?}"
        );
    }

    #[test]
    fn a_list_of_many_combinations_is_filed_without_its_lists() {
        let list = |count: usize, name: &str| {
            let names: Vec<_> = (0..count).map(|n| format!("\"{name}{n}\"")).collect();
            names.join(", ")
        };
        let text = |services: usize| {
            format!(
                r#"{{"id": "a", "target": {{"service": [{}], "operation": [{}]}}, "fault": {{"status": 503}}, "when": {{"rate": 0.5}}}}"#,
                list(services, "service"),
                list(8, "Op")
            )
        };
        let keys = |services: usize| pinned(&parsed(&text(services))).1.len();
        assert_eq!((keys(8), keys(9)), (64, 9), "at most 64 keys each");
    }

    #[test]
    fn hashes_tell_values_apart_also_in_their_low_bits() {
        let hashes: std::collections::HashSet<_> =
            (0..10_000).map(|n| hash_start(&format!("orders-{n}"), None)).collect();
        assert_eq!(hashes.len(), 10_000);
        let low: std::collections::HashSet<_> = hashes.iter().map(|hash| hash % 16_384).collect();
        assert!(low.len() > 7_000, "{} of 16384 buckets in use", low.len());
        assert_eq!(hash_start("PutRecords", None), hash_start("putrecords", None));
        assert_eq!(hash_start("orders-eu", Some(6)), hash_start("orders", None));
        assert_ne!(mix(1, 2), mix(2, 1), "the order of dimensions counts");
    }
}

//! Finds the specs that a call may match, at a cost that does not grow with
//! the number of those that it cannot.
//!
//! As packet classifiers do: specs are sorted into *shapes*, a shape being the
//! set of dimensions that a spec pins (to a value, or to the literal start of
//! a pattern). Each shape has its hash tables. A call asks every shape once;
//! the few specs found are then checked in full. So the cost is that of the
//! shapes present, a handful, not of the specs. What pins nothing (such as a
//! pattern that starts with a wildcard) has the empty shape and is always
//! checked.
//!
//! Members of the input tell apart specs that pin the same, one level below:
//! reading one may take a pass over the whole body. It is done for a call only
//! that meets all else that one of those specs wants.

use super::fold::mix;
use super::member::Member;
use super::shape::{Parts, Pinned, Values};
use crate::context::CallContext;
use crate::input::Places;
use crate::spec::Target;
use smallvec::SmallVec;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Positions of candidate specs, ascending.
pub(crate) type Candidates = SmallVec<[u32; 16]>;

/// Below so many specs it is faster to check them all.
const SMALL: usize = 4;
/// So many members tell specs apart that pin the same; specs with others are checked in full.
const MAX_MEMBERS: usize = 32;

/// The index over an ordered list of targets.
#[derive(Debug, Default)]
pub(crate) struct Index {
    len: usize,
    shapes: Vec<Shape>,
}

type Table<T> = HashMap<u64, T, BuildHasherDefault<Hashed>>;
type Positions = SmallVec<[u32; 2]>;

/// Specs that pin the same dimensions.
#[derive(Debug)]
struct Shape {
    parts: Parts,
    /// By what they pin: those that nothing further tells apart.
    plain: Table<Positions>,
    /// By what they pin: the members that tell the others apart.
    members: Table<Vec<Member>>,
    /// By what they pin and by their member's value: those others.
    told: Table<Positions>,
}

impl Index {
    /// Over `len` targets, of which `target` gives each.
    pub(crate) fn new<'t>(len: usize, target: impl Fn(u32) -> Option<&'t Target>) -> Self {
        let mut index = Self { len, shapes: Vec::new() };
        if len > SMALL {
            for position in 0..u32::try_from(len).unwrap_or(u32::MAX) {
                index.file(position, &target);
            }
        }
        index
    }

    /// Every spec that may match `call`, most specific first; others may be
    /// among them, none that matches is missing. `target` gives the targets
    /// that this was made of.
    pub(crate) fn candidates<'t>(
        &self,
        call: &CallContext<'_>,
        places: &Places,
        target: impl Fn(u32) -> Option<&'t Target>,
    ) -> Candidates {
        if self.len <= SMALL {
            return (0..u32::try_from(self.len).unwrap_or(0)).collect();
        }
        let values = Values::new(call);
        let mut found = Candidates::new();
        for shape in &self.shapes {
            let Some(key) = values.key(&shape.parts) else { continue };
            found.extend_from_slice(shape.plain.get(&key).map_or(&[], |positions| positions));
            for member in shape.members.get(&key).into_iter().flatten() {
                if member.is_worth_reading(call, &target)
                    && let Some(value) = call.details.input(member.name(), places)
                {
                    let told = shape.told.get(&member.key(key, &value));
                    found.extend_from_slice(told.map_or(&[], |positions| positions));
                }
            }
        }
        if found.len() > 1 {
            found.sort_unstable();
            found.dedup();
        }
        found
    }

    fn file<'t>(&mut self, position: u32, target: &impl Fn(u32) -> Option<&'t Target>) {
        let Some(pinned) = target(position).map(Pinned::of) else { return };
        let shape = match self.shapes.iter_mut().position(|shape| shape.parts == pinned.parts) {
            Some(at) => self.shapes.get_mut(at),
            None => {
                self.shapes.push(Shape::of(pinned.parts.clone()));
                self.shapes.last_mut()
            }
        };
        let Some(shape) = shape else { return };
        for key in &pinned.keys {
            let member = pinned.member.and_then(|(name, wanted)| Some((shape.member(*key, name)?, wanted)));
            match member {
                None => shape.plain.entry(*key).or_default().push(position),
                Some((member, wanted)) => {
                    member.add(position, pinned.is_all, target);
                    let keys = member.keys(*key, wanted);
                    keys.into_iter().for_each(|key| shape.told.entry(key).or_default().push(position));
                }
            }
        }
    }
}

impl Shape {
    fn of(parts: Parts) -> Self {
        Self { parts, plain: Table::default(), members: Table::default(), told: Table::default() }
    }

    /// What is known of this member for calls with this key; `None` where there
    /// are too many members.
    fn member(&mut self, key: u64, name: &str) -> Option<&mut Member> {
        let members = self.members.entry(key).or_default();
        let at = members.iter().position(|member| member.name() == name).unwrap_or(members.len());
        if at == members.len() && at < MAX_MEMBERS {
            members.push(Member::new(name));
        }
        members.get_mut(at)
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
    use super::super::fold::hash_start;
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

    /// An index with what it was made of.
    struct Indexed(Index, Vec<Target>);

    fn indexed(targets: Vec<Target>) -> Indexed {
        Indexed(Index::new(targets.len(), |at| targets.get(at as usize)), targets)
    }

    fn found(indexed: &Indexed, service: &str, operation: &str, host: &str, stream: &str) -> Vec<u32> {
        let details = Stream(stream.to_owned());
        let call = CallContext {
            service: Some(service),
            operation: Some(operation),
            host: Some(host),
            details: &details,
            ..CallContext::unknown()
        };
        let Indexed(index, targets) = indexed;
        index.candidates(&call, &Places::default(), |at| targets.get(at as usize)).to_vec()
    }

    /// The cost of a look-up, counted instead of timed: the tables asked, and
    /// the candidates that are left to check, do not grow with the specs.
    #[test]
    fn ten_thousand_specs_leave_a_candidate_or_none() {
        let index = &indexed((0..10_000).map(target).collect());
        assert_eq!(index.0.shapes.len(), 2, "service and operation, service and host");
        assert!(found(index, "sqs", "SendMessage", "sqs.example.com", "x").is_empty());
        assert!(found(index, "kinesis", "PutRecords", "kinesis.example.com", "x").is_empty());
        assert_eq!(found(index, "kinesis", "PutRecords", "kinesis.example.com", "s5"), [5]);
        assert_eq!(found(index, "service9", "put9", "x", "x"), [9]);
        let by_prefix = found(index, "kinesis", "ListShards", "api-00001-eu.example.com", "x");
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
        let keys = |services: usize| Pinned::of(&parsed(&text(services))).keys.len();
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

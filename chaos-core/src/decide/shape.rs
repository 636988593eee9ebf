//! What of a target can be hashed, and the same of a call.

use super::fold::{hash_start, mix};
use crate::context::CallContext;
use crate::spec::{Pattern, Patterns, Target};
use smallvec::{SmallVec, smallvec};

/// A spec with more combinations of listed values than this is filed without its lists.
pub(super) const MAX_KEYS: usize = 64;

/// The dimensions that a target pins.
pub(super) type Parts = SmallVec<[Part; 4]>;

/// One pinned dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    dimension: Dimension,
    /// How many leading bytes are pinned; `None` for the whole value.
    prefix: Option<usize>,
}

/// What every call shows at no cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dimension {
    Service,
    Operation,
    Host,
    Region,
    Method,
    Path,
}

/// How a target is filed.
#[derive(Debug)]
pub(super) struct Pinned<'t> {
    pub(super) parts: Parts,
    /// One for each combination of listed values.
    pub(super) keys: SmallVec<[u64; 2]>,
    /// Whether a call with such a key meets all that the target wants beside `input`.
    pub(super) is_all: bool,
    /// A member of the input, and the values that are wanted of it.
    pub(super) member: Option<(&'t str, &'t Patterns)>,
}

impl<'t> Pinned<'t> {
    pub(super) fn of(target: &'t Target) -> Self {
        let dimensions = [
            (Dimension::Service, &target.service),
            (Dimension::Operation, &target.operation),
            (Dimension::Host, &target.host),
            (Dimension::Region, &target.region),
            (Dimension::Method, &target.method),
            (Dimension::Path, &target.path),
        ];
        let is_all = target.header.is_empty() && target.label.is_empty();
        let mut pinned = Self { parts: Parts::new(), keys: smallvec![0], is_all, member: None };
        for (dimension, patterns) in dimensions {
            if let Some(patterns) = patterns {
                pinned.pin(dimension, patterns);
            }
        }
        // One member is enough to tell specs apart.
        let room = MAX_KEYS / pinned.keys.len();
        let mut exact = target.input.iter().filter(|(_, patterns)| patterns.all_exact());
        pinned.member =
            exact.find(|(_, patterns)| patterns.iter().len() <= room).map(|(n, p)| (n.as_str(), p));
        pinned
    }

    fn pin(&mut self, dimension: Dimension, patterns: &Patterns) {
        let prefix = pinned_prefix(patterns);
        self.is_all &= prefix == Some(None);
        let Some(prefix) = prefix else { return };
        if self.keys.len() * patterns.iter().len() > MAX_KEYS {
            self.is_all = false;
            return;
        }
        let hashes: SmallVec<[u64; 2]> =
            patterns.iter().map(|pattern| hash_start(pattern.text(), prefix)).collect();
        self.keys = self.keys.iter().flat_map(|key| hashes.iter().map(|hash| mix(*key, *hash))).collect();
        self.parts.push(Part { dimension, prefix });
    }
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

/// A call's values; those that most targets name are hashed once.
pub(super) struct Values<'a> {
    call: &'a CallContext<'a>,
    service: Option<u64>,
    operation: Option<u64>,
}

impl<'a> Values<'a> {
    pub(super) fn new(call: &'a CallContext<'a>) -> Self {
        let whole = |value: Option<&str>| value.map(|value| hash_start(value, None));
        Self { call, service: whole(call.service), operation: whole(call.operation) }
    }

    /// The call's key in tables of this shape; `None` where it lacks one of the dimensions.
    pub(super) fn key(&self, parts: &Parts) -> Option<u64> {
        parts.iter().try_fold(0, |key, part| Some(mix(key, self.hash(part)?)))
    }

    fn hash(&self, part: &Part) -> Option<u64> {
        let value = match (part.dimension, part.prefix) {
            (Dimension::Service, None) => return self.service,
            (Dimension::Operation, None) => return self.operation,
            (Dimension::Service, Some(_)) => self.call.service?,
            (Dimension::Operation, Some(_)) => self.call.operation?,
            (Dimension::Host, _) => self.call.host?,
            (Dimension::Region, _) => self.call.region?,
            (Dimension::Method, _) => self.call.method?,
            (Dimension::Path, _) => self.call.path?,
        };
        part.prefix.is_none_or(|length| value.len() >= length).then(|| hash_start(value, part.prefix))
    }
}

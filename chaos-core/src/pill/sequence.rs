//! Numbered pills in the order in which they are played.

use super::name::PillName;
use std::collections::BTreeMap;
use std::fmt;

/// One or more answers, played in order and then from the first again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence<T> {
    first: T,
    rest: Vec<T>,
    unplayed: Vec<u32>,
}

impl<T> Sequence<T> {
    /// Puts numbered answers in order. The sequence ends before the first number
    /// that is missing; what comes after it is never played.
    ///
    /// # Errors
    /// Where there is no number 1, or a number is given twice.
    pub fn of(mut numbered: Vec<(u32, T)>) -> Result<Self, NoSequence> {
        numbered.sort_by_key(|(number, _)| *number);
        let twice = numbered.windows(2).find_map(|pair| match pair {
            [(one, _), (other, _)] if one == other => Some(*one),
            _ => None,
        });
        if let Some(number) = twice {
            return Err(NoSequence::Twice(number));
        }
        let lowest = numbered.first().map_or(0, |(number, _)| *number);
        let (played, left): (Vec<_>, Vec<_>) =
            (1..).zip(numbered).partition(|(place, (number, _))| place == number);
        let mut items = played.into_iter().map(|(_, (_, item))| item);
        let first = items.next().ok_or(NoSequence::NoFirst(lowest))?;
        let unplayed = left.into_iter().map(|(_, (number, _))| number).collect();
        Ok(Self { first, rest: items.collect(), unplayed })
    }

    /// How many answers there are; at least one.
    #[allow(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        1 + self.rest.len()
    }

    /// The numbers that are never played, as one before them is missing.
    pub fn unplayed(&self) -> &[u32] {
        &self.unplayed
    }

    /// The answer of a turn, counted from 0.
    pub fn at(&self, turn: u64) -> &T {
        let place = turn % (self.len() as u64);
        let later = place.checked_sub(1).and_then(|at| usize::try_from(at).ok());
        later.and_then(|at| self.rest.get(at)).unwrap_or(&self.first)
    }

    /// All answers, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.first).chain(&self.rest)
    }

    /// All answers, in order.
    pub fn into_vec(self) -> Vec<T> {
        std::iter::once(self.first).chain(self.rest).collect()
    }
}

/// Why numbered answers make no sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSequence {
    /// There is no number 1; this is the lowest.
    NoFirst(u32),
    /// Two have this number.
    Twice(u32),
}

impl fmt::Display for NoSequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFirst(lowest) => {
                write!(f, "has no pill number 1, where playing starts; the lowest is {lowest}")
            }
            Self::Twice(number) => write!(f, "has two pills with the number {number}"),
        }
    }
}

/// The pills of one operation and one recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered<T> {
    /// What the recorder put before the service.
    pub prefix: Option<String>,
    /// The service, as the files call it.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// What is played.
    pub sequence: Result<Sequence<T>, NoSequence>,
}

/// Groups pills by service, operation and prefix, in that order: placebo numbers
/// the recordings of each prefix for themselves.
pub fn sequences<T>(pills: impl IntoIterator<Item = (PillName, T)>) -> Vec<Numbered<T>> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (name, item) in pills {
        let key = (name.service, name.operation, name.prefix);
        groups.entry(key).or_default().push((name.number, item));
    }
    let numbered = groups.into_iter().map(|((service, operation, prefix), pills)| Numbered {
        prefix,
        service,
        operation,
        sequence: Sequence::of(pills),
    });
    numbered.collect()
}

impl<T> fmt::Display for Numbered<T> {
    /// `[prefix.]service.Operation`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(prefix) = &self.prefix {
            write!(f, "{prefix}.")?;
        }
        write!(f, "{}.{}", self.service, self.operation)
    }
}

//! Which entries fail.

use crate::spec::Rate;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Some of a batch's entries, by position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen(Vec<bool>);

impl Chosen {
    /// The share of so many entries, rounded and at least one.
    pub(super) fn draw(entries: usize, share: Rate, roll: u64) -> Self {
        let rounded = (share.share() * entries as f64).round() as usize;
        // A hash of its own for each entry: those with the lowest are chosen.
        let hash = |entry: usize| xxh3_64_with_seed(&(entry as u64).to_le_bytes(), roll);
        let mut order: Vec<usize> = (0..entries).collect();
        order.sort_by_cached_key(|entry| (hash(*entry), *entry));
        order.truncate(rounded.max(1));
        let mut flags = vec![false; entries];
        for entry in order {
            if let Some(flag) = flags.get_mut(entry) {
                *flag = true;
            }
        }
        Self(flags)
    }

    /// How many are chosen.
    pub fn count(&self) -> usize {
        self.0.iter().filter(|chosen| **chosen).count()
    }

    /// Whether all are chosen.
    pub fn is_all(&self) -> bool {
        self.0.iter().all(|chosen| *chosen)
    }

    /// For each entry in order, whether it is chosen.
    pub fn flags(&self) -> impl ExactSizeIterator<Item = bool> + '_ {
        self.0.iter().copied()
    }

    /// Those of a batch's entries that are chosen.
    pub(super) fn of<'a, T>(&'a self, entries: &'a [T]) -> impl Iterator<Item = &'a T> {
        entries.iter().zip(self.flags()).filter_map(|(entry, chosen)| chosen.then_some(entry))
    }

    /// Those that are not.
    pub(super) fn rest<'a, T>(&'a self, entries: &'a [T]) -> impl Iterator<Item = &'a T> {
        entries.iter().zip(self.flags()).filter_map(|(entry, chosen)| (!chosen).then_some(entry))
    }
}

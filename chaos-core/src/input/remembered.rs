//! Places that were found before: to look takes longer than to remember.

use super::Place;
use crate::decide::fold::{hash_start, mix};
use std::fmt;
use std::sync::OnceLock;

/// So many members of operations are remembered, about.
const SLOTS: usize = 1024;
/// How far to look for a free slot.
const PROBES: usize = 8;

/// Bounded in memory, lock-free, and never forgets: it goes with its set of specs.
#[derive(Default)]
pub(super) struct Remembered(OnceLock<Box<[Slot]>>);

type Slot = OnceLock<Box<Known>>;

struct Known {
    name: [Box<str>; 3],
    place: Option<Place>,
}

impl Remembered {
    /// What is known by this name, and what `look` finds where nothing is.
    pub(super) fn get_or(&self, name: [&str; 3], look: impl FnOnce() -> Option<Place>) -> Option<Place> {
        let mut free = None;
        for slot in self.slots(name) {
            match slot.get() {
                Some(known) if known.is(name) => return known.place.clone(),
                Some(_) => {}
                None => {
                    free = Some(slot);
                    break;
                }
            }
        }
        let place = look();
        if let Some(slot) = free {
            // If another thread was quicker, it is looked for once more.
            let _ = slot.set(Box::new(Known { name: name.map(Into::into), place: place.clone() }));
        }
        place
    }

    fn slots(&self, name: [&str; 3]) -> impl Iterator<Item = &Slot> {
        let slots = self.0.get_or_init(|| (0..SLOTS).map(|_| Slot::new()).collect());
        let hash = name.iter().fold(0, |hash, part| mix(hash, hash_start(part, None)));
        let start = usize::try_from(hash % SLOTS as u64).unwrap_or(0);
        (start..start + PROBES).filter_map(|at| slots.get(at % SLOTS))
    }
}

impl Known {
    fn is(&self, name: [&str; 3]) -> bool {
        self.name.iter().zip(name).all(|(known, part)| **known == *part)
    }
}

impl fmt::Debug for Remembered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Remembered")
    }
}

#[cfg(test)]
mod tests {
    use super::{PROBES, Place, Remembered, SLOTS};

    fn place(n: usize) -> Option<Place> {
        n.is_multiple_of(2).then(|| Place::Query(n.to_string().into()))
    }

    #[test]
    fn each_is_looked_for_once_also_where_there_is_none() {
        let remembered = Remembered::default();
        for looked in [1, 0, 0] {
            for n in 0..SLOTS / 4 {
                let (mut times, member) = (0, format!("Member{n}"));
                let found = remembered.get_or(["kinesis", "PutRecords", &member], || {
                    times += 1;
                    place(n)
                });
                assert_eq!((found, times), (place(n), looked), "{n}");
            }
        }
    }

    #[test]
    fn names_that_hash_alike_are_told_apart_and_what_has_no_room_is_looked_for_again() {
        let remembered = Remembered::default();
        // Letters hash in either case.
        let name = |n: usize| {
            let letter = |bit: usize| if n >> bit & 1 == 0 { 'a' } else { 'A' };
            (0..4).map(letter).collect::<String>()
        };
        for round in 0..2 {
            for n in 0..2 * PROBES {
                let mut looked = false;
                let found = remembered.get_or(["x", "y", &name(n)], || {
                    looked = true;
                    place(n)
                });
                assert_eq!(found, place(n));
                assert_eq!(looked, round == 0 || n >= PROBES, "{n}");
            }
        }
    }
}

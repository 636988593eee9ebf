//! What bytes are changed with, drawn from a seed.

use bytes::{Bytes, BytesMut};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// An endless row of masks, none of which leaves a byte what it was.
#[derive(Debug)]
pub(super) struct Masks {
    generator: Xoshiro256PlusPlus,
    word: [u8; 8],
    used: usize,
}

/// For what would change nothing.
const INSTEAD_OF_ZERO: u8 = 0xa5;

impl Masks {
    pub(super) fn new(seed: u64) -> Self {
        Self { generator: Xoshiro256PlusPlus::seed_from_u64(seed), word: [0; 8], used: 8 }
    }

    pub(super) fn next(&mut self) -> u8 {
        if self.used >= self.word.len() {
            self.word = self.generator.next_u64().to_le_bytes();
            self.used = 0;
        }
        let mask = self.word.get(self.used).copied().unwrap_or_default();
        self.used += 1;
        if mask == 0 { INSTEAD_OF_ZERO } else { mask }
    }

    /// A number below `bound`, which is above 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.generator.next_u64()) * u128::from(bound);
        // Below `bound`, by the shift.
        u64::try_from(wide >> 64).unwrap_or_default()
    }

    /// Other bytes, as many.
    pub(super) fn garble(&mut self, chunk: Bytes) -> Bytes {
        let mut chunk = BytesMut::from(chunk);
        chunk.iter_mut().for_each(|byte| *byte ^= self.next());
        chunk.freeze()
    }
}

//! Sets of states by 128-bit fingerprints. Among a billion states, two share one with a probability
//! of less than 10⁻²⁰.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hash, Hasher};
use twox_hash::XxHash3_128;

/// The fingerprint of a state. Four words, so that an entry of a table takes 20 bytes and not 32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint([u32; 4]);

impl Fingerprint {
    /// Of the bytes of a state, and of what else tells states apart.
    pub(super) fn of(bytes: &[u8], seed: u64) -> Self {
        let bytes = XxHash3_128::oneshot_with_seed(seed, bytes).to_ne_bytes();
        let (words, _) = bytes.as_chunks::<4>();
        Fingerprint([0, 1, 2, 3].map(|at| u32::from_ne_bytes(words[at])))
    }
}

impl Hash for Fingerprint {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from(self.0[0]) << 32 | u64::from(self.0[1]));
    }
}

/// A fingerprint is a hash already.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        unreachable!("a fingerprint is one word: {bytes:?}");
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

pub(super) type Table<T> = HashMap<Fingerprint, T, BuildHasherDefault<Same>>;
pub(super) type Seen = HashSet<Fingerprint, BuildHasherDefault<Same>>;

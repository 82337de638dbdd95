//! Positions: a number for each put there ever was, as the words of the queue hold it.
//!
//! A position is a lap and an offset in the lap. A lap is a power of two, so that the offset is a
//! mask away, and has as many positions as there are slots; the rest of the power of two is left
//! out. That makes positions wrap around correctly whatever the number of slots is.
//!
//! ```text
//!   word = | lap … | offset … | flag flag flag |
//! ```
//!
//! As the word is 64 bits wide, a position comes again after 2^61 at the earliest: a thread that is
//! delayed between its load and its compare-and-swap cannot take one for the other.

/// A graceful shutdown has come by.
pub(super) const GRACEFUL: u64 = 1;
/// An immediate shutdown has come by.
pub(super) const IMMEDIATE: u64 = 2;
/// Any shutdown has come by.
pub(super) const SHUT: u64 = GRACEFUL | IMMEDIATE;
/// Of the head: the block is not the last one, so that it holds items up to its end.
pub(super) const HAS_NEXT: u64 = 4;

const FLAG_BITS: u32 = 3;
const FLAGS: u64 = (1 << FLAG_BITS) - 1;
/// From a position to the one after it, within a lap.
pub(super) const ONE: u64 = 1 << FLAG_BITS;

/// How many slots there are, and how a position is made from them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Laps {
    slots: usize,
    /// From a word to the one a lap later: a power of two.
    lap: u64,
}

impl Laps {
    /// `length` is a power of two, and not less than the number of slots.
    pub(super) fn new(slots: usize, length: usize) -> Self {
        assert!(slots > 0 && slots <= length && length.is_power_of_two(), "{slots} of {length}");
        Laps { slots, lap: (length as u64) << FLAG_BITS }
    }

    /// The position `before` slots ahead of the one at which positions wrap around.
    pub(super) fn before_the_wrap(self, before: usize) -> u64 {
        let (laps, slots) = (before.div_ceil(self.slots), before % self.slots);
        let offset = if slots == 0 { 0 } else { self.slots - slots };
        (laps as u64).wrapping_mul(self.lap).wrapping_neg() + ((offset as u64) << FLAG_BITS)
    }

    /// The position without flags.
    pub(super) fn bare(word: u64) -> u64 {
        word & !FLAGS
    }

    /// The slot of a position.
    #[allow(clippy::cast_possible_truncation)] // it is less than the number of slots
    pub(super) fn slot(self, word: u64) -> usize {
        ((word & (self.lap - 1)) >> FLAG_BITS) as usize
    }

    /// The next position, with the same flags.
    pub(super) fn next(self, word: u64) -> u64 {
        if self.slot(word) + 1 < self.slots {
            word + ONE
        } else {
            (word & (!(self.lap - 1) | FLAGS)).wrapping_add(self.lap)
        }
    }

    /// The same slot in the next lap, without flags.
    pub(super) fn next_lap(self, word: u64) -> u64 {
        Self::bare(word).wrapping_add(self.lap)
    }

    /// How many positions lie between two; negative if the first is the earlier one.
    #[allow(clippy::cast_possible_wrap)] // which is how a distance across the wrap is found
    pub(super) fn distance(self, to: u64, from: u64) -> i64 {
        let start = |word: u64| word & !(self.lap - 1);
        let laps = start(to).wrapping_sub(start(from)) as i64 >> self.lap.trailing_zeros();
        let offsets = self.slot(to) as i64 - self.slot(from) as i64;
        laps * self.slots as i64 + offsets
    }
}

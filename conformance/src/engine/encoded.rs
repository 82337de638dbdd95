//! Outcomes as plain numbers, for recorders that must not allocate or lock.

use spec::{Item, Outcome};

const VALUE_BITS: u32 = 32;

/// An outcome as a number: which, and what it carries. A broken queue may count below zero: such
/// counts are all the largest.
pub(super) fn encode(outcome: Outcome) -> u64 {
    let (which, value) = match outcome {
        Outcome::Done => (0, 0),
        Outcome::Got(item) => (1, item.0),
        Outcome::Full => (2, 0),
        Outcome::Empty => (3, 0),
        Outcome::ShutDown => (4, 0),
        Outcome::TooMany => (5, 0),
        Outcome::TimedOut => (6, 0),
        Outcome::Count(n) => (7, u32::try_from(n).unwrap_or(u32::MAX)),
        Outcome::Is(value) => (8, u32::from(value)),
        Outcome::Cancelled => (9, 0),
    };
    which << VALUE_BITS | u64::from(value)
}

/// The outcome that was encoded.
pub(super) fn decode(encoded: u64) -> Outcome {
    let value = u32::try_from(encoded & u64::from(u32::MAX)).expect("32 bits");
    match encoded >> VALUE_BITS {
        0 => Outcome::Done,
        1 => Outcome::Got(Item(value)),
        2 => Outcome::Full,
        3 => Outcome::Empty,
        4 => Outcome::ShutDown,
        5 => Outcome::TooMany,
        6 => Outcome::TimedOut,
        7 => Outcome::Count(value as usize),
        8 => Outcome::Is(value > 0),
        _ => Outcome::Cancelled,
    }
}

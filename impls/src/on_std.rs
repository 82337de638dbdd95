//! The queues on the standard library's primitives.

#[path = "cell.rs"]
pub mod cell;

#[path = "counted.rs"]
mod counted;

/// What the algorithms are built from.
pub mod sync {
    pub use super::cell;
    pub use super::counted::Condvar;
    pub use std::sync::{Mutex, MutexGuard, atomic};
    pub use std::time::Instant;
    pub use std::{hint, thread};

    /// Aligned as what is alone on its cache lines: processors fetch them in pairs of 64 bytes.
    #[derive(Debug)]
    #[repr(align(128))]
    pub struct CacheLine;

    /// How often who has to wait tries again before it parks.
    pub const PATIENCE: u32 = 14;
}

#[cfg(feature = "broken")]
macro_rules! broken {
    () => {
        include!(concat!(env!("OUT_DIR"), "/broken_on_std.rs"));
    };
}

#[path = "queues/mod.rs"]
pub mod queues;

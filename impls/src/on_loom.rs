//! The queues on loom's primitives: only to be used inside a loom model.

mod untimed_from {
    pub(super) use loom::sync::Condvar;
}

#[path = "untimed.rs"]
mod untimed;

#[path = "still.rs"]
mod still;

/// What the algorithms are built from.
pub mod sync {
    pub use super::still::{CacheLine, Instant};
    pub use super::untimed::Condvar;
    pub use loom::sync::{Mutex, MutexGuard, atomic};
    pub use loom::{cell, hint, thread};

    /// Who tries again before it parks would only be run more often.
    pub const PATIENCE: u32 = 0;
}

#[cfg(feature = "broken")]
macro_rules! broken {
    () => {
        include!(concat!(env!("OUT_DIR"), "/broken_on_loom.rs"));
    };
}

#[path = "queues/mod.rs"]
pub mod queues;

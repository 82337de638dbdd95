//! The queues on loom's primitives: only to be used inside a loom model.

mod untimed_from {
    pub(super) use loom::sync::Condvar;
}

#[path = "untimed.rs"]
mod untimed;

/// What the algorithms are built from.
pub mod sync {
    pub use super::untimed::{Condvar, Instant};
    pub use loom::sync::{Mutex, MutexGuard, atomic};
}

#[cfg(feature = "broken")]
macro_rules! broken {
    () => {
        include!(concat!(env!("OUT_DIR"), "/broken_on_loom.rs"));
    };
}

#[path = "queues/mod.rs"]
pub mod queues;

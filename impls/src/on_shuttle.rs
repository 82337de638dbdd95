//! The queues on shuttle's primitives: only to be used inside a shuttle test.

mod untimed_from {
    pub(super) use shuttle::sync::Condvar;
}

#[path = "untimed.rs"]
mod untimed;

/// What the algorithms are built from.
pub mod sync {
    pub use super::untimed::{Condvar, Instant};
    pub use shuttle::sync::{Mutex, MutexGuard, atomic};
}

#[cfg(feature = "broken")]
macro_rules! broken {
    () => {
        include!(concat!(env!("OUT_DIR"), "/broken_on_shuttle.rs"));
    };
}

#[path = "queues/mod.rs"]
pub mod queues;

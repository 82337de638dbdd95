//! The queues on the standard library's primitives.

/// What the algorithms are built from.
pub mod sync {
    pub use std::sync::{Condvar, Mutex, MutexGuard, atomic};
    pub use std::time::Instant;
}

#[cfg(feature = "broken")]
macro_rules! broken {
    () => {
        include!(concat!(env!("OUT_DIR"), "/broken_on_std.rs"));
    };
}

#[path = "queues/mod.rs"]
pub mod queues;

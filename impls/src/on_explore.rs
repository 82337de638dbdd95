//! The queues on the exploring runtime's primitives: only to be used in a program that it explores.

/// What the algorithms are built from.
pub mod sync {
    pub use explore::cell::UnsafeCell;
    pub use explore::sync::{Condvar, Mutex, MutexGuard, atomic};
    pub use explore::{hint, thread};
}

#[cfg(feature = "broken")]
macro_rules! broken {
    () => {
        include!(concat!(env!("OUT_DIR"), "/broken_on_explore.rs"));
    };
}

#[path = "queues/mod.rs"]
pub mod queues;

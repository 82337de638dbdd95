//! The queues on the standard library's primitives.

/// What the algorithms are built from.
pub mod sync {
    pub use std::sync::{Condvar, Mutex, MutexGuard, atomic};
}

#[path = "queues/mod.rs"]
pub mod queues;

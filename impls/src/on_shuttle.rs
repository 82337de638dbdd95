//! The queues on shuttle's primitives: only to be used inside a shuttle test.

mod untimed_from {
    pub(super) use shuttle::sync::Condvar;
}

#[path = "untimed.rs"]
mod untimed;

/// What the algorithms are built from.
pub mod sync {
    pub use super::untimed::Condvar;
    pub use shuttle::sync::{Mutex, MutexGuard, atomic};
}

#[path = "queues/mod.rs"]
pub mod queues;

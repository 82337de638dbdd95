//! The queues on shuttle's primitives: only to be used inside a shuttle test.

mod untimed_from {
    pub(super) use shuttle::sync::Condvar;
}

#[path = "untimed.rs"]
mod untimed;

#[path = "still.rs"]
mod still;

#[path = "cell.rs"]
pub mod cell;

/// What the algorithms are built from.
pub mod sync {
    pub use super::cell;
    pub use super::still::{CacheLine, Instant};
    pub use super::untimed::Condvar;
    pub use shuttle::sync::{Mutex, MutexGuard, atomic};
    pub use shuttle::{hint, thread};

    /// Who tries again before it parks would only be run more often.
    pub const PATIENCE: u32 = 0;
}

#[cfg(feature = "broken")]
macro_rules! broken {
    () => {
        include!(concat!(env!("OUT_DIR"), "/broken_on_shuttle.rs"));
    };
}

#[path = "queues/mod.rs"]
pub mod queues;

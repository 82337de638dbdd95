//! The queues on the exploring runtime's primitives: only to be used in a program that it explores.

#[path = "still.rs"]
mod still;

/// What the algorithms are built from.
pub mod sync {
    pub use super::still::{CacheLine, Instant};
    pub use explore::sync::{Condvar, Mutex, MutexGuard, atomic};
    pub use explore::{cell, hint, thread};

    /// Who tries again before it parks would only make more states.
    pub const PATIENCE: u32 = 0;
}

#[cfg(feature = "broken")]
macro_rules! broken {
    () => {
        include!(concat!(env!("OUT_DIR"), "/broken_on_explore.rs"));
    };
}

#[path = "queues/mod.rs"]
pub mod queues;

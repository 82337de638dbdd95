//! When to stop before everything is done.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// What ends a run from outside.
#[derive(Clone, Copy, Debug)]
pub struct Stop {
    /// This point in time, if any.
    pub deadline: Option<Instant>,
    /// This, when it becomes true.
    pub interrupted: &'static AtomicBool,
}

/// Why a run was over before everything was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Over {
    /// The time was up.
    Deadline,
    /// Somebody interrupted it.
    Interrupted,
}

impl Stop {
    /// Why to stop now, if so.
    pub fn over(&self) -> Option<Over> {
        if self.interrupted.load(Ordering::Relaxed) {
            return Some(Over::Interrupted);
        }
        let late = self.deadline.is_some_and(|deadline| Instant::now() >= deadline);
        late.then_some(Over::Deadline)
    }
}

impl fmt::Display for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Over::Deadline => "the time was up",
            Over::Interrupted => "the run was interrupted",
        })
    }
}

//! What to do until another thread has done its next step.
#![allow(clippy::absurd_extreme_comparisons)] // there are worlds without patience

use super::sync::{PATIENCE, hint, thread};

/// How many of the last tries before parking are after a yield: where there are fewer processors than
/// threads, whom one waits for may be about to run here.
const YIELDS: u32 = 8;

/// How often somebody has tried in vain.
#[derive(Debug)]
pub(super) struct Backoff(u32);

impl Backoff {
    pub(super) fn new() -> Self {
        Backoff(0)
    }

    /// After a compare-and-swap that somebody else has won: that one has got on, so there is
    /// nothing to wait for, but less contention if not all try again at once. The next attempt
    /// should be with what the last one has found: it succeeds if nobody has come in between, and
    /// whoever is fast goes on being fast, instead of handing the word over for each item.
    pub(super) fn lost(&mut self) {
        if PATIENCE > 0 {
            (0..1 << self.0.min(6)).for_each(|_| hint::spin_loop());
            self.0 += 1;
        }
    }

    /// Before looking again for a step that another thread is about to do.
    pub(super) fn snooze(&mut self) {
        if self.0 < PATIENCE.saturating_sub(YIELDS) {
            (0..1 << self.0).for_each(|_| hint::spin_loop());
        } else {
            thread::yield_now();
        }
        // No further: a model checker that tells apart how often somebody has looked never ends.
        self.0 += u32::from(!self.is_over());
    }

    /// Whether it has been long enough to sleep instead.
    pub(super) fn is_over(&self) -> bool {
        self.0 >= PATIENCE
    }
}

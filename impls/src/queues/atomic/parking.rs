//! Sleeping until another thread has brought something about, and waking who sleeps.
//!
//! An eventcount (Reed and Kanodia, "Synchronization with eventcounts and sequencers", 1979): who
//! has to wait registers, tries once more, and only then sleeps; who lets others go on does that
//! first and looks for waiters afterwards. One of the two sees the other. The proof is about two
//! words, the one that decides the attempt (`tail`, `head` or `done`) and `waiting`:
//!
//! - The last thing that a failing attempt does is a read-modify-write of the deciding word, and
//!   the first thing that the other thread does is one of the same word. One comes first.
//! - If the waiter's does, then the other one reads from it, acquires its registration, and sees
//!   it when it looks.
//! - If the other one does, then the attempt sees the change, and does not fail.
//!
//! Registration, attempt and falling asleep happen under one lock, which who wakes takes as well.
//! So whoever is counted as waiting there really sleeps, or is about to try again.

use super::padded::Padded;
use super::sync::atomic::{AtomicUsize, Ordering};
use super::sync::{Condvar, Mutex, MutexGuard};
use crate::Wait;
use std::sync::PoisonError;

/// Where threads sleep that wait for the same.
#[derive(Debug)]
pub(super) struct Parking {
    /// `Sleepers::waiting`, to be looked at without the lock.
    waiting: Padded<AtomicUsize>,
    sleepers: Mutex<Sleepers>,
    wake_up: Condvar,
}

#[derive(Debug)]
struct Sleepers {
    /// How many wait and were not woken.
    waiting: usize,
    /// How many were woken and have not tried again. Who tries first takes one, whomever it was
    /// meant for: what counts is that as many try as were woken.
    woken: usize,
}

impl Parking {
    pub(super) fn new() -> Self {
        Parking {
            waiting: Padded(AtomicUsize::new(0)),
            sleepers: Mutex::new(Sleepers { waiting: 0, woken: 0 }),
            wake_up: Condvar::new(),
        }
    }

    /// Sleeps until an attempt succeeds or `wait` is over; the last attempt is made after that.
    ///
    /// The attempt is made under the lock, and must not wake anybody.
    pub(super) fn wait<R>(&self, wait: Wait, attempt: impl Fn() -> Option<R>) -> Option<R> {
        let mut sleepers = self.lock();
        self.count(&mut sleepers, 1, 0);
        let mut result = None;
        let mut fails = |sleepers: &mut Sleepers| {
            if sleepers.woken > 0 {
                self.count(sleepers, 1, -1);
            }
            result = attempt();
            result.is_none()
        };
        match wait {
            Wait::Never => {
                fails(&mut sleepers);
            }
            Wait::AtMost(timeout) => {
                let waited = self.wake_up.wait_timeout_while(sleepers, timeout, fails);
                sleepers = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            Wait::Forever => {
                while fails(&mut sleepers) {
                    let waited = self.wake_up.wait(sleepers);
                    sleepers = waited.unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
        self.count(&mut sleepers, -1, 0);
        result
    }

    /// Wakes one of those who wait, if anybody does. Enough where each wake-up stands for
    /// something that one of them can take: whoever tries and fails does so because it is taken.
    pub(super) fn wake_one(&self) {
        // Relaxed: see the proof above; the caller's read-modify-write has acquired it.
        if self.waiting.load(Ordering::Relaxed) > 0 && self.claim(1) > 0 {
            self.wake_up.notify_one();
        }
    }

    /// Wakes all who wait.
    pub(super) fn wake_all(&self) {
        // Relaxed: as in `wake_one`.
        if self.waiting.load(Ordering::Relaxed) > 0 && self.claim(usize::MAX) > 0 {
            self.wake_up.notify_all();
        }
    }

    /// Takes waiters off the count, so that the next one to look need not wake them again.
    fn claim(&self, most: usize) -> usize {
        let mut sleepers = self.lock();
        let claimed = sleepers.waiting.min(most);
        sleepers.waiting -= claimed;
        sleepers.woken += claimed;
        self.waiting.store(sleepers.waiting, Ordering::Relaxed);
        claimed
    }

    fn count(&self, sleepers: &mut Sleepers, waiting: isize, woken: isize) {
        sleepers.waiting = sleepers.waiting.wrapping_add_signed(waiting);
        sleepers.woken = sleepers.woken.wrapping_add_signed(woken);
        // Relaxed: what publishes it is the read-modify-write at the end of a failing attempt.
        self.waiting.store(sleepers.waiting, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, Sleepers> {
        self.sleepers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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
//!
//! Waking is dear, so only one is on its way at a time: who was woken and has got what it waited
//! for looks whether there is more, and wakes the next one. That loses nothing by the same proof:
//! it stops to be on its way, then reads the deciding word by a read-modify-write, and either sees
//! the change of whoever relied on it, or comes first and is seen to be on its way no more.

use super::padded::Padded;
use super::sync::atomic::{AtomicU64, Ordering};
use super::sync::{Condvar, Mutex, MutexGuard};
use crate::Wait;
use std::sync::PoisonError;

/// Where threads sleep that wait for the same.
#[derive(Debug)]
pub(super) struct Parking {
    /// `Sleepers` in one word, to be looked at without the lock.
    seen: Padded<AtomicU64>,
    sleepers: Mutex<Sleepers>,
    wake_up: Condvar,
}

#[derive(Clone, Copy, Debug)]
struct Sleepers {
    /// How many wait and were not woken.
    waiting: u32,
    /// How many were woken and have not tried again: they are on their way. Who tries first takes
    /// one off, whomever it was meant for: what counts is that as many try as were woken.
    woken: u32,
}

impl Sleepers {
    fn word(self) -> u64 {
        u64::from(self.waiting) << 32 | u64::from(self.woken)
    }

    fn of(word: u64) -> Self {
        // The halves of the word.
        #[allow(clippy::cast_possible_truncation)]
        Sleepers { waiting: (word >> 32) as u32, woken: word as u32 }
    }
}

impl Parking {
    pub(super) fn new() -> Self {
        Parking {
            seen: Padded::new(AtomicU64::new(0)),
            sleepers: Mutex::new(Sleepers { waiting: 0, woken: 0 }),
            wake_up: Condvar::new(),
        }
    }

    /// Sleeps until an attempt succeeds or `wait` is over; the last attempt is made after that.
    ///
    /// The attempt is made under the lock, and must not wake anybody.
    pub(super) fn wait<R>(&self, wait: Wait, attempt: impl Fn() -> Option<R>) -> Option<R> {
        let mut sleepers = self.lock();
        sleepers.waiting += 1;
        let mut result = None;
        let mut fails = |sleepers: &mut Sleepers| {
            if sleepers.woken > 0 {
                sleepers.woken -= 1;
                sleepers.waiting += 1;
            }
            self.show(*sleepers);
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
        sleepers.waiting -= 1;
        self.show(*sleepers);
        result
    }

    /// Wakes one of those who wait, if nobody is on its way.
    #[inline]
    pub(super) fn wake_one(&self) {
        let Sleepers { waiting, woken } = self.look();
        if waiting > 0 && woken == 0 && self.claim(1) {
            self.wake_up.notify_one();
        }
    }

    /// Wakes all who wait.
    #[inline]
    pub(super) fn wake_all(&self) {
        if self.look().waiting > 0 && self.claim(u32::MAX) {
            self.wake_up.notify_all();
        }
    }

    /// Whether anybody waits.
    #[inline]
    pub(super) fn is_waited_for(&self) -> bool {
        self.look().waiting > 0
    }

    #[inline]
    fn look(&self) -> Sleepers {
        // Relaxed: see the proof above; the caller's read-modify-write has acquired it.
        Sleepers::of(self.seen.load(Ordering::Relaxed))
    }

    /// Takes waiters off the count: they are on their way from now on.
    #[cold]
    fn claim(&self, most: u32) -> bool {
        let mut sleepers = self.lock();
        let claimed = sleepers.waiting.min(most);
        sleepers.waiting -= claimed;
        sleepers.woken += claimed;
        self.show(*sleepers);
        claimed > 0
    }

    fn show(&self, sleepers: Sleepers) {
        // Relaxed: what publishes it is the read-modify-write at the end of a failing attempt, or
        // of the look whether there is more.
        self.seen.store(sleepers.word(), Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, Sleepers> {
        self.sleepers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! The three words that are the state of the queue, and what can be done with them alone.
//!
//! `tail` is the position of the next put, `head` that of the next get, `done` that of the next
//! report. So the tail counts the puts ever, and `tail − done` tasks are unfinished: a put pays
//! nothing for being counted. Each only grows, which is what keeps them together.
//!
//! A shutdown walks along the words and leaves a mark in each, which fails the compare-and-swap of
//! whoever has loaded it before. Who meets a mark makes the remaining ones itself before it
//! answers.
//!
//! Every effect is a read-modify-write, and so is every reading that decides an answer ([`latest`]):
//! a load may return what was there before the call, a read-modify-write cannot. Loads only say
//! what to try.

use super::padded::Padded;
use super::position::{GRACEFUL, IMMEDIATE, Laps, ONE, SHUT};
use super::sync::atomic::{AtomicU64, Ordering};
use crate::{Shutdown, TooManyTaskDone};

/// Of `done`: an immediate shutdown has taken effect; what was not got before does not count.
const CLOSED: u64 = IMMEDIATE;
/// Of `done`: somebody has undertaken to drop the items.
const DRAINED: u64 = 4;

/// Why an attempt has changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A get found the queue empty, a put found it full.
    Blocked,
    /// The queue was shut down.
    ShutDown,
}

/// `tail`, `head` and `done`.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) tail: Padded<AtomicU64>,
    pub(super) head: Padded<AtomicU64>,
    done: Padded<AtomicU64>,
    pub(super) laps: Laps,
}

/// The value of the word at this instant.
///
/// Acquires what the last change has released. Releases the registration of a waiter to the next
/// change (see `parking`).
fn latest(word: &AtomicU64) -> u64 {
    word.fetch_or(0, Ordering::AcqRel)
}

impl Words {
    /// The words of an empty queue with the first position `start`.
    pub(super) fn new(laps: Laps, start: u64) -> Self {
        let word = || Padded::new(AtomicU64::new(start));
        Words { tail: word(), head: word(), done: word(), laps }
    }

    /// Whether a get at this head has to give up: takes effect at the reading of the tail, where
    /// the head is what it was, for it never passes the tail.
    #[inline]
    pub(super) fn refuses_get(&self, head: u64) -> Option<Refusal> {
        // Relaxed: only says whether the next line is worth its cost.
        if self.laps.distance(self.tail.load(Ordering::Relaxed), head) > 0 {
            return None;
        }
        let tail = latest(&self.tail);
        if self.laps.distance(tail, head) != 0 {
            return None;
        }
        // There can be no puts any more: the tail was marked before the head.
        if head & GRACEFUL != 0 {
            return Some(Refusal::ShutDown);
        }
        Some(self.answer(tail))
    }

    /// Whether a put at this tail has to give up: takes effect at the reading of the head, where
    /// the tail is what it was, for it is never more than the capacity ahead.
    #[inline]
    pub(super) fn refuses_put(&self, tail: u64) -> Option<Refusal> {
        let capacity = self.laps.distance(self.laps.next_lap(tail), tail);
        // Relaxed: only says whether the next line is worth its cost.
        if self.laps.distance(tail, self.head.load(Ordering::Relaxed)) < capacity {
            return None;
        }
        let head = latest(&self.head);
        let full = self.laps.distance(tail, head) == capacity;
        if full || head & SHUT != 0 { Some(self.answer(head)) } else { None }
    }

    /// Whether there is an item at this instant; it may also be one that was got before.
    pub(super) fn has_item(&self) -> bool {
        // Relaxed: an earlier head only errs to the side of an item.
        self.laps.distance(latest(&self.tail), self.head.load(Ordering::Relaxed)) > 0
    }

    /// Whether there is room at this instant; it may also be some that was filled before.
    pub(super) fn has_room(&self) -> bool {
        // Relaxed: an earlier tail only errs to the side of room.
        let tail = self.tail.load(Ordering::Relaxed);
        let capacity = self.laps.distance(self.laps.next_lap(tail), tail);
        self.laps.distance(tail, latest(&self.head)) < capacity
    }

    /// What to answer who cannot go on, by the marks that it has met.
    fn answer(&self, marks: u64) -> Refusal {
        if marks & SHUT == 0 {
            return Refusal::Blocked;
        }
        self.help_shutdown(marks);
        Refusal::ShutDown
    }

    /// Makes the marks that follow those that were met.
    pub(super) fn help_shutdown(&self, marks: u64) {
        let marks = marks & SHUT;
        // Relaxed: a mark that is seen was made, and is never taken back.
        if self.head.load(Ordering::Relaxed) & marks != marks {
            // AcqRel: as in `shut_down`.
            self.head.fetch_or(marks, Ordering::AcqRel);
        }
        if marks & IMMEDIATE != 0 {
            self.close();
        }
    }

    fn close(&self) {
        // Relaxed: as in `help_shutdown`.
        if self.done.load(Ordering::Relaxed) & CLOSED == 0 {
            // Release: who sees the mark sees the head at which the gets have stopped.
            self.done.fetch_or(CLOSED, Ordering::AcqRel);
        }
    }

    /// A graceful shutdown takes effect at the mark in the head, an immediate one at that in
    /// `done`. Returns the head and the tail between which the caller has to drop the items, if
    /// that is its business.
    pub(super) fn shut_down(&self, mode: Shutdown) -> Option<(u64, u64)> {
        let mark = match mode {
            Shutdown::Graceful => GRACEFUL,
            Shutdown::Immediate => IMMEDIATE,
        };
        // Acquire, of all three: the registrations of those who are to be woken (see `parking`).
        // Release: who sees a mark sees those before it, and finds nothing to do for them.
        let tail = self.tail.fetch_or(mark, Ordering::AcqRel);
        let head = self.head.fetch_or(mark, Ordering::AcqRel);
        if mode == Shutdown::Graceful {
            return None;
        }
        let done = self.done.fetch_or(CLOSED | DRAINED, Ordering::AcqRel);
        (done & DRAINED == 0).then_some((head, tail))
    }

    /// Whether the items were dropped by a shutdown, or are about to be.
    pub(super) fn is_drained(&self) -> bool {
        // Relaxed: asked when there is no other user.
        self.done.load(Ordering::Relaxed) & DRAINED != 0
    }

    /// Reports a task as done: takes effect at the compare-and-swap of `done`, or, if there is
    /// none, at the reading of the tail. Says whether it was the last one.
    #[inline]
    pub(super) fn task_done(&self) -> Result<bool, TooManyTaskDone> {
        // Acquire, here and below: if it is closed, the head at which the gets have stopped.
        let mut done = self.done.load(Ordering::Acquire);
        loop {
            let mut left = self.left(done, |tail| tail.load(Ordering::Relaxed));
            if left <= 0 {
                left = self.left(done, latest);
            }
            if left <= 0 {
                return Err(TooManyTaskDone);
            }
            let next = self.laps.next(done);
            // Release: what the worker has done, to who joins. Acquire: the registration of who
            // joins (see `parking`).
            let order = (Ordering::AcqRel, Ordering::Acquire);
            match self.done.compare_exchange_weak(done, next, order.0, order.1) {
                Ok(_) => return Ok(left == 1),
                Err(found) => done = found,
            }
        }
    }

    /// How many tasks there are beyond `done`. Less than none after an immediate shutdown if
    /// dropped ones were reported before.
    fn left(&self, done: u64, read: impl Fn(&AtomicU64) -> u64) -> i64 {
        let total = if done & CLOSED == 0 {
            read(&self.tail)
        } else {
            // Relaxed: `done` was acquired from the mark; the head has not moved since.
            self.head.load(Ordering::Relaxed)
        };
        self.laps.distance(total, done)
    }

    /// Whether no task is unfinished: takes effect at the reading of the tail if so. If not, one
    /// was unfinished at the reading of `done`, or since.
    pub(super) fn is_idle(&self) -> bool {
        self.left(latest(&self.done), latest) <= 0
    }

    /// Takes effect at the reading of the tail, or at that of `done` if it is closed.
    pub(super) fn unfinished(&self) -> usize {
        loop {
            let done = latest(&self.done);
            let left = self.left(done, latest);
            if done & CLOSED != 0 || latest(&self.done) == done {
                return usize::try_from(left).unwrap_or(0);
            }
        }
    }

    /// Takes effect at the reading of the tail.
    pub(super) fn len(&self) -> usize {
        loop {
            let head = latest(&self.head);
            if head & IMMEDIATE != 0 {
                self.close();
                return 0;
            }
            let tail = latest(&self.tail);
            if latest(&self.head) == head {
                let len = self.laps.distance(tail, head);
                return usize::try_from(len).unwrap_or(0);
            }
        }
    }

    /// Takes effect at the reading of the head.
    pub(super) fn is_shut_down(&self) -> bool {
        let head = latest(&self.head);
        self.answer(head) == Refusal::ShutDown
    }

    /// Moves an end over the position that no item has, and sets flags.
    pub(super) fn step_over(end: &AtomicU64, flags: u64) {
        // Release: who sees the new lap sees the block that was stored for it before.
        end.fetch_add(ONE | flags, Ordering::AcqRel);
    }
}

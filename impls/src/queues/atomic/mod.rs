//! A queue without locks on the way of an item, with a count of unfinished tasks and parking.
//!
//! The design was checked before it was written: `model/src/algorithms/ring/` is a model of it, and
//! shows that it refines the specification. There too is said what goes wrong without each part.
//!
//! - `words`: the three words that are the state, and shutdown, `task_done`, join and the observers,
//!   which need nothing else. `position` is what the words count.
//! - `ring` and `segments`: where the items are, bounded and unbounded.
//! - `parking`: sleeping and waking.
//!
//! # Where operations take effect
//!
//! - put and get: at the compare-and-swap of the tail and the head. So a put takes effect *before*
//!   its item can be seen, and a get that comes in between waits for it: `try_get` is not lock-free
//!   then, nor is `try_put` while a get is under way. An answer "empty" or "full" without that wait
//!   would be wrong: see `EmptyByStamp` in the model.
//! - empty: at the reading of the tail, if it is where the head was. full: at the reading of the
//!   head, if it is a whole lap behind.
//! - `task_done`: at the compare-and-swap of `done`; too many: at the reading of the tail. join: at
//!   the reading of the tail.
//! - graceful shutdown: at the mark in the head; immediate: at that in `done`.
//! - observers: at the reading of the tail, of the head for `is_shutdown`.
//!
//! # Why first in, first out only
//!
//! A position is claimed by adding one to a word, and it says at once which slot is meant and how
//! many puts there were. The last item in, or the least, is no such number: a stack needs one word
//! that both ends fight for, a priority queue a structure; either would be slower than the mutex.
#![allow(unsafe_code)]

mod backoff;
mod padded;
mod parking;
mod position;
mod ring;
mod segments;
mod slots;
mod words;

use super::sync;
use crate::{JoinTimeoutError, TooManyTaskDone, TryGetError, TryPutError};
use crate::{JoinableQueue, Shutdown, Wait};
use backoff::Backoff;
use parking::Parking;
use position::Laps;
use ring::Ring;
use segments::Segments;
use slots::Slots;
use std::fmt;
use std::sync::atomic::Ordering;
use words::{Refusal, Words};

/// A joinable queue of `T`, first in, first out.
///
/// A bounded one allocates all its slots at once, an unbounded one 31 at a time.
pub struct AtomicQueue<T> {
    words: Words,
    form: Form<T>,
    capacity: Option<usize>,
    /// Of gets, for an item.
    items: Parking,
    /// Of puts, for room.
    room: Parking,
    /// Of joins, for the last task to be done.
    idle: Parking,
}

#[allow(clippy::large_enum_variant)] // padded against false sharing; a box would cost every access
enum Form<T> {
    Bounded(Ring<T>),
    Unbounded(Segments<T>),
}

// SAFETY: items are handed from one thread to another, which `T: Send` allows, and never shared:
// a slot is accessed only by who has claimed its position, and its stamp or state orders that
// access before the next one.
unsafe impl<T: Send> Send for AtomicQueue<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for AtomicQueue<T> {}

impl<T> AtomicQueue<T> {
    /// Positions wrap around some time after the start, as ticks do in the Linux kernel: soon
    /// enough that every test goes through it, and in the unbounded form the end of a block.
    const BEFORE_THE_WRAP: usize = 2;

    /// An empty queue with room for `capacity` items.
    ///
    /// # Panics
    ///
    /// If `capacity` is 0: nothing could ever be put.
    pub fn bounded(capacity: usize) -> Self {
        Self::new(Some(capacity))
    }

    /// An empty queue without a bound.
    pub fn unbounded() -> Self {
        Self::new(None)
    }

    /// An empty queue; `None` is unbounded.
    ///
    /// # Panics
    ///
    /// If the capacity is 0: nothing could ever be put.
    pub fn new(capacity: Option<usize>) -> Self {
        Self::wrapping_after(capacity, Self::BEFORE_THE_WRAP)
    }

    /// An empty queue whose positions wrap around after so many puts. For tests.
    #[doc(hidden)]
    pub fn wrapping_after(capacity: Option<usize>, puts: usize) -> Self {
        assert_ne!(capacity, Some(0), "a queue needs room for at least one item");
        let laps = match capacity {
            Some(capacity) => Laps::new(capacity, capacity.next_power_of_two()),
            None => Laps::new(segments::SLOTS, segments::LAP),
        };
        let start = laps.before_the_wrap(puts);
        let form = match capacity {
            Some(capacity) => Form::Bounded(Ring::new(laps, capacity, start)),
            None => Form::Unbounded(Segments::new()),
        };
        let [items, room, idle] = [(); 3].map(|()| Parking::new());
        AtomicQueue { words: Words::new(laps, start), form, capacity, items, room, idle }
    }

    #[inline]
    fn put_into(&self, slots: &impl Slots<T>, item: T, wait: Wait) -> Result<(), TryPutError<T>> {
        let attempt = || slots.claim_put(&self.words);
        let mut claim = slots.claim_put(&self.words);
        if claim.is_err() {
            claim = outlast(claim, &self.room, wait, attempt, || self.words.has_room());
        }
        match claim {
            Ok(claim) => {
                slots.fill(&self.words, claim, item);
                self.items.wake_one();
                Ok(())
            }
            Err(Refusal::Blocked) => Err(TryPutError::Full(item)),
            Err(Refusal::ShutDown) => Err(TryPutError::ShutDown(item)),
        }
    }

    #[inline]
    fn get_from(&self, slots: &impl Slots<T>, wait: Wait) -> Result<T, TryGetError> {
        let attempt = || slots.claim_get(&self.words);
        let mut claim = slots.claim_get(&self.words);
        if claim.is_err() {
            claim = outlast(claim, &self.items, wait, attempt, || self.words.has_item());
        }
        match claim {
            Ok(claim) => {
                let item = slots.take(&self.words, claim);
                self.room.wake_one();
                Ok(item)
            }
            Err(Refusal::Blocked) => Err(TryGetError::Empty),
            Err(Refusal::ShutDown) => Err(TryGetError::ShutDown),
        }
    }

    fn drain(&self, head: u64, tail: u64) -> Vec<T> {
        match &self.form {
            Form::Bounded(ring) => ring.drain(&self.words, head, tail),
            Form::Unbounded(segments) => segments.drain(&self.words, head, tail),
        }
    }
}

/// After an attempt that was refused: tries again for as long as `wait` allows, for a moment awake,
/// then asleep. If it was asleep and succeeds, it wakes the next one, provided that there is more:
/// others may have counted on it to do so (see `parking`).
#[cold]
fn outlast<R>(
    first: Result<R, Refusal>,
    parking: &Parking,
    wait: Wait,
    attempt: impl Fn() -> Result<R, Refusal>,
    is_more: impl Fn() -> bool,
) -> Result<R, Refusal> {
    let is_decided = |result: &Result<R, Refusal>| !matches!(result, Err(Refusal::Blocked));
    let (mut result, mut backoff) = (first, Backoff::new());
    while !is_decided(&result) && !backoff.is_over() && may_wait(wait) {
        backoff.snooze();
        result = attempt();
    }
    if is_decided(&result) || !may_wait(wait) {
        return result;
    }
    let result = parking.wait(wait, || Some(attempt()).filter(is_decided));
    if parking.is_waited_for() && is_more() {
        parking.wake_one();
    }
    result.unwrap_or(Err(Refusal::Blocked))
}

fn may_wait(wait: Wait) -> bool {
    match wait {
        Wait::Never => false,
        Wait::AtMost(timeout) => !timeout.is_zero(),
        Wait::Forever => true,
    }
}

impl<T: Send> JoinableQueue<T> for AtomicQueue<T> {
    #[inline]
    fn put_within(&self, item: T, wait: Wait) -> Result<(), TryPutError<T>> {
        match &self.form {
            Form::Bounded(ring) => self.put_into(ring, item, wait),
            Form::Unbounded(segments) => self.put_into(segments, item, wait),
        }
    }

    #[inline]
    fn get_within(&self, wait: Wait) -> Result<T, TryGetError> {
        match &self.form {
            Form::Bounded(ring) => self.get_from(ring, wait),
            Form::Unbounded(segments) => self.get_from(segments, wait),
        }
    }

    fn join_within(&self, wait: Wait) -> Result<(), JoinTimeoutError> {
        let attempt = || if self.words.is_idle() { Ok(()) } else { Err(Refusal::Blocked) };
        let joined = outlast(attempt(), &self.idle, wait, attempt, || false);
        joined.map_err(|_| JoinTimeoutError)
    }

    #[inline]
    fn task_done(&self) -> Result<(), TooManyTaskDone> {
        let was_last = self.words.task_done()?;
        if was_last {
            self.idle.wake_all();
        }
        Ok(())
    }

    fn shutdown(&self, mode: Shutdown) {
        let to_drop = self.words.shut_down(mode);
        self.items.wake_all();
        self.room.wake_all();
        if mode == Shutdown::Immediate {
            self.idle.wake_all();
        }
        if let Some((head, tail)) = to_drop {
            drop(self.drain(head, tail));
        }
    }

    fn len(&self) -> usize {
        self.words.len()
    }

    fn unfinished(&self) -> usize {
        self.words.unfinished()
    }

    fn is_shutdown(&self) -> bool {
        self.words.is_shut_down()
    }

    fn capacity(&self) -> Option<usize> {
        self.capacity
    }
}

impl<T> Drop for AtomicQueue<T> {
    fn drop(&mut self) {
        // Relaxed: there is no other user.
        let head = self.words.head.load(Ordering::Relaxed);
        let tail = self.words.tail.load(Ordering::Relaxed);
        match &mut self.form {
            Form::Bounded(ring) => ring.clear(&self.words, head, tail),
            Form::Unbounded(segments) => segments.clear(&self.words, head, tail),
        }
    }
}

impl<T> fmt::Debug for AtomicQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AtomicQueue").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

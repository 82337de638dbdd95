//! One mutex, three condition variables: the monitor of CPython's `queue.Queue`.
//!
//! Every operation takes effect in one critical section. Waiting is a loop around a condition
//! variable (Mesa semantics): whoever is woken tests again, because a third party may have taken
//! the item, the room or the zero in between, and because wake-ups may be spurious.

use super::sync::{Condvar, Mutex, MutexGuard};
use crate::{Fifo, JoinableQueue, Order, Shutdown, Wait};
use crate::{JoinTimeoutError, TooManyTaskDone, TryGetError, TryPutError};
use std::marker::PhantomData;
use std::mem;
use std::sync::PoisonError;

/// A joinable queue of `T`, fifo unless the order `O` says otherwise.
pub struct MutexQueue<T, O = Fifo<T>> {
    state: Mutex<State<O>>,
    /// Notified by put, waited for by get.
    not_empty: Condvar,
    /// Notified by get, waited for by put.
    not_full: Condvar,
    /// Notified when the last unfinished task is done, waited for by join.
    all_done: Condvar,
    /// `usize::MAX` is unbounded.
    capacity: usize,
    item: PhantomData<fn() -> T>,
}

struct State<O> {
    items: O,
    unfinished: usize,
    shut: bool,
}

impl<T> MutexQueue<T> {
    /// An empty fifo queue with room for `capacity` items.
    ///
    /// # Panics
    ///
    /// If `capacity` is 0: nothing could ever be put.
    pub fn bounded(capacity: usize) -> Self {
        Self::new(Some(capacity))
    }

    /// An empty fifo queue without a bound.
    pub fn unbounded() -> Self {
        Self::new(None)
    }
}

impl<T, O: Order<T>> MutexQueue<T, O> {
    /// An empty queue of any order; `None` is unbounded.
    ///
    /// # Panics
    ///
    /// If the capacity is 0: nothing could ever be put.
    pub fn new(capacity: Option<usize>) -> Self {
        assert_ne!(capacity, Some(0), "a queue needs room for at least one item");
        MutexQueue {
            state: Mutex::new(State { items: O::default(), unfinished: 0, shut: false }),
            not_empty: Condvar::new(),
            not_full: Condvar::new(),
            all_done: Condvar::new(),
            capacity: capacity.unwrap_or(usize::MAX),
            item: PhantomData,
        }
    }

    /// The only code of `T` that runs under the lock are the comparisons of a priority queue. Whatever
    /// they do, the state stays consistent enough to go on with (see `Priority`), so poisoning does
    /// not matter.
    fn lock(&self) -> MutexGuard<'_, State<O>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Send, O: Order<T> + Send> JoinableQueue<T> for MutexQueue<T, O> {
    fn put_within(&self, item: T, wait: Wait) -> Result<(), TryPutError<T>> {
        let no_room = |state: &State<O>| !state.shut && state.items.len() >= self.capacity;
        let mut state = wait_while(&self.not_full, self.lock(), wait, no_room);
        if state.shut {
            return Err(TryPutError::ShutDown(item));
        }
        if state.items.len() >= self.capacity {
            return Err(TryPutError::Full(item));
        }
        state.unfinished += 1;
        self.not_empty.notify_one();
        // Last: if a comparison of `T` panics, the item is in the queue, counted and announced.
        state.items.push(item);
        Ok(())
    }

    fn get_within(&self, wait: Wait) -> Result<T, TryGetError> {
        let no_item = |state: &State<O>| !state.shut && state.items.is_empty();
        let mut state = wait_while(&self.not_empty, self.lock(), wait, no_item);
        if let Some(item) = state.items.pop() {
            self.not_full.notify_one();
            return Ok(item);
        }
        if state.shut { Err(TryGetError::ShutDown) } else { Err(TryGetError::Empty) }
    }

    fn join_within(&self, wait: Wait) -> Result<(), JoinTimeoutError> {
        let busy = |state: &State<O>| state.unfinished > 0;
        let state = wait_while(&self.all_done, self.lock(), wait, busy);
        if busy(&state) { Err(JoinTimeoutError) } else { Ok(()) }
    }

    fn task_done(&self) -> Result<(), TooManyTaskDone> {
        let mut state = self.lock();
        if state.unfinished == 0 {
            return Err(TooManyTaskDone);
        }
        state.unfinished -= 1;
        if state.unfinished == 0 {
            self.all_done.notify_all();
        }
        Ok(())
    }

    fn shutdown(&self, mode: Shutdown) {
        let mut state = self.lock();
        state.shut = true;
        let mut dropped = O::default();
        if mode == Shutdown::Immediate {
            dropped = mem::take(&mut state.items);
            state.unfinished = state.unfinished.saturating_sub(dropped.len());
            self.all_done.notify_all();
        }
        self.not_empty.notify_all();
        self.not_full.notify_all();
        drop(state);
        // Outside the lock: a destructor of `T` may use the queue.
        drop(dropped);
    }

    fn len(&self) -> usize {
        self.lock().items.len()
    }

    fn unfinished(&self) -> usize {
        self.lock().unfinished
    }

    fn is_shutdown(&self) -> bool {
        self.lock().shut
    }

    fn capacity(&self) -> Option<usize> {
        (self.capacity < usize::MAX).then_some(self.capacity)
    }
}

/// Waits on `condvar` as long as the state is `blocked` and `wait` is not over.
fn wait_while<'a, S>(
    condvar: &Condvar,
    mut state: MutexGuard<'a, S>,
    wait: Wait,
    blocked: impl Fn(&S) -> bool,
) -> MutexGuard<'a, S> {
    match wait {
        Wait::Never => state,
        Wait::AtMost(timeout) => {
            let waited = condvar.wait_timeout_while(state, timeout, |state| blocked(state));
            waited.unwrap_or_else(PoisonError::into_inner).0
        }
        Wait::Forever => {
            while blocked(&state) {
                state = condvar.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            state
        }
    }
}

//! One mutex, three lists of wakers: a joinable queue whose waits are futures.
//!
//! Every operation takes effect in one critical section. A call that has to wait leaves its waker in
//! a list; what ends the wait calls *all* wakers of the list. Whoever is polled tests
//! again, because somebody else may have taken the item or the room in between.
//!
//! To wake one waiter for each item would be cheaper where many wait for little. But a future that
//! was woken need not be polled again: it is dropped, or its task is busy elsewhere and has forgotten
//! it, and the wake-up lies there with it while others sleep beside the item. Here nobody holds a
//! wake-up that somebody else needs, so the others make progress whatever becomes of a waiter.
//!
//! Wakers are called and dropped outside the lock, as items are, because that may run code of others
//! which uses the queue. Only `Waker::clone` is called with the lock held.

mod block_on;
mod futures;
mod waiters;

use super::sync;
use crate::{Fifo, JoinableQueue, JoinableTasks, Order, Shutdown, Wait, Waiting};
use crate::{GetError, JoinTimeoutError, PutError, TooManyTaskDone, TryGetError, TryPutError};
use block_on::block_on;
use std::marker::PhantomData;
use std::mem;
use std::sync::PoisonError;
use std::task::Poll;
use waiters::{Later, Waiters};

pub use futures::{Get, Join, Put, Take};

/// A joinable queue of `T` for tasks of any executor, fifo unless the order `O` says otherwise.
///
/// [`put`](Self::put), [`get`](Self::get), [`take`](Self::take) and [`join`](Self::join) are futures;
/// dropping one at any await loses nothing. What never waits comes from [`JoinableQueue`]. Its own
/// `put`, `get`, `take` and `join` block the thread, as `blocking_put`, `blocking_get` and
/// `blocking_join` do: they are for threads beside the executor, never for a task.
///
/// A task's join meets every zero from its first poll on: it returns also when the count has risen
/// again before it is polled. A thread's join may miss one before it has begun to wait.
/// Waiters are served in no particular order, and whoever comes by may be served before them.
///
/// ```
/// use futures_lite::future::{block_on, zip};
/// use taskdone_impls::{AsyncQueue, JoinableQueue, Shutdown};
///
/// let queue = AsyncQueue::bounded(2);
/// let worker = async {
///     // Each task counts as unfinished until its guard is dropped.
///     while let Ok(task) = queue.take().await {
///         println!("working on {}", *task);
///     }
/// };
/// let producer = async {
///     for task in 0..10 {
///         queue.put(task).await.expect("nobody has shut the queue down");
///     }
///     queue.join().await; // all ten are done, not only taken
///     queue.shutdown(Shutdown::Graceful); // releases the worker
/// };
/// block_on(zip(worker, producer));
/// assert_eq!(queue.unfinished(), 0);
/// ```
pub struct AsyncQueue<T, O = Fifo<T>> {
    state: sync::Mutex<State<O>>,
    /// `usize::MAX` is unbounded.
    capacity: usize,
    item: PhantomData<fn() -> T>,
}

struct State<O> {
    items: O,
    unfinished: usize,
    shut: bool,
    /// Woken by put and shutdown.
    getters: Waiters,
    /// Woken by get and shutdown.
    putters: Waiters,
    /// Woken when the count becomes zero, and only then: a join that was woken has met a zero.
    joiners: Waiters,
}

impl<T> AsyncQueue<T> {
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

impl<T, O: Order<T>> AsyncQueue<T, O> {
    /// An empty queue of any order; `None` is unbounded.
    ///
    /// # Panics
    ///
    /// If the capacity is 0: nothing could ever be put.
    pub fn new(capacity: Option<usize>) -> Self {
        assert_ne!(capacity, Some(0), "a queue needs room for at least one item");
        let state = State {
            items: O::default(),
            unfinished: 0,
            shut: false,
            getters: Waiters::default(),
            putters: Waiters::default(),
            joiners: Waiters::default(),
        };
        let capacity = capacity.unwrap_or(usize::MAX);
        AsyncQueue { state: sync::Mutex::new(state), capacity, item: PhantomData }
    }

    /// Puts an item, waiting for room.
    pub fn put(&self, item: T) -> Put<'_, T, O> {
        Put::new(self, item)
    }

    /// Takes out the next item, waiting for one.
    pub fn get(&self) -> Get<'_, T, O> {
        Get::new(self)
    }

    /// Takes out the next item, waiting for one, and reports it as finished when its guard is
    /// dropped, also by an early return, a cancellation or a panic.
    pub fn take(&self) -> Take<'_, T, O>
    where
        T: Send,
        O: Send,
    {
        Take::new(self)
    }

    /// Waits until no task is unfinished.
    pub fn join(&self) -> Join<'_, T, O> {
        Join::new(self)
    }

    /// Acts on the state. Wakers that leave their lists meanwhile are called when the lock is free,
    /// also if `act` panics.
    ///
    /// The only code of `T` that runs under the lock are the comparisons of a priority queue. Whatever
    /// they do, the state stays consistent enough to go on with (see `Priority`), so poisoning does
    /// not matter.
    fn locked<R>(&self, act: impl FnOnce(&mut State<O>, &mut Later) -> R) -> R {
        // Declared first, so dropped last.
        let mut later = Later::default();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut state, &mut later)
    }

    /// Puts the item, unless there is no room: then it stays where it is.
    fn poll_put(
        &self,
        state: &mut State<O>,
        item: &mut Option<T>,
        later: &mut Later,
    ) -> Poll<Result<(), PutError<T>>> {
        if !state.shut && state.items.len() >= self.capacity {
            return Poll::Pending;
        }
        let item = item.take().expect("a put is not polled again after it was ready");
        if state.shut {
            return Poll::Ready(Err(PutError(item)));
        }
        state.unfinished += 1;
        state.getters.wake(later);
        // Last: if a comparison of `T` panics, the item is in the queue, counted and announced.
        state.items.push(item);
        Poll::Ready(Ok(()))
    }
}

impl<O> State<O> {
    /// Takes out an item, unless there is none.
    fn poll_get<T>(&mut self, later: &mut Later) -> Poll<Result<T, GetError>>
    where
        O: Order<T>,
    {
        if let Some(item) = self.items.pop() {
            self.putters.wake(later);
            return Poll::Ready(Ok(item));
        }
        if self.shut { Poll::Ready(Err(GetError)) } else { Poll::Pending }
    }

    /// Is ready if no task is unfinished, or if none was at an instant since the place was taken.
    fn poll_join(&self, place: Option<usize>) -> Poll<()> {
        let met_zero = place.is_some_and(|place| self.joiners.was_woken(place));
        if self.unfinished == 0 || met_zero { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl<T: Send, O: Order<T> + Send> AsyncQueue<T, O> {
    /// Puts an item from a thread, which blocks until there is room.
    ///
    /// # Errors
    ///
    /// [`PutError`] with the item if the queue was shut down.
    pub fn blocking_put(&self, item: T) -> Result<(), PutError<T>> {
        JoinableQueue::put(self, item)
    }

    /// Takes out the next item in a thread, which blocks until there is one.
    ///
    /// # Errors
    ///
    /// [`GetError`] if the queue was shut down and is empty.
    pub fn blocking_get(&self) -> Result<T, GetError> {
        JoinableQueue::get(self)
    }

    /// Blocks the thread until no task is unfinished.
    pub fn blocking_join(&self) {
        JoinableQueue::join(self);
    }
}

impl<T: Send, O: Order<T> + Send> JoinableQueue<T> for AsyncQueue<T, O> {
    fn put_within(&self, item: T, wait: Wait) -> Result<(), TryPutError<T>> {
        let mut item = Some(item);
        let now = self.locked(|state, later| self.poll_put(state, &mut item, later));
        let mut put = Put { queue: self, item, place: None };
        match block_on(now, &mut put, wait) {
            Poll::Ready(done) => done.map_err(|PutError(item)| TryPutError::ShutDown(item)),
            Poll::Pending => Err(TryPutError::Full(put.item.take().expect("it was not put"))),
        }
    }

    fn get_within(&self, wait: Wait) -> Result<T, TryGetError> {
        let now = self.locked(State::poll_get);
        match block_on(now, &mut self.get(), wait) {
            Poll::Ready(got) => got.map_err(|GetError| TryGetError::ShutDown),
            Poll::Pending => Err(TryGetError::Empty),
        }
    }

    fn join_within(&self, wait: Wait) -> Result<(), JoinTimeoutError> {
        let now = self.locked(|state, _| state.poll_join(None));
        match block_on(now, &mut self.join(), wait) {
            Poll::Ready(()) => Ok(()),
            Poll::Pending => Err(JoinTimeoutError),
        }
    }

    fn task_done(&self) -> Result<(), TooManyTaskDone> {
        self.locked(|state, later| {
            if state.unfinished == 0 {
                return Err(TooManyTaskDone);
            }
            state.unfinished -= 1;
            if state.unfinished == 0 {
                state.joiners.wake(later);
            }
            Ok(())
        })
    }

    fn shutdown(&self, mode: Shutdown) {
        let dropped = self.locked(|state, later| {
            state.shut = true;
            let mut dropped = O::default();
            if mode == Shutdown::Immediate {
                dropped = mem::take(&mut state.items);
                state.unfinished = state.unfinished.saturating_sub(dropped.len());
                if state.unfinished == 0 {
                    state.joiners.wake(later);
                }
            }
            state.getters.wake(later);
            state.putters.wake(later);
            dropped
        });
        // Outside the lock: a destructor of `T` may use the queue.
        drop(dropped);
    }

    fn len(&self) -> usize {
        self.locked(|state, _| state.items.len())
    }

    fn unfinished(&self) -> usize {
        self.locked(|state, _| state.unfinished)
    }

    fn is_shutdown(&self) -> bool {
        self.locked(|state, _| state.shut)
    }

    fn capacity(&self) -> Option<usize> {
        (self.capacity < usize::MAX).then_some(self.capacity)
    }
}

impl<T: Send, O: Order<T> + Send> JoinableTasks<T> for AsyncQueue<T, O> {
    fn put_task(&self, item: T) -> Waiting<'_, Result<(), PutError<T>>> {
        Box::pin(self.put(item))
    }

    fn get_task(&self) -> Waiting<'_, Result<T, GetError>> {
        Box::pin(self.get())
    }

    fn join_task(&self) -> Waiting<'_, ()> {
        Box::pin(self.join())
    }
}

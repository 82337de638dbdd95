//! The shape that every queue here has, so that one can take the place of another.

use crate::{GetError, JoinTimeoutError, PutError, TooManyTaskDone, TryGetError, TryPutError};
use std::ops::{Deref, DerefMut};
use std::time::Duration;

/// What becomes of the items that are queued when the queue is shut down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shutdown {
    /// They can still be got.
    Graceful,
    /// They are dropped, and no longer count as unfinished.
    Immediate,
}

/// How long an operation may wait for its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Not at all.
    Never,
    /// Until the duration has passed.
    AtMost(Duration),
    /// Without limit.
    Forever,
}

/// A queue whose users can wait until all that was put into it has been worked off.
///
/// The queue counts *unfinished* tasks: a put adds one, [`task_done`](Self::task_done) removes one,
/// and [`join`](Self::join) waits until there is none. A get does not change the count: its item
/// is *in flight* until it is reported. Each operation takes effect at one instant between its
/// call and its return.
///
/// Clause ids such as JOIN-3 refer to the specification; `taskdone explain JOIN-3` prints one.
pub trait JoinableQueue<T>: Send + Sync {
    /// Puts an item, waiting at most as long as `wait` says (PUT-1, PUT-2, CAP-1, PROG-2).
    ///
    /// # Errors
    ///
    /// [`TryPutError::ShutDown`] if the queue was shut down (SHUT-1), also while waiting (SHUT-5);
    /// [`TryPutError::Full`] if there was no room and `wait` is over (CAP-2). The item comes back.
    fn put_within(&self, item: T, wait: Wait) -> Result<(), TryPutError<T>>;

    /// Takes out the next item, waiting at most as long as `wait` says (GET-1 to GET-4, ORD-1 to
    /// ORD-3, PROG-1). After a graceful shutdown the items that are left can still be got (SHUT-2).
    ///
    /// # Errors
    ///
    /// [`TryGetError::ShutDown`] if the queue was shut down and is empty (SHUT-3), also while
    /// waiting (SHUT-4); [`TryGetError::Empty`] if there was no item and `wait` is over (GET-5).
    fn get_within(&self, wait: Wait) -> Result<T, TryGetError>;

    /// Waits until no task is unfinished, at most as long as `wait` says (JOIN-1 to JOIN-4, PROG-3).
    ///
    /// It waits for the count, not for an empty queue. If the count touches zero and rises again
    /// before the caller has run, the caller may miss it and go on waiting.
    ///
    /// # Errors
    ///
    /// [`JoinTimeoutError`] if a task was unfinished and `wait` is over (JOIN-5).
    fn join_within(&self, wait: Wait) -> Result<(), JoinTimeoutError>;

    /// Reports one task as finished (DONE-1). Legal from any thread, and before the item was got
    /// (DONE-4).
    ///
    /// # Errors
    ///
    /// [`TooManyTaskDone`] if no task is unfinished (DONE-2); the queue stays as it was (DONE-3).
    fn task_done(&self) -> Result<(), TooManyTaskDone>;

    /// Closes the queue. Puts are refused from now on; waiting puts and, once the queue is empty,
    /// gets are released (SHUT-4, SHUT-5). An immediate shutdown drops the queued items, which no
    /// longer count as unfinished (SHUT-6, SHUT-7); [`join`](Self::join) still waits for those in
    /// flight (SHUT-8). It can be called again, in either mode, and never reopens (SHUT-12).
    fn shutdown(&self, mode: Shutdown);

    /// How many items are queued (OBS-1).
    fn len(&self) -> usize;

    /// How many tasks are unfinished: queued or in flight (OBS-2).
    fn unfinished(&self) -> usize;

    /// Whether the queue was shut down (OBS-3).
    fn is_shutdown(&self) -> bool;

    /// How many items fit; `None` is unbounded.
    fn capacity(&self) -> Option<usize>;

    /// Whether no item is queued. Tasks may still be in flight.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts an item, waiting for room.
    ///
    /// # Errors
    ///
    /// [`PutError`] with the item if the queue was shut down.
    fn put(&self, item: T) -> Result<(), PutError<T>> {
        self.put_within(item, Wait::Forever).map_err(|error| PutError(error.into_inner()))
    }

    /// Puts an item if there is room now.
    ///
    /// # Errors
    ///
    /// See [`put_within`](Self::put_within).
    fn try_put(&self, item: T) -> Result<(), TryPutError<T>> {
        self.put_within(item, Wait::Never)
    }

    /// Puts an item, waiting at most `timeout` for room.
    ///
    /// # Errors
    ///
    /// See [`put_within`](Self::put_within).
    fn put_timeout(&self, item: T, timeout: Duration) -> Result<(), TryPutError<T>> {
        self.put_within(item, Wait::AtMost(timeout))
    }

    /// Takes out the next item, waiting for one.
    ///
    /// # Errors
    ///
    /// [`GetError`] if the queue was shut down and is empty.
    fn get(&self) -> Result<T, GetError> {
        self.get_within(Wait::Forever).map_err(|error| match error {
            TryGetError::ShutDown => GetError,
            TryGetError::Empty => unreachable!("a get without a time limit does not give up"),
        })
    }

    /// Takes out the next item if there is one now.
    ///
    /// # Errors
    ///
    /// See [`get_within`](Self::get_within).
    fn try_get(&self) -> Result<T, TryGetError> {
        self.get_within(Wait::Never)
    }

    /// Takes out the next item, waiting at most `timeout` for one.
    ///
    /// # Errors
    ///
    /// See [`get_within`](Self::get_within).
    fn get_timeout(&self, timeout: Duration) -> Result<T, TryGetError> {
        self.get_within(Wait::AtMost(timeout))
    }

    /// Takes out the next item and reports it as finished when the guard is dropped, also by an
    /// early return or a panic.
    ///
    /// # Errors
    ///
    /// [`GetError`] if the queue was shut down and is empty.
    fn take(&self) -> Result<Task<'_, T, Self>, GetError>
    where
        Self: Sized,
    {
        self.get().map(|item| Task::new(item, self))
    }

    /// Waits until no task is unfinished.
    fn join(&self) {
        let joined = self.join_within(Wait::Forever);
        joined.expect("a join without a time limit does not give up");
    }

    /// Asks whether no task is unfinished, without waiting.
    ///
    /// # Errors
    ///
    /// See [`join_within`](Self::join_within).
    fn try_join(&self) -> Result<(), JoinTimeoutError> {
        self.join_within(Wait::Never)
    }

    /// Waits at most `timeout` until no task is unfinished.
    ///
    /// # Errors
    ///
    /// See [`join_within`](Self::join_within).
    fn join_timeout(&self, timeout: Duration) -> Result<(), JoinTimeoutError> {
        self.join_within(Wait::AtMost(timeout))
    }
}

/// An item that is being worked on: it counts as unfinished until this guard is dropped.
#[derive(Debug)]
#[must_use = "dropping the guard reports the task as finished"]
pub struct Task<'q, T, Q: JoinableQueue<T> + ?Sized> {
    item: T,
    queue: &'q Q,
}

impl<'q, T, Q: JoinableQueue<T> + ?Sized> Task<'q, T, Q> {
    /// The guard of an item that was got from the queue.
    pub(crate) fn new(item: T, queue: &'q Q) -> Self {
        Task { item, queue }
    }
}

impl<T, Q: JoinableQueue<T> + ?Sized> Deref for Task<'_, T, Q> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.item
    }
}

impl<T, Q: JoinableQueue<T> + ?Sized> DerefMut for Task<'_, T, Q> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.item
    }
}

impl<T, Q: JoinableQueue<T> + ?Sized> Drop for Task<'_, T, Q> {
    fn drop(&mut self) {
        // Too many reports can only come from somebody who called `task_done` without a guard;
        // it is theirs to be told, and a destructor must not panic.
        let _ = self.queue.task_done();
    }
}

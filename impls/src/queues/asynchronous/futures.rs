//! The waits as futures. Each holds its place in a list, and gives it up when it is dropped.

use super::AsyncQueue;
use crate::{GetError, Order, PutError, Task};
use std::pin::Pin;
use std::task::{Context, Poll};

/// The future of [`AsyncQueue::put`].
///
/// # Errors
///
/// [`PutError`] with the item if the queue was shut down (SHUT-1), also while waiting (SHUT-5).
///
/// # Panics
///
/// If it is polled again after it was ready.
///
/// # Cancel safety
///
/// A put that is dropped has not put (CANC-2): its item is dropped with it.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Put<'q, T, O: Order<T>> {
    pub(super) queue: &'q AsyncQueue<T, O>,
    /// `None` once it was put or has come back.
    pub(super) item: Option<T>,
    pub(super) place: Option<usize>,
}

/// The future of [`AsyncQueue::get`]. Polled again after it was ready, it gets the next item.
///
/// # Errors
///
/// [`GetError`] if the queue was shut down and is empty (SHUT-3), also while waiting (SHUT-4).
///
/// # Cancel safety
///
/// A get that is dropped has taken no item (CANC-1), and keeps none from others, even if it was
/// woken (CANC-3). Nor does one that is kept and not polled any more.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Get<'q, T, O: Order<T>> {
    queue: &'q AsyncQueue<T, O>,
    place: Option<usize>,
}

/// The future of [`AsyncQueue::take`].
///
/// # Errors
///
/// As [`Get`].
///
/// # Cancel safety
///
/// As [`Get`]: before it is ready, it has taken no item (CANC-1). Afterwards the guard reports the
/// task as finished wherever it is dropped.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Take<'q, T, O: Order<T>>(Get<'q, T, O>);

/// The future of [`AsyncQueue::join`]. It is ready if the count of unfinished tasks is zero when it is
/// polled, or was zero at some instant since it was polled first (JOIN-1).
///
/// # Cancel safety
///
/// A join that is dropped changes nothing for others (CANC-4).
#[must_use = "a future does nothing unless it is awaited"]
pub struct Join<'q, T, O: Order<T>> {
    queue: &'q AsyncQueue<T, O>,
    place: Option<usize>,
}

impl<'q, T, O: Order<T>> Put<'q, T, O> {
    pub(super) fn new(queue: &'q AsyncQueue<T, O>, item: T) -> Self {
        Put { queue, item: Some(item), place: None }
    }
}

impl<'q, T, O: Order<T>> Get<'q, T, O> {
    pub(super) fn new(queue: &'q AsyncQueue<T, O>) -> Self {
        Get { queue, place: None }
    }
}

impl<'q, T, O: Order<T>> Take<'q, T, O> {
    pub(super) fn new(queue: &'q AsyncQueue<T, O>) -> Self {
        Take(Get::new(queue))
    }
}

impl<'q, T, O: Order<T>> Join<'q, T, O> {
    pub(super) fn new(queue: &'q AsyncQueue<T, O>) -> Self {
        Join { queue, place: None }
    }
}

// The item of a put is moved out of it, never pinned.
impl<T, O: Order<T>> Unpin for Put<'_, T, O> {}

impl<T, O: Order<T>> Future for Put<'_, T, O> {
    type Output = Result<(), PutError<T>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Put { queue, item, place } = self.get_mut();
        queue.locked(|state, later| {
            let poll = queue.poll_put(state, item, later);
            state.putters.after(&poll, place, cx.waker(), later);
            poll
        })
    }
}

impl<T, O: Order<T>> Future for Get<'_, T, O> {
    type Output = Result<T, GetError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Get { queue, place } = self.get_mut();
        queue.locked(|state, later| {
            let poll = state.poll_get(later);
            state.getters.after(&poll, place, cx.waker(), later);
            poll
        })
    }
}

impl<'q, T: Send, O: Order<T> + Send> Future for Take<'q, T, O> {
    type Output = Result<Task<'q, T, AsyncQueue<T, O>>, GetError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Take(get) = self.get_mut();
        let queue = get.queue;
        Pin::new(get).poll(cx).map_ok(|item| Task::new(item, queue))
    }
}

impl<T, O: Order<T>> Future for Join<'_, T, O> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Join { queue, place } = self.get_mut();
        queue.locked(|state, later| {
            let poll = state.poll_join(*place);
            state.joiners.after(&poll, place, cx.waker(), later);
            poll
        })
    }
}

impl<T, O: Order<T>> Drop for Put<'_, T, O> {
    fn drop(&mut self) {
        if self.place.is_some() {
            self.queue.locked(|state, later| state.putters.leave(&mut self.place, later));
        }
    }
}

impl<T, O: Order<T>> Drop for Get<'_, T, O> {
    fn drop(&mut self) {
        if self.place.is_some() {
            self.queue.locked(|state, later| state.getters.leave(&mut self.place, later));
        }
    }
}

impl<T, O: Order<T>> Drop for Join<'_, T, O> {
    fn drop(&mut self) {
        if self.place.is_some() {
            self.queue.locked(|state, later| state.joiners.leave(&mut self.place, later));
        }
    }
}

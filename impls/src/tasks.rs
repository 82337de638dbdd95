//! The shape of a queue whose waits are futures.

use crate::{GetError, JoinableQueue, PutError};
use std::pin::Pin;

/// A wait that can be polled, and dropped before its end.
pub type Waiting<'q, R> = Pin<Box<dyn Future<Output = R> + Send + 'q>>;

/// A joinable queue for tasks: its waits are futures, for any executor.
///
/// # Cancel safety
///
/// A future that is dropped before it was ready has done nothing: a put has not put (CANC-2), a get
/// has taken no item (CANC-1), and if it had been woken, the next in line is woken in its place
/// (CANC-3, CANC-4).
pub trait JoinableTasks<T>: JoinableQueue<T> {
    /// Puts an item, waiting for room. The item of a put that is dropped is dropped with it.
    ///
    /// # Errors
    ///
    /// [`PutError`] with the item if the queue was shut down.
    fn put_task(&self, item: T) -> Waiting<'_, Result<(), PutError<T>>>;

    /// Takes out the next item, waiting for one.
    ///
    /// # Errors
    ///
    /// [`GetError`] if the queue was shut down and is empty.
    fn get_task(&self) -> Waiting<'_, Result<T, GetError>>;

    /// Waits until no task is unfinished.
    fn join_task(&self) -> Waiting<'_, ()>;
}

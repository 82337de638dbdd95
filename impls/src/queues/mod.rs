//! The algorithms. This directory is loaded once per world; `sync` is that world's primitives.

pub mod asynchronous;
mod atomic;
#[cfg(feature = "broken")]
pub mod broken;
mod mutex;

use super::sync;
use crate::catalogue::{Discipline, Entry};
use crate::{Fifo, JoinableQueue, Lifo, Order, Priority};
use std::sync::Arc;

pub use asynchronous::AsyncQueue;
pub use atomic::AtomicQueue;
pub use mutex::MutexQueue;

/// The queues that are meant to be used.
pub fn all<T: Ord + Send + 'static>() -> Vec<Entry<T>> {
    vec![
        entry("mutex/fifo", Discipline::Fifo, mutex::<T, Fifo<T>>),
        entry("mutex/lifo", Discipline::Lifo, mutex::<T, Lifo<T>>),
        entry("mutex/priority", Discipline::Priority, mutex::<T, Priority<T>>),
        asynchronous::<T, Fifo<T>>("async/fifo", Discipline::Fifo),
        asynchronous::<T, Lifo<T>>("async/lifo", Discipline::Lifo),
        asynchronous::<T, Priority<T>>("async/priority", Discipline::Priority),
        entry("atomic/fifo", Discipline::Fifo, |capacity| Arc::new(AtomicQueue::new(capacity))),
    ]
}

fn entry<T>(
    name: &'static str,
    discipline: Discipline,
    make: fn(Option<usize>) -> Arc<dyn JoinableQueue<T>>,
) -> Entry<T> {
    Entry { name, discipline, make, tasks: None, broken: None }
}

fn mutex<T, O>(capacity: Option<usize>) -> Arc<dyn JoinableQueue<T>>
where
    T: Send + 'static,
    O: Order<T> + Send + 'static,
{
    Arc::new(MutexQueue::<T, O>::new(capacity))
}

fn asynchronous<T, O>(name: &'static str, discipline: Discipline) -> Entry<T>
where
    T: Send + 'static,
    O: Order<T> + Send + 'static,
{
    Entry {
        name,
        discipline,
        make: |capacity| Arc::new(AsyncQueue::<T, O>::new(capacity)),
        tasks: Some(|capacity| Arc::new(AsyncQueue::<T, O>::new(capacity))),
        broken: None,
    }
}

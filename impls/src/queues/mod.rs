//! The algorithms. This directory is loaded once per world; `sync` is that world's primitives.

#[cfg(feature = "broken")]
pub mod broken;
mod mutex;

use super::sync;
use crate::catalogue::{Discipline, Entry};
use crate::{Fifo, Lifo, Priority};
use std::sync::Arc;

pub use mutex::MutexQueue;

/// A constructor for a queue type that takes the order as its second parameter.
macro_rules! make {
    ($($queue:ident)::+) => {
        |discipline, capacity| match discipline {
            Discipline::Fifo => Arc::new($($queue)::+::<T, Fifo<T>>::new(capacity)),
            Discipline::Lifo => Arc::new($($queue)::+::<T, Lifo<T>>::new(capacity)),
            Discipline::Priority => Arc::new($($queue)::+::<T, Priority<T>>::new(capacity)),
        }
    };
}
#[cfg(feature = "broken")]
use make;

/// The queues that are meant to be used.
pub fn all<T: Ord + Send + 'static>() -> Vec<Entry<T>> {
    vec![Entry { name: "mutex", make: make!(MutexQueue), broken: None }]
}

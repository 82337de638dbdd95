//! Joinable queues: `put`, `get`, `task_done`, `join`, `shutdown`.
//!
//! ```
//! use std::thread;
//! use taskdone_impls::{JoinableQueue, MutexQueue, Shutdown};
//!
//! let queue = MutexQueue::bounded(2);
//! thread::scope(|scope| {
//!     scope.spawn(|| {
//!         // Each task counts as unfinished until its guard is dropped.
//!         while let Ok(task) = queue.take() {
//!             println!("working on {}", *task);
//!         }
//!     });
//!     for task in 0..10 {
//!         queue.put(task).expect("nobody has shut the queue down");
//!     }
//!     queue.join(); // all ten are done, not only taken
//!     queue.shutdown(Shutdown::Graceful); // releases the worker
//! });
//! assert_eq!(queue.unfinished(), 0);
//! ```
//!
//! The algorithms in `queues/` are written once and compiled once per *world*: on the standard
//! library's primitives ([`on_std`]), on loom's and on shuttle's, so that what a model checker
//! explores is what users run. The feature `broken` adds queues with one defect each.

// The worlds load the same files.
#![allow(clippy::duplicate_mod)]

pub mod catalogue;
pub mod error;
pub mod joinable;
#[cfg(feature = "explore")]
pub mod on_explore;
#[cfg(feature = "loom")]
pub mod on_loom;
#[cfg(feature = "shuttle")]
pub mod on_shuttle;
pub mod on_std;
pub mod order;
pub mod tasks;

pub use error::{GetError, JoinTimeoutError, PutError, TooManyTaskDone, TryGetError, TryPutError};
pub use joinable::{JoinableQueue, Shutdown, Task, Wait};
pub use on_std::queues::asynchronous::{self, AsyncQueue};
pub use on_std::queues::{AtomicQueue, MutexQueue};
pub use order::{Fifo, Lifo, Order, Priority};
pub use tasks::{JoinableTasks, Waiting};

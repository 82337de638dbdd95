//! What [`std::sync`] has, for explored code.

pub mod atomic;
mod condvar;
mod mutex;

pub use condvar::{Condvar, WaitTimeoutResult};
pub use mutex::{Mutex, MutexGuard};
/// The standard library's: counting references is no step. What is decided by a count
/// (`Arc::try_unwrap`, or whose drop is the last) is explored as coarsely as the steps around it.
pub use std::sync::{Arc, LockResult, PoisonError, TryLockError, TryLockResult, Weak};

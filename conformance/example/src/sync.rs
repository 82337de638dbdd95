//! What the queue is built from: one place that says so.

#[cfg(feature = "loom")]
pub(crate) use loom::sync::{Condvar, Mutex};
#[cfg(not(feature = "loom"))]
pub(crate) use std::sync::{Condvar, Mutex};

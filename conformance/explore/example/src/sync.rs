//! What the queue is built from. The only file that knows that there is another world.

#[cfg(feature = "explore")]
pub(crate) use taskdone_explore::{cell::UnsafeCell, sync::atomic};

#[cfg(not(feature = "explore"))]
pub(crate) use std::sync::atomic;

/// The standard library's cell, with the interface that makes every access visible.
#[cfg(not(feature = "explore"))]
pub(crate) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

#[cfg(not(feature = "explore"))]
impl<T> UnsafeCell<T> {
    pub(crate) const fn new(data: T) -> Self {
        UnsafeCell(std::cell::UnsafeCell::new(data))
    }

    pub(crate) fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        f(self.0.get())
    }
}

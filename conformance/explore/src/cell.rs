//! Data that is shared without a lock: with loom's interface, so that every access is visible.
#![allow(unsafe_code)]

use crate::machine::client::{Object, Pending};
use crate::machine::core::{access, overlap};
use std::cell::{self, Cell};
use std::fmt;
use std::ptr;

/// [`std::cell::UnsafeCell`], with loom's interface: every access is a step, and accesses that can
/// happen at the same time, one of them a write, are a data race.
pub struct UnsafeCell<T: ?Sized> {
    /// How many read at this moment; the highest value is a write.
    readers: Cell<u32>,
    data: cell::UnsafeCell<T>,
}

const WRITER: u32 = u32::MAX;

impl<T> UnsafeCell<T> {
    /// A cell with this content.
    pub const fn new(data: T) -> Self {
        UnsafeCell { readers: Cell::new(0), data: cell::UnsafeCell::new(data) }
    }

    /// The content.
    pub fn into_inner(self) -> T {
        self.data.into_inner()
    }
}

impl<T: ?Sized> UnsafeCell<T> {
    fn object(&self) -> Object {
        ptr::from_ref(&self.readers) as Object
    }

    /// Reads: the pointer is valid for reads within `f`, unless there is a data race.
    pub fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
        access(Pending::CellRead(self.object()));
        if self.readers.get() == WRITER {
            overlap(self.object());
            return f(self.data.get());
        }
        self.readers.set(self.readers.get() + 1);
        let result = f(self.data.get());
        self.readers.set(self.readers.get() - 1);
        result
    }

    /// Writes: the pointer is valid for reads and writes within `f`, unless there is a data race.
    pub fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        access(Pending::CellWrite(self.object()));
        if self.readers.get() > 0 {
            overlap(self.object());
            return f(self.data.get());
        }
        self.readers.set(WRITER);
        let result = f(self.data.get());
        self.readers.set(0);
        result
    }

    /// The content, which nobody else can be using.
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }
}

// SAFETY: a cell owns its content.
unsafe impl<T: ?Sized + Send> Send for UnsafeCell<T> {}

impl<T: Default> Default for UnsafeCell<T> {
    fn default() -> Self {
        UnsafeCell::new(T::default())
    }
}

impl<T: ?Sized> fmt::Debug for UnsafeCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnsafeCell").finish_non_exhaustive()
    }
}

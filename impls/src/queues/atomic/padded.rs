//! Words that different threads write must not share a cache line.

use super::sync::CacheLine;
use std::ops::Deref;

/// Alone on its cache lines.
#[derive(Debug)]
#[repr(C)] // nothing goes into what is left of the lines
pub(super) struct Padded<T>([CacheLine; 0], T);

impl<T> Padded<T> {
    pub(super) fn new(value: T) -> Self {
        Padded([], value)
    }
}

impl<T> Deref for Padded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.1
    }
}

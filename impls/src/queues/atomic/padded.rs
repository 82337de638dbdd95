//! Words that different threads write must not share a cache line.

use std::ops::Deref;

/// Alone on its cache lines; processors fetch them in pairs of 64 bytes.
#[repr(align(128))]
#[derive(Debug)]
pub(super) struct Padded<T>(pub(super) T);

impl<T> Deref for Padded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

//! A condition variable for worlds in which no time passes: a timed wait ends by a notification
//! or not at all, except that a timeout of zero has always passed.

use super::sync::MutexGuard;
use super::untimed_from;
use std::sync::{LockResult, PoisonError};
use std::time::Duration;

/// A condition variable without a clock.
#[derive(Debug)]
pub struct Condvar(untimed_from::Condvar);

impl Condvar {
    pub(super) fn new() -> Self {
        Condvar(untimed_from::Condvar::new())
    }

    pub(super) fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        self.0.wait(guard)
    }

    /// The flag of the result says whether the wait timed out.
    #[allow(clippy::unnecessary_wraps)] // the shape of the standard library's
    pub(super) fn wait_timeout_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        timeout: Duration,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<(MutexGuard<'a, T>, bool)> {
        let mut blocked = condition(&mut guard);
        while blocked && !timeout.is_zero() {
            guard = self.0.wait(guard).unwrap_or_else(PoisonError::into_inner);
            blocked = condition(&mut guard);
        }
        Ok((guard, blocked))
    }

    pub(super) fn notify_one(&self) {
        self.0.notify_one();
    }

    pub(super) fn notify_all(&self) {
        self.0.notify_all();
    }
}

/// A clock that stands still.
#[derive(Clone, Copy, Debug)]
pub struct Instant;

impl Instant {
    pub(super) fn now() -> Self {
        Instant
    }

    #[allow(clippy::unused_self)] // the shape of the standard library's
    pub(super) fn elapsed(self) -> Duration {
        Duration::ZERO
    }
}

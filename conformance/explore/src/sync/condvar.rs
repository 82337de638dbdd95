//! Condition variables.

use super::MutexGuard;
use crate::machine::client::Wake;
use crate::machine::locks;
use crate::machine::waiters::Waiters;
use std::fmt;
use std::sync::{LockResult, PoisonError};
use std::time::Duration;

/// [`std::sync::Condvar`], for explored code.
///
/// A notification wakes any waiter: all choices are explored. If the options say so, a timed wait
/// may time out at any moment, and any wait may end for no reason.
pub struct Condvar {
    waiters: Waiters,
}

/// Whether a wait timed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Whether the wait timed out.
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

impl Condvar {
    /// A condition variable that nobody waits for.
    pub const fn new() -> Self {
        Condvar { waiters: Waiters::new() }
    }

    /// Releases the mutex, waits to be woken, and acquires the mutex again.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned; the guard is in the error.
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        guard.around(|owner| locks::wait(&self.waiters, owner, false)).0
    }

    /// Waits as long as the condition holds.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned; the guard is in the error.
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        while condition(&mut guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// Waits to be woken, or until it times out. That may happen at any moment: how long the
    /// timeout is does not matter.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned; the guard is in the error.
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        _timeout: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let (guard, wake) = guard.around(|owner| locks::wait(&self.waiters, owner, true));
        let result = WaitTimeoutResult(wake == Wake::TimedOut);
        match guard {
            Ok(guard) => Ok((guard, result)),
            Err(poisoned) => Err(PoisonError::new((poisoned.into_inner(), result))),
        }
    }

    /// Waits as long as the condition holds, or until it times out. A timeout of 0 has always
    /// passed.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned; the guard is in the error.
    pub fn wait_timeout_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        timeout: Duration,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let mut over = timeout.is_zero();
        loop {
            if !condition(&mut guard) {
                return Ok((guard, WaitTimeoutResult(false)));
            }
            if over {
                return Ok((guard, WaitTimeoutResult(true)));
            }
            let waited = self.wait_timeout(guard, timeout)?;
            (guard, over) = (waited.0, waited.1.timed_out());
        }
    }

    /// Wakes one waiter, any of them.
    pub fn notify_one(&self) {
        locks::notify(&self.waiters, false);
    }

    /// Wakes all waiters.
    pub fn notify_all(&self) {
        locks::notify(&self.waiters, true);
    }
}

impl Default for Condvar {
    fn default() -> Self {
        Condvar::new()
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condvar").finish_non_exhaustive()
    }
}

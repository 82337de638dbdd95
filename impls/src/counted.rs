//! A condition variable that knows whether anybody waits: to notify nobody costs a call of the system.
//!
//! Who waits is counted with the mutex held, before it is released. Who notifies has changed what is
//! waited for with the mutex held. So if the waiter had the mutex first, it is seen to wait; if not,
//! it has seen the change and does not wait. The mutex orders what the counter itself does not.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{self, LockResult, MutexGuard, WaitTimeoutResult};
use std::time::Duration;

/// [`std::sync::Condvar`], to be notified only after its mutex was held.
#[derive(Default)]
pub struct Condvar {
    condvar: sync::Condvar,
    waiting: AtomicUsize,
}

impl Condvar {
    pub(super) fn new() -> Self {
        Condvar::default()
    }

    pub(super) fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let _waits = self.waits();
        self.condvar.wait(guard)
    }

    pub(super) fn wait_timeout_while<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        timeout: Duration,
        condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let _waits = self.waits();
        self.condvar.wait_timeout_while(guard, timeout, condition)
    }

    #[inline]
    pub(super) fn notify_one(&self) {
        if self.waiting.load(Relaxed) > 0 {
            self.condvar.notify_one();
        }
    }

    #[inline]
    pub(super) fn notify_all(&self) {
        if self.waiting.load(Relaxed) > 0 {
            self.condvar.notify_all();
        }
    }

    /// Counts whoever waits until this is dropped.
    fn waits(&self) -> impl Drop {
        struct Waits<'a>(&'a AtomicUsize);
        impl Drop for Waits<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Relaxed);
            }
        }
        self.waiting.fetch_add(1, Relaxed);
        Waits(&self.waiting)
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.condvar.fmt(f)
    }
}

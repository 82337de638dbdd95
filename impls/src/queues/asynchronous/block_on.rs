//! Waits in a thread for a future.

use super::sync::{Condvar, Instant, Mutex};
use crate::Wait;
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// `now` if that is ready; otherwise polls `future` whenever it is woken, until it is ready or `wait`
/// is over. It is polled a last time then.
pub(super) fn block_on<F: Future + Unpin>(
    now: Poll<F::Output>,
    future: &mut F,
    wait: Wait,
) -> Poll<F::Output> {
    if now.is_ready() || wait == Wait::Never {
        return now;
    }
    let called = Instant::now();
    let parker = Arc::new(Parker { woken: Mutex::new(false), wake: Condvar::new() });
    let waker = Waker::from(Arc::clone(&parker));
    let mut poll = || Pin::new(&mut *future).poll(&mut Context::from_waker(&waker));
    loop {
        let polled = poll();
        if polled.is_ready() {
            return polled;
        }
        let woken = match wait {
            Wait::Never => false,
            Wait::AtMost(timeout) => parker.park_within(timeout.saturating_sub(called.elapsed())),
            Wait::Forever => parker.park(),
        };
        if !woken {
            return poll();
        }
    }
}

/// Where a thread sleeps until its waker is called. A call that comes first is not lost.
struct Parker {
    woken: Mutex<bool>,
    wake: Condvar,
}

impl Parker {
    /// Sleeps until it is woken.
    fn park(&self) -> bool {
        let mut woken = self.woken.lock().unwrap_or_else(PoisonError::into_inner);
        while !*woken {
            woken = self.wake.wait(woken).unwrap_or_else(PoisonError::into_inner);
        }
        std::mem::take(&mut *woken)
    }

    /// Sleeps until it is woken, at most for the timeout, and says whether it was woken.
    fn park_within(&self, timeout: Duration) -> bool {
        let woken = self.woken.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.wake.wait_timeout_while(woken, timeout, |woken| !*woken);
        let (mut woken, _) = waited.unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *woken)
    }
}

impl Wake for Parker {
    fn wake(self: Arc<Self>) {
        *self.woken.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.wake.notify_one();
    }
}

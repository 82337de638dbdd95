//! The asynchronous queue: on several executors, beside threads, and when its futures are dropped.

mod cancellation;
mod executors;
mod items;
mod threads;
mod wakers;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// A waker that counts its calls.
#[derive(Default)]
struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Bell {
    fn new() -> Arc<Bell> {
        Arc::default()
    }

    /// How often it was called since it was asked last.
    fn rung(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

/// Polls once.
fn poll<F: Future + Unpin>(future: &mut F, bell: &Arc<Bell>) -> Poll<F::Output> {
    let waker = Waker::from(Arc::clone(bell));
    pin!(future).poll(&mut Context::from_waker(&waker))
}

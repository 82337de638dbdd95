//! Asynchronous code: a client is an executor of one task, woken through the client's token.

use crate::thread::{self, Thread, park_or_give_up};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

/// Wakes the task of a client.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future to its end. Its client polls it at first, and whenever it was woken.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// The same, but whenever the future is pending, it may also be dropped, woken or not: every such
/// cancellation is explored, if the options allow timeouts. `None` is a cancelled one.
pub fn block_on_or_cancel<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(Some(future));
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        let pending = future.as_mut().as_pin_mut()?;
        match pending.poll(&mut context) {
            Poll::Ready(output) => return Some(output),
            Poll::Pending if park_or_give_up() => future.set(None),
            Poll::Pending => {}
        }
    }
}

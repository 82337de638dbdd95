//! Asynchronous code: a client is an executor of one task at a time, woken through the client's token.

use crate::machine::park;
use crate::thread::{self, park_or_give_up};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};

/// A task: a future that a client runs to its end.
struct Task {
    client: usize,
    /// Whether it has not come to its end. To wake it after that does nothing: the client's next
    /// future is another task.
    is_running: AtomicBool,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        park::unpark(self.client, &|| self.is_running.load(Relaxed));
    }
}

/// Ends the task when it is dropped.
struct Running(Arc<Task>);

impl Running {
    fn start() -> Self {
        let client = thread::current().client();
        Running(Arc::new(Task { client, is_running: AtomicBool::new(true) }))
    }

    fn waker(&self) -> Waker {
        Waker::from(Arc::clone(&self.0))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.is_running.store(false, Relaxed);
        park::take_back_token();
    }
}

/// Runs a future to its end. Its client polls it at first, and whenever it was woken.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let task = Running::start();
    let waker = task.waker();
    let mut future = pin!(future);
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
///
/// Nobody has to cancel: where nothing else is possible, the execution may also end, with everybody
/// blocked. [`reduced`](crate::reduced) does not see all such ends.
pub fn block_on_or_cancel<F: Future>(future: F) -> Option<F::Output> {
    let task = Running::start();
    let waker = task.waker();
    let mut future = pin!(Some(future));
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

//! Asynchronous code: a client is an executor of one task at a time, woken through the client's token.

use crate::machine::clean::clean_below;
use crate::machine::client::Wake as Woken;
use crate::machine::core::choose;
use crate::machine::park;
use crate::thread;
use std::pin::{Pin, pin};
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

/// Runs a future to its end. Its client polls it at first, and whenever it was woken; also for no
/// reason, with the same waker or another one, as often as the options say ([`Options::spurious`]).
///
/// [`Options::spurious`]: crate::Options::spurious
pub fn block_on<F: Future>(future: F) -> F::Output {
    let output = block(pin!(future), || park::park(false));
    output.expect("without a timeout nobody gives up")
}

/// The same, but whenever the future is pending, its client may also give up, woken or not: all are
/// explored, if the options allow timeouts. `None`: it gave up. Whoever drops the future then has
/// cancelled it; whoever keeps it has forgotten it.
///
/// Nobody has to give up: where nothing else is possible, the execution may also end, with everybody
/// blocked. [`reduced`](crate::reduced) does not see all such ends.
pub fn block_on_or_give_up<F: Future + ?Sized>(future: Pin<&mut F>) -> Option<F::Output> {
    let output = block(future, park::park_or_give_up);
    clean_below();
    output
}

#[inline(never)]
fn block<F: Future + ?Sized>(mut future: Pin<&mut F>, park: fn() -> Woken) -> Option<F::Output> {
    let mut task = Running::start();
    let mut waker = task.waker();
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return Some(output),
            Poll::Pending => {}
        }
        match park() {
            Woken::TimedOut => return None,
            // As if it had moved to another executor. It may also stay.
            Woken::Spurious if choose(2) == 1 => {
                task = Running::start();
                waker = task.waker();
            }
            Woken::Spurious | Woken::Notified => {}
        }
    }
}

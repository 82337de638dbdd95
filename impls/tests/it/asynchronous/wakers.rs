//! Wakers are replaced, called and dropped as their owners expect.

use super::{Bell, poll};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Wake, Waker};
use taskdone_impls::{AsyncQueue, JoinableQueue, Shutdown};

/// The task has moved to another executor: the last waker counts.
#[test]
fn a_poll_with_another_waker() {
    let queue = AsyncQueue::unbounded();
    let (old, new) = (Bell::new(), Bell::new());
    let mut get = queue.get();
    assert_eq!(poll(&mut get, &old), Poll::Pending);
    assert_eq!(poll(&mut get, &new), Poll::Pending);
    assert_eq!(Arc::strong_count(&old), 1, "the queue has dropped it");
    queue.try_put(1).expect("it is open");
    assert_eq!((old.rung(), new.rung()), (0, 1));
}

#[test]
fn a_poll_for_nothing() {
    let queue = AsyncQueue::unbounded();
    let bell = Bell::new();
    let mut get = queue.get();
    assert_eq!(poll(&mut get, &bell), Poll::Pending);
    assert_eq!(poll(&mut get, &bell), Poll::Pending);
    assert_eq!(Arc::strong_count(&bell), 2, "it waits once");
    queue.try_put(1).expect("it is open");
    assert_eq!(bell.rung(), 1);
    assert_eq!(poll(&mut get, &bell), Poll::Ready(Ok(1)));
}

/// Served by chance, before it was woken.
#[test]
fn who_is_ready_waits_no_more() {
    let queue = AsyncQueue::bounded(1);
    let bell = Bell::new();
    queue.try_put(1).expect("there is room");
    let mut put = queue.put(2);
    assert_eq!(poll(&mut put, &bell), Poll::Pending);
    assert_eq!(queue.try_get(), Ok(1));
    assert_eq!(poll(&mut put, &bell), Poll::Ready(Ok(())));
    assert_eq!(bell.rung(), 1);
    assert_eq!(queue.try_get(), Ok(2));
    assert_eq!((bell.rung(), Arc::strong_count(&bell)), (0, 1));
}

/// A join that waited meets a zero that did not last; one that comes later does not.
#[test]
fn a_join_meets_every_zero() {
    let queue = AsyncQueue::unbounded();
    let bell = Bell::new();
    queue.try_put(1).expect("it is open");
    let mut early = queue.join();
    assert_eq!(poll(&mut early, &bell), Poll::Pending);
    queue.task_done().expect("one is unfinished");
    queue.try_put(2).expect("it is open");
    let mut late = queue.join();
    assert_eq!(poll(&mut late, &bell), Poll::Pending);
    assert_eq!(poll(&mut early, &bell), Poll::Ready(()));
    assert_eq!(poll(&mut late, &bell), Poll::Pending);
    queue.shutdown(Shutdown::Immediate);
    assert_eq!(poll(&mut late, &bell), Poll::Ready(()));
}

/// Uses the queue when it is called and when it is dropped, as an executor may that drops a task.
struct Nosy(Weak<AsyncQueue<u8>>);

impl Nosy {
    fn look(&self) {
        if let Some(queue) = self.0.upgrade() {
            let _ = queue.len();
        }
    }
}

impl Wake for Nosy {
    fn wake(self: Arc<Self>) {
        self.look();
    }
}

impl Drop for Nosy {
    fn drop(&mut self) {
        self.look();
    }
}

#[test]
fn a_waker_may_use_the_queue() {
    let queue = Arc::new(AsyncQueue::bounded(1));
    let nosy = || Waker::from(Arc::new(Nosy(Arc::downgrade(&queue))));
    let poll = |get: &mut taskdone_impls::asynchronous::Get<'_, u8, _>| {
        std::pin::Pin::new(get).poll(&mut Context::from_waker(&nosy()))
    };
    let (mut first, mut second) = (queue.get(), queue.get());
    assert!(poll(&mut first).is_pending(), "a waker is left");
    assert!(poll(&mut first).is_pending(), "it is dropped for another");
    assert!(poll(&mut second).is_pending());
    drop(first);
    queue.try_put(1).expect("there is room");
    assert_eq!(poll(&mut second), Poll::Ready(Ok(1)));
}

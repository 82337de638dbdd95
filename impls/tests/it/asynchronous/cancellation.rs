//! What dropping a future does at each of its awaits: nothing.

use super::{Bell, poll};
use std::task::Poll;
use taskdone_impls::{AsyncQueue, GetError, JoinableQueue, PutError, Shutdown};

#[test]
fn a_get_that_was_never_polled() {
    let queue = AsyncQueue::unbounded();
    let get = queue.get();
    queue.try_put(1).expect("it is open");
    drop(get);
    assert_eq!((queue.len(), queue.unfinished()), (1, 1));
}

/// CANC-1 and CANC-3: the item is still there, and the next in line knows.
#[test]
fn a_get_that_was_woken_and_is_dropped() {
    let queue = AsyncQueue::unbounded();
    let (first, second) = (Bell::new(), Bell::new());
    let (mut gone, mut patient) = (queue.get(), queue.get());
    assert_eq!(poll(&mut gone, &first), Poll::Pending);
    assert_eq!(poll(&mut patient, &second), Poll::Pending);
    queue.try_put(1).expect("it is open");
    assert_eq!(first.rung(), 1);
    drop(gone);
    assert!(second.rung() > 0);
    assert_eq!(poll(&mut patient, &second), Poll::Ready(Ok(1)));
}

/// It is not dropped, only never polled again.
#[test]
fn a_get_that_was_woken_and_is_forgotten() {
    let queue = AsyncQueue::unbounded();
    let (first, second) = (Bell::new(), Bell::new());
    let (mut forgotten, mut patient) = (queue.get(), queue.get());
    assert_eq!(poll(&mut forgotten, &first), Poll::Pending);
    assert_eq!(poll(&mut patient, &second), Poll::Pending);
    queue.try_put(1).expect("it is open");
    assert!(second.rung() > 0);
    assert_eq!(poll(&mut patient, &second), Poll::Ready(Ok(1)));
    assert_eq!(poll(&mut forgotten, &first), Poll::Pending, "it comes too late");
}

#[test]
fn a_put_that_was_woken_and_is_forgotten() {
    let queue = AsyncQueue::bounded(1);
    let (first, second) = (Bell::new(), Bell::new());
    queue.try_put(1).expect("there is room");
    let (mut forgotten, mut patient) = (queue.put(2), queue.put(3));
    assert_eq!(poll(&mut forgotten, &first), Poll::Pending);
    assert_eq!(poll(&mut patient, &second), Poll::Pending);
    assert_eq!(queue.try_get(), Ok(1));
    assert!(second.rung() > 0);
    assert_eq!(poll(&mut patient, &second), Poll::Ready(Ok(())));
    assert_eq!(queue.try_get(), Ok(3));
    assert_eq!(poll(&mut forgotten, &first), Poll::Ready(Ok(())));
}

/// CANC-2 and CANC-3.
#[test]
fn a_put_that_was_woken_and_is_dropped() {
    let queue = AsyncQueue::bounded(1);
    let (first, second) = (Bell::new(), Bell::new());
    queue.try_put(1).expect("there is room");
    let (mut gone, mut patient) = (queue.put(2), queue.put(3));
    assert_eq!(poll(&mut gone, &first), Poll::Pending);
    assert_eq!(poll(&mut patient, &second), Poll::Pending);
    assert_eq!(queue.try_get(), Ok(1));
    drop(gone);
    assert_eq!((queue.len(), queue.unfinished()), (0, 1));
    assert!(second.rung() > 0);
    assert_eq!(poll(&mut patient, &second), Poll::Ready(Ok(())));
    assert_eq!(queue.try_get(), Ok(3));
}

/// CANC-4.
#[test]
fn a_join_that_is_dropped() {
    let queue = AsyncQueue::unbounded();
    let (first, second) = (Bell::new(), Bell::new());
    queue.try_put(1).expect("it is open");
    let (mut gone, mut patient) = (queue.join(), queue.join());
    assert_eq!(poll(&mut gone, &first), Poll::Pending);
    assert_eq!(poll(&mut patient, &second), Poll::Pending);
    drop(gone);
    queue.task_done().expect("one is unfinished");
    assert_eq!((first.rung(), second.rung()), (0, 1));
    assert_eq!(poll(&mut patient, &second), Poll::Ready(()));
}

/// Whoever is dropped is not woken, and does not stay in the line.
#[test]
fn a_waiter_that_is_gone_is_not_woken() {
    let queue = AsyncQueue::bounded(1);
    let bell = Bell::new();
    let mut get = queue.get();
    assert_eq!(poll(&mut get, &bell), Poll::Pending);
    drop(get);
    queue.try_put(1).expect("there is room");
    let mut put = queue.put(2);
    assert_eq!(poll(&mut put, &bell), Poll::Pending);
    drop(put);
    assert_eq!(queue.try_get(), Ok(1));
    assert_eq!(bell.rung(), 0);
}

#[test]
fn a_shutdown_releases_everybody() {
    for mode in [Shutdown::Graceful, Shutdown::Immediate] {
        let (full, empty) = (AsyncQueue::bounded(1), AsyncQueue::<u8>::bounded(1));
        let bell = Bell::new();
        full.try_put(1).expect("there is room");
        let (mut left, mut right) = (full.put(2), full.put(3));
        assert!(poll(&mut left, &bell).is_pending() && poll(&mut right, &bell).is_pending());
        full.shutdown(mode);
        assert_eq!(bell.rung(), 2);
        assert_eq!(poll(&mut left, &bell), Poll::Ready(Err(PutError(2))));
        assert_eq!(poll(&mut right, &bell), Poll::Ready(Err(PutError(3))));

        let (mut left, mut right) = (empty.get(), empty.get());
        assert!(poll(&mut left, &bell).is_pending() && poll(&mut right, &bell).is_pending());
        empty.shutdown(mode);
        assert_eq!(bell.rung(), 2);
        assert_eq!(poll(&mut left, &bell), Poll::Ready(Err(GetError)));
        assert_eq!(poll(&mut right, &bell), Poll::Ready(Err(GetError)));
    }
}

/// SHUT-8: an immediate shutdown does not let a join go while a task is in flight.
#[test]
fn a_join_waits_for_what_is_in_flight() {
    let queue = AsyncQueue::unbounded();
    let bell = Bell::new();
    queue.try_put(1).expect("it is open");
    queue.try_put(2).expect("it is open");
    assert_eq!(queue.try_get(), Ok(1));
    let mut join = queue.join();
    assert!(poll(&mut join, &bell).is_pending());
    queue.shutdown(Shutdown::Immediate);
    assert!(poll(&mut join, &bell).is_pending());
    queue.task_done().expect("one is in flight");
    assert_eq!(poll(&mut join, &bell), Poll::Ready(()));
}

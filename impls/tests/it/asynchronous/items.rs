//! Items of any size are dropped exactly once, on the right side, and come back when refused.

use super::{Bell, poll};
use futures_lite::future::block_on;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::task::Poll;
use taskdone_impls::{
    AsyncQueue, Fifo, JoinTimeoutError, JoinableQueue, Lifo, Order, Priority, PutError, Shutdown,
    TooManyTaskDone, TryGetError, TryPutError,
};

/// Counts its drops.
#[derive(Clone)]
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn each_is_dropped_once() {
    let drops = Arc::new(AtomicUsize::new(0));
    let dropped = || drops.load(Ordering::Relaxed);
    let item = || Counted(Arc::clone(&drops));
    let queue = AsyncQueue::bounded(1);
    let bell = Bell::new();
    drop(queue.put(item()));
    assert_eq!(dropped(), 1, "the one of a put that was never polled");
    block_on(queue.put(item())).expect("there is room");
    let mut put = queue.put(item());
    assert!(poll(&mut put, &bell).is_pending());
    drop(put);
    assert_eq!(dropped(), 2, "the one of a put that had to wait");
    drop(block_on(queue.take()));
    assert_eq!((dropped(), queue.unfinished()), (3, 0), "the one that was worked off");
    block_on(queue.put(item())).expect("there is room");
    queue.shutdown(Shutdown::Immediate);
    assert_eq!(dropped(), 4, "the one that was queued");
    drop(block_on(queue.put(item())));
    assert_eq!(dropped(), 5, "the one that was refused");

    let queue = AsyncQueue::unbounded();
    block_on(queue.put(item())).expect("it is open");
    drop(queue);
    assert_eq!(dropped(), 6, "the one that was queued when the queue was dropped");
}

/// Uses its queue when it is dropped.
struct Curious(Weak<AsyncQueue<Curious>>);

impl Drop for Curious {
    fn drop(&mut self) {
        if let Some(queue) = self.0.upgrade() {
            assert_eq!(queue.len(), 0);
            assert!(matches!(queue.try_get(), Err(TryGetError::ShutDown)));
        }
    }
}

#[test]
fn a_destructor_may_use_the_queue() {
    let queue = Arc::new(AsyncQueue::bounded(1));
    let bell = Bell::new();
    let item = || Curious(Arc::downgrade(&queue));
    block_on(queue.put(item())).expect("there is room");
    let (mut released, mut dropped) = (queue.put(item()), queue.put(item()));
    assert!(poll(&mut released, &bell).is_pending() && poll(&mut dropped, &bell).is_pending());
    queue.shutdown(Shutdown::Immediate);
    drop(dropped);
    assert!(matches!(poll(&mut released, &bell), Poll::Ready(Err(PutError(_)))));
    drop(queue.try_put(item()));
}

#[test]
fn what_is_refused_comes_back() {
    let queue = AsyncQueue::bounded(1);
    block_on(queue.put("first")).expect("there is room");
    assert_eq!(queue.try_put("second"), Err(TryPutError::Full("second")));
    queue.shutdown(Shutdown::Graceful);
    assert_eq!(block_on(queue.put("second")), Err(PutError("second")));
    assert_eq!(queue.try_put("second"), Err(TryPutError::ShutDown("second")));
    assert_eq!(queue.try_join(), Err(JoinTimeoutError));
    assert_eq!((block_on(queue.get()), queue.try_get()), (Ok("first"), Err(TryGetError::ShutDown)));
    assert_eq!((queue.task_done(), queue.task_done()), (Ok(()), Err(TooManyTaskDone)));
    assert_eq!((queue.is_shutdown(), queue.capacity()), (true, Some(1)));
}

#[track_caller]
fn check_order<O: Order<u32>>(expected: [u32; 4]) {
    let queue = AsyncQueue::<u32, O>::new(None);
    block_on(async {
        for item in [3, 1, 4, 2] {
            queue.put(item).await.expect("it is open");
        }
        for item in expected {
            assert_eq!(queue.get().await, Ok(item));
        }
    });
}

#[test]
fn every_order() {
    check_order::<Fifo<u32>>([3, 1, 4, 2]);
    check_order::<Lifo<u32>>([2, 4, 1, 3]);
    check_order::<Priority<u32>>([1, 2, 3, 4]);
}

#[track_caller]
fn check_size<T: Clone + PartialEq + Send>(item: &T) {
    for capacity in [Some(1), Some(2), Some(3), None] {
        let queue = AsyncQueue::<_, Fifo<T>>::new(capacity);
        for _ in 0..10 {
            while queue.len() < capacity.unwrap_or(40) {
                block_on(queue.put(item.clone())).expect("there is room");
            }
            let full = queue.try_put(item.clone()).is_err();
            assert_eq!(full, capacity.is_some());
            while let Ok(got) = queue.try_get() {
                assert!(got == *item);
                queue.task_done().expect("one report for each item");
            }
        }
        assert_eq!(queue.unfinished(), 0);
    }
    let queue = AsyncQueue::bounded(1);
    let swapped = futures_lite::future::zip(queue.get(), queue.put(item.clone()));
    assert!(block_on(swapped) == (Ok(item.clone()), Ok(())));
}

#[test]
fn nothing_and_much() {
    check_size(&());
    check_size(&[7_u8; 1024]);
    check_size(&String::from("on the heap"));
}

#[test]
fn room_for_nothing() {
    let made = std::panic::catch_unwind(|| AsyncQueue::<u8>::bounded(0));
    assert!(made.is_err(), "nothing could ever be put");
}

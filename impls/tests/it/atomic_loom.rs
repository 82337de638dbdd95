//! The lock-free queue under loom, where the conformance suite does not look: drops, the end of a
//! block, positions that wrap around. Up to two preemptions.

use loom::sync::Arc;
use loom::thread;
use std::sync::Arc as Plain;
use std::sync::atomic::{AtomicUsize, Ordering};
use taskdone_impls::on_loom::queues::AtomicQueue;
use taskdone_impls::{JoinableQueue, Shutdown, TooManyTaskDone};

fn check(body: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.check(body);
}

/// Counts its drops.
#[derive(Debug)]
struct Counted(Plain<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A producer and a consumer on either side of the end of a block and of the wrap.
fn passes_two(capacity: Option<usize>, wrap: usize) {
    check(move || {
        let queue = Arc::new(AtomicQueue::wrapping_after(capacity, wrap));
        let producer = {
            let queue = Arc::clone(&queue);
            thread::spawn(move || [1, 2].map(|item| queue.put(item).expect("it is open")))
        };
        let worker = {
            let queue = Arc::clone(&queue);
            thread::spawn(move || [(); 2].map(|()| queue.get().expect("it is open")))
        };
        producer.join().expect("it does not panic");
        assert_eq!(worker.join().expect("it does not panic"), [1, 2]);
        assert_eq!((queue.len(), queue.unfinished()), (0, 2));
    });
}

#[test]
fn the_smallest_ring_wraps_around() {
    passes_two(Some(1), 1);
}

#[test]
fn a_ring_of_three_wraps_around() {
    passes_two(Some(3), 1);
}

#[test]
fn a_block_ends_and_is_freed() {
    passes_two(None, 1);
}

#[test]
fn the_next_block_begins() {
    passes_two(None, 2);
}

/// A put and a shutdown at once: the item is refused or dropped, once.
fn put_meets_shutdown(capacity: Option<usize>, wrap: usize) {
    check(move || {
        let drops = Plain::new(AtomicUsize::new(0));
        let queue = Arc::new(AtomicQueue::wrapping_after(capacity, wrap));
        let producer = {
            let (queue, item) = (Arc::clone(&queue), Counted(Plain::clone(&drops)));
            thread::spawn(move || drop(queue.put(item)))
        };
        let owner = {
            let queue = Arc::clone(&queue);
            thread::spawn(move || queue.shutdown(Shutdown::Immediate))
        };
        producer.join().expect("it does not panic");
        owner.join().expect("it does not panic");
        assert_eq!(drops.load(Ordering::Relaxed), 1);
        assert_eq!((queue.len(), queue.unfinished()), (0, 0));
        assert_eq!(queue.task_done(), Err(TooManyTaskDone));
    });
}

#[test]
fn a_put_meets_an_immediate_shutdown() {
    put_meets_shutdown(Some(1), 1);
    put_meets_shutdown(None, 1);
}

/// Of two reports for one task, one passes.
#[test]
fn two_reports_for_one_task() {
    check(|| {
        let queue = Arc::new(AtomicQueue::bounded(1));
        queue.put(1).expect("there is room");
        let report = || {
            let queue = Arc::clone(&queue);
            thread::spawn(move || queue.task_done().is_ok())
        };
        let passed = [report(), report()].map(|r| r.join().expect("it does not panic"));
        assert!(passed[0] != passed[1], "{passed:?}");
        assert_eq!(queue.unfinished(), 0);
    });
}

/// What a worker did before its report is seen after the join.
#[test]
fn a_join_sees_the_work() {
    check(|| {
        let queue = Arc::new(AtomicQueue::bounded(1));
        queue.put(1).expect("there is room");
        let work = Arc::new(loom::cell::UnsafeCell::new(0));
        let worker = {
            let (queue, work) = (Arc::clone(&queue), Arc::clone(&work));
            thread::spawn(move || {
                work.with_mut(|work| assert!(!work.is_null()));
                queue.task_done().expect("one was put");
            })
        };
        let joiner = thread::spawn(move || {
            queue.join();
            // A race with the worker's access would be a panic of loom's.
            work.with_mut(|work| assert!(!work.is_null()));
        });
        worker.join().expect("it does not panic");
        joiner.join().expect("it does not panic");
    });
}

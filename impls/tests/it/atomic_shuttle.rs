//! The lock-free queue under shuttle: more threads than loom can take, at random.

use shuttle::thread;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use taskdone_impls::on_shuttle::queues::AtomicQueue;
use taskdone_impls::{JoinableQueue, Shutdown};

const SCHEDULES: usize = 3_000;

/// Two producers, two workers, a joiner, and a graceful shutdown at the end.
fn a_pool(capacity: Option<usize>, wrap: usize) {
    let queue = Arc::new(AtomicQueue::wrapping_after(capacity, wrap));
    let spawn = |work: fn(&AtomicQueue<usize>, usize) -> Vec<usize>, number| {
        let queue = Arc::clone(&queue);
        thread::spawn(move || work(&queue, number))
    };
    let produce = |queue: &AtomicQueue<usize>, number| {
        for item in 0..3 {
            queue.put(10 * number + item).expect("it is open");
        }
        Vec::new()
    };
    let work = |queue: &AtomicQueue<usize>, _| {
        let mut got = Vec::new();
        while let Ok(item) = queue.get() {
            got.push(item);
            queue.task_done().expect("it was put");
        }
        got
    };
    let producers = [spawn(produce, 1), spawn(produce, 2)];
    let workers = [spawn(work, 0), spawn(work, 0)];
    for producer in producers {
        producer.join().expect("it does not panic");
    }
    queue.join();
    assert_eq!((queue.len(), queue.unfinished()), (0, 0));
    queue.shutdown(Shutdown::Graceful);
    let got = workers.map(|worker| worker.join().expect("it does not panic"));
    assert_eq!(got.iter().map(Vec::len).sum::<usize>(), 6);
    let all: BTreeSet<usize> = got.into_iter().flatten().collect();
    assert_eq!(all, BTreeSet::from([10, 11, 12, 20, 21, 22]));
}

#[test]
fn a_pool_at_random() {
    for capacity in [Some(1), Some(2), Some(3), None] {
        for wrap in [0, 1, 3] {
            shuttle::check_random(move || a_pool(capacity, wrap), SCHEDULES / 10);
            shuttle::check_pct(move || a_pool(capacity, wrap), SCHEDULES / 10, 3);
        }
    }
}

/// Counts its drops.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Puts, gets and two immediate shutdowns: each item is dropped once, by one of them.
fn all_at_once(capacity: Option<usize>, wrap: usize) {
    let drops = Arc::new(AtomicUsize::new(0));
    let queue = Arc::new(AtomicQueue::wrapping_after(capacity, wrap));
    let put = || {
        let (queue, drops) = (Arc::clone(&queue), Arc::clone(&drops));
        thread::spawn(move || {
            for _ in 0..2 {
                drop(queue.put(Counted(Arc::clone(&drops))));
            }
            0
        })
    };
    let get = || {
        let queue = Arc::clone(&queue);
        thread::spawn(move || [queue.get(), queue.get()].iter().flatten().count())
    };
    let shutdown = || {
        let queue = Arc::clone(&queue);
        thread::spawn(move || {
            queue.shutdown(Shutdown::Immediate);
            0
        })
    };
    let threads = [put(), put(), get(), shutdown(), shutdown()];
    let got: usize = threads.map(|thread| thread.join().expect("it does not panic")).iter().sum();
    assert_eq!(drops.load(Ordering::Relaxed), 4);
    assert_eq!((queue.len(), queue.unfinished()), (0, got));
}

#[test]
fn an_immediate_shutdown_at_random() {
    for capacity in [Some(1), Some(3), None] {
        for wrap in [0, 1, 2] {
            shuttle::check_random(move || all_at_once(capacity, wrap), SCHEDULES / 5);
            shuttle::check_pct(move || all_at_once(capacity, wrap), SCHEDULES / 5, 3);
        }
    }
}

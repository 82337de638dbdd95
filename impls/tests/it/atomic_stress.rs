//! The lock-free queue under real threads.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use taskdone_impls::{AtomicQueue, JoinableQueue, Shutdown, TooManyTaskDone, TryGetError};

/// Every item arrives once, those of a producer in their order, and the count is exact.
#[track_caller]
fn all_arrive(capacity: Option<usize>, producers: usize, workers: usize) {
    // Through a small ring, each item costs a wake-up.
    let each = if capacity.is_some_and(|capacity| capacity < 4) { 2_000 } else { 20_000 };
    let queue = AtomicQueue::wrapping_after(capacity, 1_500);
    let got = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let mut own = Vec::new();
                while let Ok(item) = queue.get() {
                    own.push(item);
                    queue.task_done().expect("it was put");
                }
                got.lock().expect("nobody panics").push(own);
            });
        }
        let producing: Vec<_> = (0..producers)
            .map(|producer| {
                let queue = &queue;
                scope.spawn(move || {
                    for number in 0..each {
                        queue.put((producer, number)).expect("it is open");
                    }
                })
            })
            .collect();
        for producer in producing {
            producer.join().expect("nobody panics");
        }
        queue.join();
        assert_eq!((queue.len(), queue.unfinished()), (0, 0));
        assert_eq!(queue.task_done(), Err(TooManyTaskDone));
        queue.shutdown(Shutdown::Graceful);
    });
    let got = got.into_inner().expect("nobody panics");
    let different: HashSet<_> = got.iter().flatten().collect();
    assert_eq!(different.len(), producers * each, "{capacity:?}");
    assert_eq!(got.iter().map(Vec::len).sum::<usize>(), producers * each, "{capacity:?}");
    for own in &got {
        let mut next = vec![0; producers];
        for &(producer, number) in own {
            assert!(number >= next[producer], "{capacity:?}: {producer} overtakes itself");
            next[producer] = number + 1;
        }
    }
}

#[test]
fn all_arrive_through_a_ring() {
    for capacity in [1, 2, 3, 31, 32, 33, 256] {
        all_arrive(Some(capacity), 2, 2);
    }
    all_arrive(Some(2), 1, 3);
    all_arrive(Some(2), 3, 1);
}

#[test]
fn all_arrive_through_segments() {
    all_arrive(None, 1, 1);
    all_arrive(None, 2, 2);
    all_arrive(None, 1, 3);
    all_arrive(None, 3, 1);
}

/// Counts its drops.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// An immediate shutdown meets everything at once: each item is dropped once, and the count is
/// that of the items which were got.
#[track_caller]
fn shut_down_in_between(capacity: Option<usize>, round: usize) {
    let queue = AtomicQueue::wrapping_after(capacity, 40);
    let (drops, put) = (Arc::new(AtomicUsize::new(0)), AtomicUsize::new(0));
    let got = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while queue.put(Counted(Arc::clone(&drops))).is_ok() {
                    put.fetch_add(1, Ordering::Relaxed);
                }
            });
            scope.spawn(|| {
                while queue.get().is_ok() {
                    got.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        (0..round * 50).for_each(|_| std::hint::spin_loop());
        scope.spawn(|| queue.shutdown(Shutdown::Immediate));
        queue.shutdown(Shutdown::Immediate);
    });
    let (put, got) = (put.into_inner(), got.into_inner());
    // Two more were refused.
    assert_eq!(drops.load(Ordering::Relaxed), put + 2, "{capacity:?}");
    assert_eq!((queue.len(), queue.unfinished()), (0, got), "{capacity:?}: {put} put");
    (0..got).for_each(|_| queue.task_done().expect("it is in flight"));
    assert_eq!(queue.task_done(), Err(TooManyTaskDone));
    queue.join();
    drop(queue);
    assert_eq!(drops.load(Ordering::Relaxed), put + 2, "{capacity:?}");
}

#[test]
fn an_immediate_shutdown_in_between() {
    for round in 0..300 {
        for capacity in [Some(1), Some(3), Some(64), None] {
            shut_down_in_between(capacity, round);
        }
    }
}

/// As many reports succeed as there were puts, whoever makes them.
#[test]
fn too_many_reports_at_once() {
    for capacity in [Some(8), None] {
        for _ in 0..300 {
            let queue = AtomicQueue::wrapping_after(capacity, 4);
            let done = AtomicUsize::new(0);
            thread::scope(|scope| {
                scope.spawn(|| (0..8).for_each(|item| queue.put(item).expect("it is open")));
                for _ in 0..3 {
                    scope.spawn(|| {
                        for _ in 0..50 {
                            done.fetch_add(
                                usize::from(queue.task_done().is_ok()),
                                Ordering::Relaxed,
                            );
                        }
                    });
                }
            });
            let done = done.into_inner();
            assert_eq!(queue.unfinished(), 8 - done);
            (0..8 - done).for_each(|_| queue.task_done().expect("it was put"));
            assert_eq!(queue.task_done(), Err(TooManyTaskDone));
        }
    }
}

/// Who waits for a time gives up and comes again while others go on: nothing is lost between them.
#[test]
fn short_timeouts() {
    const ITEMS: usize = 5_000;
    for capacity in [Some(1), Some(4), None] {
        let queue = AtomicQueue::new(capacity);
        let soon = Duration::from_micros(20);
        let got = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for item in 0..ITEMS {
                        let mut refused = queue.put_timeout(item, soon);
                        while let Err(error) = refused {
                            refused = queue.put_timeout(error.into_inner(), soon);
                        }
                    }
                });
                scope.spawn(|| {
                    loop {
                        match queue.get_timeout(soon) {
                            Ok(_) => {
                                got.fetch_add(1, Ordering::Relaxed);
                                queue.task_done().expect("it was put");
                            }
                            Err(TryGetError::Empty) => {}
                            Err(TryGetError::ShutDown) => break,
                        }
                    }
                });
            }
            while got.load(Ordering::Relaxed) < 2 * ITEMS {
                let _ = queue.join_timeout(soon);
            }
            queue.join();
            queue.shutdown(Shutdown::Graceful);
        });
        assert_eq!((queue.len(), queue.unfinished()), (0, 0));
    }
}

//! Guards, and the count of unfinished tasks.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use taskdone_impls::{JoinableQueue, MutexQueue, Shutdown, TooManyTaskDone};

#[test]
fn a_guard_reports_its_task_when_it_is_dropped() {
    let queue = MutexQueue::unbounded();
    queue.put(vec![1]).expect("it is open");
    let mut task = queue.take().expect("one was put");
    task.push(2);
    assert_eq!((*task).as_slice(), [1, 2]);
    assert_eq!((queue.len(), queue.unfinished()), (0, 1));
    drop(task);
    assert_eq!(queue.unfinished(), 0);
    assert_eq!(queue.task_done(), Err(TooManyTaskDone));
}

#[test]
fn a_guard_reports_its_task_when_the_worker_panics() {
    let queue = MutexQueue::unbounded();
    queue.put(1).expect("it is open");
    let work = catch_unwind(AssertUnwindSafe(|| {
        let _task = queue.take().expect("one was put");
        panic!("the work went wrong");
    }));
    assert!(work.is_err());
    queue.join();
}

/// The pattern of the sources: producers, workers, join, and a shutdown that lets the workers go.
#[test]
fn a_worker_pool() {
    let queue: Arc<dyn JoinableQueue<usize>> = Arc::new(MutexQueue::bounded(2));
    let workers: Vec<_> = (0..3)
        .map(|_| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || {
                let mut sum = 0;
                while let Ok(item) = queue.get() {
                    sum += item;
                    queue.task_done().expect("one report for each item");
                }
                sum
            })
        })
        .collect();
    for item in 1..=100 {
        queue.put(item).expect("it is open");
    }
    queue.join();
    assert_eq!((queue.len(), queue.unfinished()), (0, 0));
    queue.shutdown(Shutdown::Graceful);
    let sums = workers.into_iter().map(|worker| worker.join().expect("it does not panic"));
    assert_eq!(sums.sum::<usize>(), 5050);
}

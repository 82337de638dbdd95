//! Threads beside tasks, and time.

use futures_lite::future::block_on;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use taskdone_impls::{
    AsyncQueue, GetError, JoinTimeoutError, JoinableQueue, Shutdown, TryGetError, TryPutError,
};

/// Threads put, a task gets, and a thread waits for it.
#[test]
fn threads_and_a_task() {
    const ITEMS: u64 = 1_000;
    let queue = Arc::new(AsyncQueue::bounded(2));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for item in 1..=ITEMS {
                    queue.blocking_put(item).expect("it is open");
                }
            });
        }
        let worker = scope.spawn(|| {
            block_on(async {
                let mut sum = 0;
                for _ in 0..2 * ITEMS {
                    sum += *queue.take().await.expect("it is open");
                }
                sum
            })
        });
        assert_eq!(worker.join().expect("it does not panic"), ITEMS * (ITEMS + 1));
        queue.blocking_join();
        let idle = scope.spawn(|| queue.blocking_get());
        queue.shutdown(Shutdown::Graceful);
        assert_eq!(idle.join().expect("it does not panic"), Err(GetError));
    });
}

/// Not less than the timeout passes before a call gives up. How much more depends on the machine.
#[test]
fn nobody_gives_up_early() {
    const TIMEOUT: Duration = Duration::from_millis(20);
    let queue = AsyncQueue::bounded(1);
    let waited = |call: &dyn Fn() -> bool| {
        let called = Instant::now();
        assert!(call(), "it gives up");
        called.elapsed()
    };
    assert!(waited(&|| queue.get_timeout(TIMEOUT) == Err(TryGetError::Empty)) >= TIMEOUT);
    queue.blocking_put(1).expect("there is room");
    assert!(waited(&|| queue.put_timeout(2, TIMEOUT) == Err(TryPutError::Full(2))) >= TIMEOUT);
    assert!(waited(&|| queue.join_timeout(TIMEOUT) == Err(JoinTimeoutError)) >= TIMEOUT);
}

#[test]
fn the_shortest_and_the_longest_timeout() {
    let queue = AsyncQueue::bounded(1);
    assert_eq!(queue.get_timeout(Duration::ZERO), Err(TryGetError::Empty));
    assert_eq!(queue.put_timeout(1, Duration::MAX), Ok(()));
    assert_eq!(queue.put_timeout(2, Duration::ZERO), Err(TryPutError::Full(2)));
    assert_eq!(queue.join_timeout(Duration::ZERO), Err(JoinTimeoutError));
    assert_eq!(queue.get_timeout(Duration::MAX), Ok(1));
    assert_eq!(queue.task_done(), Ok(()));
    assert_eq!(queue.join_timeout(Duration::MAX), Ok(()));
}

/// A thread that waits without limit of time, for as long as it may, is released by a task.
#[test]
fn a_task_releases_a_thread() {
    let queue = AsyncQueue::unbounded();
    thread::scope(|scope| {
        let patient = scope.spawn(|| queue.get_timeout(Duration::MAX));
        let joiner = scope.spawn(|| {
            queue.blocking_get().expect("two were put");
            queue.task_done().expect("one report for each item");
            queue.blocking_join();
        });
        block_on(async {
            queue.put(7).await.expect("it is open");
            queue.put(7).await.expect("it is open");
        });
        assert_eq!(patient.join().expect("it does not panic"), Ok(7));
        queue.task_done().expect("one report for each item");
        joiner.join().expect("it does not panic");
    });
    assert_eq!(queue.unfinished(), 0);
}

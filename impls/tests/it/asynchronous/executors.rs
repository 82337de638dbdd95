//! The same program on tokio with one thread and with several, on async-executor (which is smol's),
//! and on a plain `block_on`.

use async_executor::Executor;
use futures_lite::future;
use std::sync::Arc;
use taskdone_impls::{AsyncQueue, GetError, JoinableQueue, Shutdown};

const PRODUCERS: u64 = 2;
const WORKERS: usize = 3;
const ITEMS: u64 = 500;

/// The sum of what was put, and how many reports there were.
const EXPECTED: (u64, u64) = (PRODUCERS * ITEMS * (ITEMS + 1) / 2, PRODUCERS * ITEMS);

type Job = future::Boxed<(u64, u64)>;

/// Producers and workers as jobs to spawn, and what waits for them.
fn worker_pool(capacity: usize) -> (Vec<Job>, future::Boxed<()>) {
    let queue = Arc::new(AsyncQueue::bounded(capacity));
    // A task for each producer: the count of the queue itself may touch zero before all was put.
    let producing = Arc::new(AsyncQueue::unbounded());
    let mut jobs: Vec<Job> = Vec::new();
    for _ in 0..PRODUCERS {
        let (queue, producing) = (Arc::clone(&queue), Arc::clone(&producing));
        producing.try_put(()).expect("it is open");
        jobs.push(Box::pin(async move {
            for item in 1..=ITEMS {
                queue.put(item).await.expect("it is open until all are done");
            }
            producing.task_done().expect("one report for each producer");
            (0, 0)
        }));
    }
    for _ in 0..WORKERS {
        let queue = Arc::clone(&queue);
        jobs.push(Box::pin(async move {
            let (mut sum, mut reports) = (0, 0);
            while let Ok(task) = queue.take().await {
                sum += *task;
                reports += 1;
                future::yield_now().await;
            }
            (sum, reports)
        }));
    }
    let closer = async move {
        producing.join().await;
        queue.join().await;
        queue.shutdown(Shutdown::Graceful);
        assert_eq!(queue.get().await, Err(GetError));
        assert_eq!((queue.len(), queue.unfinished()), (0, 0));
    };
    (jobs, Box::pin(closer))
}

fn total(results: impl IntoIterator<Item = (u64, u64)>) -> (u64, u64) {
    results.into_iter().fold((0, 0), |(a, b), (c, d)| (a + c, b + d))
}

fn on_tokio(runtime: &tokio::runtime::Runtime, capacity: usize) {
    let (jobs, closer) = worker_pool(capacity);
    let results = runtime.block_on(async {
        let jobs: Vec<_> = jobs.into_iter().map(|job| tokio::spawn(job)).collect();
        closer.await;
        let mut results = Vec::new();
        for job in jobs {
            results.push(job.await.expect("it does not panic"));
        }
        results
    });
    assert_eq!(total(results), EXPECTED);
}

#[test]
fn on_tokio_with_one_thread() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    on_tokio(&runtime, 1);
    on_tokio(&runtime, 8);
}

#[test]
fn on_tokio_with_several_threads() {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(3).build().expect("a runtime");
    on_tokio(&runtime, 1);
    on_tokio(&runtime, 8);
}

#[test]
fn on_async_executor() {
    for capacity in [1, 8] {
        let (jobs, closer) = worker_pool(capacity);
        let executor = Executor::new();
        let jobs: Vec<_> = jobs.into_iter().map(|job| executor.spawn(job)).collect();
        let results = future::block_on(executor.run(async {
            closer.await;
            let mut results = Vec::new();
            for job in jobs {
                results.push(job.await);
            }
            results
        }));
        assert_eq!(total(results), EXPECTED);
    }
}

/// No executor at all: two futures, zipped.
#[test]
fn on_a_plain_block_on() {
    let queue = AsyncQueue::bounded(1);
    let producer = async {
        for item in 1..=ITEMS {
            queue.put(item).await.expect("it is open");
        }
        queue.join().await;
        queue.shutdown(Shutdown::Graceful);
    };
    let worker = async {
        let mut sum = 0;
        while let Ok(task) = queue.take().await {
            sum += *task;
        }
        sum
    };
    let ((), sum) = future::block_on(future::zip(producer, worker));
    assert_eq!(sum, ITEMS * (ITEMS + 1) / 2);
}

//! The peers: loom, and shuttle going depth first. They only run; what they see is judged by nobody.

use super::judged::run;
use impls::JoinableQueue;
use shuttle::scheduler::DfsScheduler;
use spec::Op;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Each gets so long.
pub(crate) const TIME_MAX: Duration = Duration::from_secs(20);

/// loom runs so many threads, the main one included.
const LOOM_THREADS_MAX: usize = 5;

/// Makes a queue in the world of a peer.
pub(crate) type Make = fn(Option<usize>) -> Arc<dyn JoinableQueue<u32> + Send + Sync>;

/// How far a peer came.
pub(crate) struct Reached {
    executions: u64,
    finished: bool,
}

impl std::fmt::Display for Reached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{}{}", if self.finished { "all " } else { "> " }, self.executions);
        f.pad(&text)
    }
}

fn reached(run: impl FnOnce(Arc<AtomicU64>)) -> Reached {
    let executions = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    run(Arc::clone(&executions));
    let finished = started.elapsed() < TIME_MAX;
    Reached { executions: executions.load(Ordering::Relaxed), finished }
}

/// Every execution of C11's memory model; nobody may wait for ever. The last client runs in the
/// main thread.
pub(crate) fn loom(make: Make, capacity: usize, clients: &[Vec<Op>]) -> Result<Reached, String> {
    if clients.len() > LOOM_THREADS_MAX {
        return Err("too many threads".to_string());
    }
    let mut builder = loom::model::Builder::new();
    builder.max_duration = Some(TIME_MAX);
    builder.max_branches = 10_000;
    let clients = clients.to_vec();
    let check = |executions: Arc<AtomicU64>| {
        builder.check(move || {
            executions.fetch_add(1, Ordering::Relaxed);
            let queue = make(Some(capacity));
            let (last, others) = clients.split_last().expect("there are clients");
            let spawn = |ops: &Vec<Op>| {
                let (queue, ops) = (Arc::clone(&queue), ops.clone());
                loom::thread::spawn(move || call_all(&*queue, &ops))
            };
            let others: Vec<_> = others.iter().map(spawn).collect();
            call_all(&*queue, last);
            for client in others {
                client.join().expect("a client does not panic");
            }
        });
    };
    catch_unwind(AssertUnwindSafe(|| reached(check))).map_err(|_| "gives up".to_string())
}

/// Every sequentially consistent schedule; nobody may wait for ever.
pub(crate) fn shuttle(make: Make, capacity: usize, clients: &[Vec<Op>]) -> Reached {
    let mut config = shuttle::Config::new();
    config.max_time = Some(TIME_MAX);
    config.silence_warnings = true;
    let runner = shuttle::Runner::new(DfsScheduler::new(None, false), config);
    let clients = clients.to_vec();
    reached(|executions| {
        runner.run(move || {
            executions.fetch_add(1, Ordering::Relaxed);
            let queue = make(Some(capacity));
            let spawn = |ops: &Vec<Op>| {
                let (queue, ops) = (Arc::clone(&queue), ops.clone());
                shuttle::thread::spawn(move || call_all(&*queue, &ops))
            };
            let clients: Vec<_> = clients.iter().map(spawn).collect();
            for client in clients {
                client.join().expect("a client does not panic");
            }
        });
    })
}

fn call_all(queue: &dyn JoinableQueue<u32>, ops: &[Op]) {
    for op in ops {
        run(queue, *op);
    }
}

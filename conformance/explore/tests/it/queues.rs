//! The queues, unchanged, on these primitives.

use crate::cancelling::{Cancelling, Get};
use crate::judged::{Queue, Scenario, timed, workers};
use crate::seen::every_of;
use impls::on_explore::queues::{AsyncQueue, MutexQueue};
use impls::{GetError, JoinableTasks, Waiting};
use spec::{Item, Op, Shutdown, Wait};
use std::future::poll_fn;
use std::mem::replace;
use std::sync::Arc;
use std::task::Poll;
use taskdone_explore::{Coverage, Ended, Limits, Linearizable, Options, Report, merged};

fn mutex_queue(capacity: Option<usize>) -> Queue {
    Arc::new(MutexQueue::<u32>::new(capacity))
}

fn async_queue(capacity: Option<usize>) -> Arc<dyn JoinableTasks<u32>> {
    Arc::new(AsyncQueue::<u32>::new(capacity))
}

#[track_caller]
fn check(capacity: usize, clients: Vec<Vec<Op>>, spurious: u8) -> Report {
    let scenario = Scenario { make: mutex_queue, capacity: Some(capacity), clients };
    let options = Options { spurious, ..Options::default() };
    let report =
        merged(&scenario, &Linearizable::new(&scenario), &options, &Limits::default(), &mut ())
            .expect("explorable");
    assert_eq!(report.violation, None);
    assert_eq!(report.coverage, Coverage::Exhaustive);
    report
}

/// The monitor's numbers: the queue has the same critical sections.
#[test]
fn executions() {
    let executions = |clients| {
        let scenario = Scenario { make: mutex_queue, capacity: Some(1), clients };
        every_of(&scenario, &Options::default()).executions
    };
    let all = [workers(1, 2, 1), workers(2, 1, 1), workers(1, 2, 2), workers(2, 1, 2)];
    assert_eq!(all.map(executions), [170, 340, 1_642, 3_284]);
}

#[test]
fn producers_and_workers() {
    for capacity in [1, 2] {
        check(capacity, workers(2, 1, 2), 0);
        check(capacity, workers(2, 2, 2), 0);
    }
}

#[test]
fn spurious_wake_ups() {
    check(1, workers(2, 1, 2), 1);
    check(2, workers(1, 2, 2), 2);
}

#[test]
fn timeouts() {
    check(1, timed(workers(2, 1, 2)), 0);
    check(2, timed(workers(1, 2, 2)), 1);
}

#[test]
fn shutdown() {
    for mode in [Shutdown::Graceful, Shutdown::Immediate] {
        let mut clients = workers(2, 2, 2);
        clients.push(vec![Op::Shutdown(mode)]);
        check(1, clients, 0);
    }
}

/// Every client that `may_cancel` drops its futures at every moment at which they are pending.
fn cancelled(get: Get, clients: Vec<Vec<Op>>, may_cancel: fn(usize) -> bool) -> Report {
    let calls = Scenario { make: mutex_queue, capacity: Some(1), clients };
    let clients = Cancelling { calls, tasks: async_queue, get, may_cancel };
    merged(&clients, &Linearizable::new(&clients), &Options::default(), &Limits::default(), &mut ())
        .expect("explorable")
}

#[test]
fn cancellations() {
    // All may be; or one of the producers and one of the workers, and the others rely on them.
    let some = |client| client % 2 == 0;
    for may_cancel in [|_| true, some] {
        let report = cancelled(|queue| queue.get_task(), workers(2, 1, 2), may_cancel);
        assert_eq!((report.violation, report.coverage), (None, Coverage::Exhaustive));
    }
}

/// Waits once more when it has its item, which is lost then.
fn dawdles(queue: &dyn JoinableTasks<u32>) -> Waiting<'_, Result<u32, GetError>> {
    Box::pin(async {
        let item = queue.get_task().await;
        let mut waited = false;
        poll_fn(|context| {
            context.waker().wake_by_ref();
            if replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        item
    })
}

#[test]
fn a_cancelled_get_that_loses_its_item() {
    let (put, get) = (Op::Put(Item(1), Wait::Forever), Op::Get(Wait::Forever));
    let clients = vec![vec![put], vec![get], vec![get]];
    assert_eq!(cancelled(dawdles, clients.clone(), |_| false).violation, None);
    // The other get waits for ever: nobody has the item. That it could give up is no excuse.
    for may_cancel in [|client| client == 1, |_| true] {
        let violation = cancelled(dawdles, clients.clone(), may_cancel).violation;
        let ended = violation.expect("the item is lost").execution.ended;
        assert!(matches!(ended, Ended::Quiescent(_)), "{ended:?}");
    }
}

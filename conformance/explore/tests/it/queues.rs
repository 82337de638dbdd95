//! The mutex queue, unchanged, on these primitives.

use crate::judged::{Queue, Scenario, workers};
use crate::seen::every_of;
use impls::on_explore::queues::MutexQueue;
use spec::{Op, Shutdown, Wait};
use std::sync::Arc;
use std::time::Duration;
use taskdone_explore::{Coverage, Limits, Linearizable, Options, Report, merged};

fn mutex_queue(capacity: Option<usize>) -> Queue {
    Arc::new(MutexQueue::<u32>::new(capacity))
}

#[track_caller]
fn check(capacity: usize, clients: Vec<Vec<Op>>, spurious: u8) -> Report {
    let scenario = Scenario { make: mutex_queue, capacity: Some(capacity), clients };
    let options = Options { spurious, ..Options::default() };
    let report = merged(&scenario, &Linearizable(&scenario), &options, &Limits::default(), &mut ())
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

fn timed(clients: Vec<Vec<Op>>) -> Vec<Vec<Op>> {
    let wait = Wait::AtMost(Duration::from_secs(1));
    let timed = |op: Op| match op {
        Op::Put(item, _) => Op::Put(item, wait),
        Op::Get(_) => Op::Get(wait),
        other => other,
    };
    clients.into_iter().map(|ops| ops.into_iter().map(timed).collect()).collect()
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

//! Numbers of executions and of states, which an independent enumeration has found, too.

use crate::monitor::Clients;
use crate::seen::{Anything, every_of, merged_of};
use taskdone_explore::{Coverage, Limits, Options, merged};

#[track_caller]
fn check_executions((producers, puts, workers): (usize, usize, usize), fifo: u64, any: u64) {
    let clients = Clients::new(producers, puts, workers);
    let options = Options { fifo_notify: true, ..Options::default() };
    assert_eq!(every_of(&clients, &options).executions, fifo, "the first waiter notified");
    let options = Options::default();
    assert_eq!(every_of(&clients, &options).executions, any, "any waiter notified");
}

/// With the first waiter notified, the numbers of an enumeration of the critical sections.
#[test]
fn executions_of_the_monitor() {
    check_executions((1, 2, 1), 170, 170);
    check_executions((2, 1, 1), 340, 340);
    check_executions((1, 2, 2), 1_460, 1_642);
    check_executions((2, 1, 2), 2_920, 3_284);
}

#[test]
fn the_same_outcomes() {
    for (producers, puts, workers) in [(1, 2, 1), (2, 1, 1), (1, 2, 2), (2, 1, 2)] {
        let clients = Clients::new(producers, puts, workers);
        let options = Options::default();
        assert_eq!(merged_of(&clients, &options), every_of(&clients, &options).outcomes);
    }
}

#[test]
fn states_of_the_monitor() {
    for (p, k, w) in [(1, 2, 1), (2, 1, 1), (1, 2, 2), (2, 1, 2), (2, 2, 2), (3, 1, 3), (2, 3, 2), (3, 2, 2)] {
        let clients = Clients::new(p, k, w);
        let before = std::time::Instant::now();
        let report = merged(&clients, &Anything, &Options::default(), &Limits::default()).unwrap();
        assert_eq!(report.coverage, Coverage::Exhaustive);
        println!("{p}x{k}x{w}: {report:?} {:?}", before.elapsed());
    }
}

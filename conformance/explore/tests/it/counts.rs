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

/// The number of states depends a little on what the compiler leaves in the stack frames.
#[track_caller]
fn check_states((producers, puts, workers): (usize, usize, usize), at_most: u64) {
    let clients = Clients::new(producers, puts, workers);
    let report = merged(&clients, &Anything, &Options::default(), &Limits::default(), &mut ());
    let report = report.expect("explorable");
    assert_eq!(report.coverage, Coverage::Exhaustive);
    assert!(report.states <= at_most, "{report:?}");
}

/// Without looking at the shared data, only at what it is made of, the enumeration has 28 states for
/// the first of these; at the second, all schedules are more than a hundred million executions.
#[test]
fn states_of_the_monitor() {
    check_states((1, 2, 1), 100);
    check_states((2, 2, 2), 20_000);
    check_states((3, 1, 3), 25_000);
}

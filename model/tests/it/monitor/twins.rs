//! Broken twins: each lacks one line of the monitor, and the search says which property that line
//! is there for, with a shortest path to a state in which it fails.

use spec::Shutdown;
use stateright::{Checker, HasDiscoveries, Model};
use taskdone_model::algorithms::monitor::verified::{reductions, search};
use taskdone_model::algorithms::monitor::{Defect, Monitor, Owner};
use taskdone_model::refinement::{Checked, PROGRESS, REFINES};

/// The steps of a shortest path to a state in which the property fails.
fn shortest(monitor: Monitor, property: &'static str) -> Vec<String> {
    let mut shortest = None;
    let mut depth_max = usize::MAX;
    loop {
        let checker = Checked(monitor).checker().target_max_depth(depth_max);
        let first = HasDiscoveries::AnyOf([property].into());
        let checker = checker.finish_when(first).spawn_bfs().join();
        let Some(path) = checker.discovery(property) else {
            return shortest.expect("the property fails");
        };
        let model = Checked(monitor);
        let steps = path.into_actions();
        // Once more, for a path that has fewer states than this one.
        depth_max = steps.len() + 1;
        shortest = Some(steps.iter().map(|step| model.format_action(step)).collect());
    }
}

/// The parent is right; every search of the twin finds the same properties failing, this one among
/// them, after these critical sections.
#[track_caller]
fn check(defect: Defect, monitor: Monitor, property: &'static str, path: &[&str]) {
    let twin = Monitor { defect: Some(defect), ..monitor };
    let (_, full) = search(twin);
    assert!(full.fails.contains(property), "{defect:?}: {:?}", full.fails);
    for (reduced, twin) in reductions(monitor).into_iter().zip(reductions(twin)) {
        assert!(search(reduced).1.fails.is_empty(), "{reduced:?}");
        assert_eq!(search(twin).1.fails, full.fails, "{twin:?}");
    }
    let [_, _, coarse, _] = reductions(twin);
    assert_eq!(shortest(coarse, property), path, "{defect:?}");
}

fn shut(monitor: Monitor, mode: Shutdown) -> Monitor {
    Monitor { owner: Owner::ShutsDown(mode), ..monitor }
}

#[test]
fn join_with_if_misses_that_the_count_rose_again() {
    let monitor = Monitor::new((1, 2), 1, 1, 1);
    check(
        Defect::JoinTestsOnce,
        monitor,
        REFINES,
        &[
            "producer 1: puts",
            "worker 1: gets",
            "joiner 1: waits",
            "worker 1: reports a task as done",
            "producer 1: puts",
            "joiner 1: joins",
        ],
    );
}

#[test]
fn get_with_if_takes_what_somebody_else_took() {
    let monitor = Monitor::new((1, 2), 2, 0, 2);
    check(
        Defect::GetTestsOnce,
        monitor,
        REFINES,
        &["worker 2: waits", "producer 1: puts", "worker 1: gets", "worker 2: gets"],
    );
}

#[test]
fn nobody_notified_at_zero() {
    let monitor = Monitor::new((1, 1), 1, 1, 1);
    check(
        Defect::SilentZero,
        monitor,
        PROGRESS,
        &[
            "producer 1: puts",
            "worker 1: gets",
            "joiner 1: waits",
            "worker 1: reports a task as done",
        ],
    );
}

#[test]
fn one_joiner_notified_at_zero() {
    let monitor = Monitor::new((1, 1), 1, 2, 1);
    check(
        Defect::OneJoinerAtZero,
        monitor,
        PROGRESS,
        &[
            "producer 1: puts",
            "worker 1: gets",
            "joiner 2: waits",
            "joiner 1: waits",
            "worker 1: reports a task as done",
            "joiner 2: joins",
        ],
    );
}

#[test]
fn put_notifies_nobody() {
    let monitor = Monitor::new((1, 1), 1, 0, 1);
    check(Defect::SilentPut, monitor, PROGRESS, &["worker 1: waits", "producer 1: puts"]);
}

#[test]
fn get_notifies_nobody() {
    let monitor = Monitor::new((1, 2), 1, 0, 1);
    check(
        Defect::SilentGet,
        monitor,
        PROGRESS,
        &[
            "producer 1: puts",
            "producer 1: waits",
            "worker 1: gets",
            "worker 1: reports a task as done",
            "worker 1: waits",
        ],
    );
}

#[test]
fn one_condition_variable_for_everything() {
    let monitor = Monitor::new((1, 2), 2, 1, 1);
    check(
        Defect::SharedCondition,
        monitor,
        PROGRESS,
        &[
            "producer 1: puts",
            "worker 2: gets",
            "joiner 1: waits",
            "worker 1: waits",
            "producer 1: puts",
            "worker 2: reports a task as done",
            "joiner 1: waits",
        ],
    );
}

#[test]
fn shutdown_does_not_wake_getters() {
    let monitor = shut(Monitor::new((1, 1), 1, 0, 1), Shutdown::Graceful);
    check(
        Defect::ShutdownSparesGetters,
        monitor,
        PROGRESS,
        &["worker 1: waits", "owner: shuts down", "producer 1: is shut down"],
    );
}

#[test]
fn immediate_shutdown_does_not_wake_joiners() {
    let monitor = shut(Monitor::new((1, 1), 1, 1, 1), Shutdown::Immediate);
    check(
        Defect::ShutdownSparesJoiners,
        monitor,
        PROGRESS,
        &["producer 1: puts", "joiner 1: waits", "owner: shuts down", "worker 1: is shut down"],
    );
}

#[test]
fn immediate_shutdown_forgets_the_count() {
    let monitor = shut(Monitor::new((1, 1), 1, 1, 1), Shutdown::Immediate);
    check(Defect::ShutdownKeepsCount, monitor, REFINES, &["producer 1: puts", "owner: shuts down"]);
}

#[test]
fn immediate_shutdown_counts_below_zero() {
    let owner = Owner::ReportsEarly(Shutdown::Immediate);
    let monitor = Monitor { owner, ..Monitor::new((1, 1), 1, 1, 1) };
    check(
        Defect::ShutdownUnclamped,
        monitor,
        REFINES,
        &["producer 1: puts", "owner: reports a task as done", "owner: shuts down"],
    );
}

#[test]
fn a_late_get_swallows_a_notification() {
    let monitor = Monitor { timed: 1, ..Monitor::new((1, 1), 1, 0, 1) };
    check(
        Defect::LateGetGivesUp,
        monitor,
        REFINES,
        &["worker 1: waits", "worker 1: times out", "producer 1: puts", "worker 1: gives up"],
    );
}

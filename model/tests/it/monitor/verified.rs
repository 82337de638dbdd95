//! Every small monitor, with and without reductions, against the table of the crate.

use std::collections::BTreeSet;
use taskdone_model::algorithms::Algorithm;
use taskdone_model::algorithms::monitor::verified::{
    Verdict, large, reductions, row, search, small,
};
use taskdone_model::algorithms::monitor::{Monitor, Owner};

const COUNTS: &str = include_str!("../../../COUNTS.md");

/// What has to come up in a monitor with two producers and two workers, by its constants.
fn reachable(monitor: &Monitor) -> BTreeSet<&'static str> {
    let [timed, shut] = [monitor.timed > 0, monitor.owner != Owner::Absent];
    let early = matches!(monitor.owner, Owner::ReportsEarly(_));
    let rows = [
        ("a put waits", true),
        ("a get waits", true),
        ("a join waits", true),
        ("two joins wait", monitor.joiners > 1),
        ("a woken get finds its item gone", true),
        ("a woken put finds its room taken", true),
        ("a woken join has missed its zero", true),
        ("a time is over", timed),
        ("a get is notified after its time", timed),
        ("a shutdown wakes a get", shut),
        ("a shutdown wakes a put", shut),
        ("a join outlasts a shutdown", shut),
        ("an item outlasts a shutdown", shut && !monitor.is_immediate()),
        ("fewer tasks are unfinished than queued", early),
        ("everybody finishes", true),
    ];
    let names: BTreeSet<&str> = Monitor::reaches().iter().map(|property| property.name).collect();
    assert_eq!(names, rows.iter().map(|row| row.0).collect(), "every property has a row");
    rows.into_iter().filter(|row| row.1).map(|row| row.0).collect()
}

/// Full and reduced searches agree, and their numbers of states are those of the table.
fn check(monitor: Monitor) {
    let expected = Verdict { fails: BTreeSet::new(), reaches: reachable(&monitor) };
    let states = reductions(monitor).map(|reduced| {
        let (states, verdict) = search(reduced);
        assert_eq!(verdict, expected, "{reduced:?}");
        states
    });
    let row = row(&monitor, &states);
    assert!(COUNTS.contains(&row), "not in COUNTS.md:\n{row}");
}

#[test]
fn monitors_that_stay_open() {
    small().into_iter().filter(|monitor| monitor.owner == Owner::Absent).for_each(check);
}

#[test]
fn monitors_that_are_shut_down() {
    small().into_iter().filter(|monitor| monitor.owner != Owner::Absent).for_each(check);
}

#[test]
fn the_table_has_a_row_for_each_and_no_others() {
    let named = COUNTS.lines().filter_map(|line| line.strip_prefix("| "));
    let named = named.filter_map(|line| line.split(" |").next()).filter(|name| *name != "monitor");
    let verified: Vec<String> = small().iter().chain(&large()).map(ToString::to_string).collect();
    assert_eq!(named.collect::<Vec<_>>(), verified);
}
